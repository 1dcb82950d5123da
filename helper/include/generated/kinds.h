// Generated from spec/helper.json by `npm run gen`. Do not edit.
#ifndef MOORING_GENERATED_KINDS_H
#define MOORING_GENERATED_KINDS_H

#include <stdbool.h>
#include <stdint.h>

#define KIND_NAMES "unix|netlink|char|bpf"
#define EACH_KIND(X) \
  X(KIND_UNIX, unix) \
  X(KIND_NETLINK, netlink) \
  X(KIND_CHAR, char) \
  X(KIND_BPF, bpf)

struct kind_options {
  const char *bind;
  int64_t mode;
  int64_t dir_mode;
  int64_t group;
  bool user_peers;
  const char *path;
  const char *route;
  const char *cgroup;
  bool default_;
  const char *netns;
  const char *port;
  bool ssh;
  const char *name;
  const char *fallback;
  int64_t fallback_us;
  int64_t flows;
  int64_t coalesce_us;
  const char *program;
  int64_t rcvbuf;
  int64_t sndbuf;
};

#define KIND_DEFAULTS \
  { \
  .bind = "/tmp/ccp/portus", \
  .mode = -1, \
  .dir_mode = 493, \
  .group = 22, \
  .path = "/dev/ccpkp", \
  .name = "mooring", \
  .fallback = "cubic", \
  .fallback_us = 1000000, \
  .flows = 1024, \
  .coalesce_us = 1000, \
  .program = "/proc/self/exe",}

#define KIND_ROWS(o) \
  {"bind", "PATH", OPTION_TEXT, &(o).bind, 0, 0, "unix: where to bind, a path or @name (/tmp/ccp/portus)"}, \
  {"mode", "OCTAL", OPTION_MODE, &(o).mode, 0, 0, "unix: mode of the socket file (what the umask leaves)"}, \
  {"dir-mode", "OCTAL", OPTION_MODE, &(o).dir_mode, 0, 0, "unix: mode of directories to make (755)"}, \
  {"group", "N", OPTION_NUMBER, &(o).group, 1, 32, "netlink: multicast group (22)"}, \
  {"user-peers", NULL, OPTION_FLAG, &(o).user_peers, 0, 0, "netlink: take messages of processes too"}, \
  {"path", "PATH", OPTION_TEXT, &(o).path, 0, 0, "char: the device (/dev/ccpkp)"}, \
  {"route", "PREFIXES", OPTION_TEXT, &(o).route, 0, 0, "bpf: flows by these routes, as `ip route` names them (default, 10.0.0.0/24)"}, \
  {"cgroup", "PATH", OPTION_TEXT, &(o).cgroup, 0, 0, "bpf: flows of the processes of this control group of cgroup2"}, \
  {"default", NULL, OPTION_FLAG, &(o).default_, 0, 0, "bpf: every flow of the namespace that names no other"}, \
  {"netns", "NAME", OPTION_TEXT, &(o).netns, 0, 0, "bpf: routes and default of this network namespace"}, \
  {"port", "PORTS", OPTION_TEXT, &(o).port, 0, 0, "bpf: only flows with one of these ports at either end"}, \
  {"ssh", NULL, OPTION_FLAG, &(o).ssh, 0, 0, "bpf: flows of port 22 and of this SSH session as well"}, \
  {"name", "NAME", OPTION_TEXT, &(o).name, 0, 0, "bpf: what the congestion control is called (mooring)"}, \
  {"fallback", "NAME", OPTION_TEXT, &(o).fallback, 0, 0, "bpf: what flows go to where no agent decides (cubic)"}, \
  {"fallback-us", "US", OPTION_NUMBER, &(o).fallback_us, 10000, 3600000000, "bpf: after this time without an agent or a program, or of nothing but errors (1000000)"}, \
  {"flows", "N", OPTION_NUMBER, &(o).flows, 1, 65535, "bpf: flows at a time (1024)"}, \
  {"coalesce-us", "US", OPTION_NUMBER, &(o).coalesce_us, 0, 1000000, "bpf: reports that come closer together go together, at most so late; 0 hands over each at once (1000)"}, \
  {"program", "PATH", OPTION_TEXT, &(o).program, 0, 0, "bpf: the helper that holds the kernel's side (/proc/self/exe)"}, \
  {"rcvbuf", "BYTES", OPTION_NUMBER, &(o).rcvbuf, 1, 1073741824, "SO_RCVBUF"}, \
  {"sndbuf", "BYTES", OPTION_NUMBER, &(o).sndbuf, 1, 1073741824, "SO_SNDBUF"}

#define KIND_ROWS_UNIX(o) \
  {"bind", "PATH", OPTION_TEXT, &(o).bind, 0, 0, "where to bind, a path or @name (/tmp/ccp/portus)"}, \
  {"mode", "OCTAL", OPTION_MODE, &(o).mode, 0, 0, "mode of the socket file (what the umask leaves)"}, \
  {"dir-mode", "OCTAL", OPTION_MODE, &(o).dir_mode, 0, 0, "mode of directories to make (755)"}

#define KIND_ROWS_NETLINK(o) \
  {"group", "N", OPTION_NUMBER, &(o).group, 1, 32, "multicast group (22)"}, \
  {"user-peers", NULL, OPTION_FLAG, &(o).user_peers, 0, 0, "take messages of processes too"}

#define KIND_ROWS_CHAR(o) \
  {"path", "PATH", OPTION_TEXT, &(o).path, 0, 0, "the device (/dev/ccpkp)"}

#define KIND_ROWS_BPF(o) \
  {"route", "PREFIXES", OPTION_TEXT, &(o).route, 0, 0, "flows by these routes, as `ip route` names them (default, 10.0.0.0/24)"}, \
  {"cgroup", "PATH", OPTION_TEXT, &(o).cgroup, 0, 0, "flows of the processes of this control group of cgroup2"}, \
  {"default", NULL, OPTION_FLAG, &(o).default_, 0, 0, "every flow of the namespace that names no other"}, \
  {"netns", "NAME", OPTION_TEXT, &(o).netns, 0, 0, "routes and default of this network namespace"}, \
  {"port", "PORTS", OPTION_TEXT, &(o).port, 0, 0, "only flows with one of these ports at either end"}, \
  {"ssh", NULL, OPTION_FLAG, &(o).ssh, 0, 0, "flows of port 22 and of this SSH session as well"}, \
  {"name", "NAME", OPTION_TEXT, &(o).name, 0, 0, "what the congestion control is called (mooring)"}, \
  {"fallback", "NAME", OPTION_TEXT, &(o).fallback, 0, 0, "what flows go to where no agent decides (cubic)"}, \
  {"fallback-us", "US", OPTION_NUMBER, &(o).fallback_us, 10000, 3600000000, "after this time without an agent or a program, or of nothing but errors (1000000)"}, \
  {"flows", "N", OPTION_NUMBER, &(o).flows, 1, 65535, "flows at a time (1024)"}, \
  {"coalesce-us", "US", OPTION_NUMBER, &(o).coalesce_us, 0, 1000000, "reports that come closer together go together, at most so late; 0 hands over each at once (1000)"}, \
  {"program", "PATH", OPTION_TEXT, &(o).program, 0, 0, "the helper that holds the kernel's side (/proc/self/exe)"}

#endif
