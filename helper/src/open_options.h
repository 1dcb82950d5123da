// What `open` and `relay` have in common: the kind of endpoint, how to open it, as whom to go on,
// and the one thing that outlives a process: the socket file.
#ifndef MOORING_OPEN_OPTIONS_H
#define MOORING_OPEN_OPTIONS_H

#include <sys/stat.h>

#include "arguments.h"
#include "endpoint.h"
#include "privilege.h"

struct open_options {
  const char *bind_path, *device_path, *user;
  int64_t socket_mode, directory_mode, group, fd, receive_bytes, send_bytes, timeout_ms;
  bool user_peers;
};

#define OPEN_DEFAULTS                                                                                                  \
  {.bind_path = PATH_UNIX,    .device_path = PATH_CHAR, .socket_mode = -1,                                             \
   .directory_mode = 0755,    .group = NETLINK_GROUP,   .fd = DEFAULT_FD,                                              \
   .timeout_ms = DEFAULT_RECEIVE_TIMEOUT_MS}

#define OPEN_ROWS(o, fd_help)                                                                                          \
  {"bind", "PATH", OPTION_TEXT, &(o).bind_path, 0, 0, "unix: where to bind, a path or @name (" PATH_UNIX ")"},         \
      {"mode", "OCTAL", OPTION_MODE, &(o).socket_mode, 0, 0, "unix: mode of the socket file (what the umask leaves)"}, \
      {"dir-mode", "OCTAL", OPTION_MODE, &(o).directory_mode, 0, 0, "unix: mode of directories to make (755)"},        \
      {"group", "N", OPTION_NUMBER, &(o).group, 1, 32, "netlink: multicast group (22)"},                               \
      {"user-peers", NULL, OPTION_FLAG, &(o).user_peers, 0, 0, "netlink: take messages of processes too"},             \
      {"path", "PATH", OPTION_TEXT, &(o).device_path, 0, 0, "char: the device (" PATH_CHAR ")"},                       \
      {"user", "NAME|UID", OPTION_TEXT, &(o).user, 0, 0, "go on as this user (who called sudo; else unchanged)"},      \
      {"fd", "N", OPTION_NUMBER, &(o).fd, 3, 255, fd_help},                                                            \
      {"rcvbuf", "BYTES", OPTION_NUMBER, &(o).receive_bytes, 1, 1 << 30, "SO_RCVBUF"},                                 \
      {"sndbuf", "BYTES", OPTION_NUMBER, &(o).send_bytes, 1, 1 << 30, "SO_SNDBUF"}

struct socket_file {
  const char *path; // NULL: none
  ino_t inode;
  dev_t device;
};

// Reads "KIND [OPTIONS]" from argv[1]. Returns the index of what follows the options, or -1 with
// *status set.
int read_kind(const struct usage *usage, int argc, char **argv, int *kind, int *status);
const char *kind_name(int kind);
// What a person would call the thing opened.
const char *kind_place(const struct open_options *options, int kind);

// Returns a descriptor, or -errno; remembers the socket file, which becomes `owner`'s where that is
// not NULL.
int open_kind(const struct open_options *options, int kind, const struct identity *owner, struct socket_file *file,
              const char **what);
void remove_file(const struct socket_file *file);

#endif
