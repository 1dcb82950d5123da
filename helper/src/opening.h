// Opens an endpoint of any kind, and keeps the one thing that outlives a process: the socket file.
#ifndef MOORING_OPENING_H
#define MOORING_OPENING_H

#include <sys/stat.h>

#include "endpoint.h"

struct socket_file {
  const char *path; // NULL: none
  ino_t inode;
  dev_t device;
};

// Returns a descriptor, or -errno with *what telling the step that failed. Remembers the socket
// file, which becomes `owner`'s where that is not NULL. A socket gets SO_RCVTIMEO (0: none).
int open_kind(int kind, const struct kind_options *options, int timeout_ms, const struct identity *owner,
              struct socket_file *file, const char **what);
void remove_file(const struct socket_file *file);

#endif
