#include "opening.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

static int set_buffers(int fd, const struct kind_options *options, int timeout_ms, const char **what);
static int set_buffer(int fd, int forced, int usual, int bytes);

int open_kind(int kind, const struct kind_options *options, int timeout_ms, const struct identity *owner,
              struct socket_file *file, const char **what) {
  *file = (struct socket_file){0};
  const struct endpoint_ops *ops = endpoint_kind(kind);
  *what = "kind";
  if (!ops) return -EINVAL;
  int fd = ops->open(options, owner, what);
  if (fd < 0) return fd;
  struct stat stat;
  const char *path = ops->path ? ops->path(options) : "";
  if (*path == '/' && lstat(path, &stat) == 0 && S_ISSOCK(stat.st_mode)) {
    *file = (struct socket_file){path, stat.st_ino, stat.st_dev};
  }
  if (fstat(fd, &stat) < 0 || !S_ISSOCK(stat.st_mode)) return fd;
  int error = set_buffers(fd, options, timeout_ms, what);
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

// SO_RCVBUF and SO_SNDBUF (0: as the system has it), and SO_RCVTIMEO.
static int set_buffers(int fd, const struct kind_options *options, int timeout_ms, const char **what) {
  *what = "SO_RCVBUF";
  if (set_buffer(fd, SO_RCVBUFFORCE, SO_RCVBUF, (int)options->rcvbuf) < 0) return -errno;
  *what = "SO_SNDBUF";
  if (set_buffer(fd, SO_SNDBUFFORCE, SO_SNDBUF, (int)options->sndbuf) < 0) return -errno;
  struct timeval timeout = {.tv_sec = timeout_ms / 1000, .tv_usec = timeout_ms % 1000 * 1000};
  *what = "SO_RCVTIMEO";
  if (timeout_ms && setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout) < 0) return -errno;
  return 0;
}

// With CAP_NET_ADMIN beyond the system's limit; without, the kernel gives what it allows.
static int set_buffer(int fd, int forced, int usual, int bytes) {
  if (bytes == 0 || setsockopt(fd, SOL_SOCKET, forced, &bytes, sizeof bytes) == 0) return 0;
  return setsockopt(fd, SOL_SOCKET, usual, &bytes, sizeof bytes);
}
