// Generated from spec/helper.json by `npm run gen`. Do not edit.
#ifndef MOORING_GENERATED_KINDS_H
#define MOORING_GENERATED_KINDS_H

#include <stdbool.h>
#include <stdint.h>

#define KIND_NAMES "unix|netlink|char"
#define EACH_KIND(X) \
  X(KIND_UNIX, unix) \
  X(KIND_NETLINK, netlink) \
  X(KIND_CHAR, char)

struct kind_options {
  const char *bind;
  int64_t mode;
  int64_t dir_mode;
  int64_t group;
  bool user_peers;
  const char *path;
  int64_t rcvbuf;
  int64_t sndbuf;
};

#define KIND_DEFAULTS \
  { \
  .bind = "/tmp/ccp/portus", \
  .mode = -1, \
  .dir_mode = 493, \
  .group = 22, \
  .path = "/dev/ccpkp",}

#define KIND_ROWS(o) \
  {"bind", "PATH", OPTION_TEXT, &(o).bind, 0, 0, "unix: where to bind, a path or @name (/tmp/ccp/portus)"}, \
  {"mode", "OCTAL", OPTION_MODE, &(o).mode, 0, 0, "unix: mode of the socket file (what the umask leaves)"}, \
  {"dir-mode", "OCTAL", OPTION_MODE, &(o).dir_mode, 0, 0, "unix: mode of directories to make (755)"}, \
  {"group", "N", OPTION_NUMBER, &(o).group, 1, 32, "netlink: multicast group (22)"}, \
  {"user-peers", NULL, OPTION_FLAG, &(o).user_peers, 0, 0, "netlink: take messages of processes too"}, \
  {"path", "PATH", OPTION_TEXT, &(o).path, 0, 0, "char: the device (/dev/ccpkp)"}, \
  {"rcvbuf", "BYTES", OPTION_NUMBER, &(o).rcvbuf, 1, 1073741824, "SO_RCVBUF"}, \
  {"sndbuf", "BYTES", OPTION_NUMBER, &(o).sndbuf, 1, 1073741824, "SO_SNDBUF"}

#endif
