#include "open_options.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static const char *const kind_names[] = {[KIND_UNIX] = "unix", [KIND_NETLINK] = "netlink", [KIND_CHAR] = "char"};

int read_kind(const struct usage *usage, int argc, char **argv, int *kind, int *status) {
  *kind = -1;
  if (argc > 1 && argv[1][0] != '-') {
    for (int i = 0; i <= KIND_CHAR; i += 1) {
      if (strcmp(argv[1], kind_names[i]) == 0) *kind = i;
    }
    if (*kind < 0) {
      *status = usage_error(usage, "no kind %.40s", argv[1]);
      return -1;
    }
  }
  int skip = *kind >= 0;
  int first = read_arguments(usage, argc - skip, argv + skip, status);
  if (first < 0) return -1;
  if (*kind >= 0) return first + skip;
  *status = usage_error(usage, "which kind?");
  return -1;
}

const char *kind_name(int kind) { return kind_names[kind]; }

const char *kind_place(const struct open_options *options, int kind) {
  return kind == KIND_UNIX ? options->bind_path : kind == KIND_CHAR ? options->device_path : "USERSOCK";
}

int open_kind(const struct open_options *options, int kind, const struct identity *owner, struct socket_file *file,
              const char **what) {
  struct unix_options unix_options = {options->bind_path, options->socket_mode, options->directory_mode, owner};
  *file = (struct socket_file){0};
  if (kind == KIND_CHAR) return open_char(options->device_path, what);
  int fd = kind == KIND_UNIX ? open_unix(&unix_options, what) : open_netlink((uint32_t)options->group, what);
  if (fd < 0) return fd;
  struct stat stat;
  if (kind == KIND_UNIX && *options->bind_path != '@' && lstat(options->bind_path, &stat) == 0) {
    *file = (struct socket_file){options->bind_path, stat.st_ino, stat.st_dev};
  }
  int error = set_buffers(fd, (int)options->receive_bytes, (int)options->send_bytes, (int)options->timeout_ms, what);
  if (!error) return fd;
  close(fd);
  remove_file(file);
  return error;
}

void remove_file(const struct socket_file *file) {
  struct stat stat;
  if (!file->path || lstat(file->path, &stat) < 0) return;
  if (stat.st_ino == file->inode && stat.st_dev == file->device) unlink(file->path);
}
