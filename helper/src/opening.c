// Opens the three kinds of descriptor. Each function keeps one `failed:` path and leaves nothing
// behind when it takes it.
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <linux/netlink.h>

#include "endpoint.h"

static int make_directories(const struct unix_options *options);
static int give(const char *path, const struct identity *owner);
static int set_buffer(int fd, int forced, int usual, int bytes);
static int bind_replacing_stale(int fd, const struct sockaddr_un *address, socklen_t length, const char **what);

int open_unix(const struct unix_options *options, const char **what) {
  const char *path = options->path;
  bool abstract = *path == '@';
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  size_t length = strlen(path);
  *what = "socket path";
  if (length >= sizeof address.sun_path) return -ENAMETOOLONG;
  if (length < 2 || (!abstract && *path != '/')) return -EINVAL;
  memcpy(address.sun_path, path, length);
  if (abstract) address.sun_path[0] = 0;
  socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length + !abstract);
  int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  *what = "socket";
  if (fd < 0) return -errno;
  int error = 0;
  if (!abstract) {
    *what = "make the socket's directory";
    error = make_directories(options);
  }
  if (!error) error = bind_replacing_stale(fd, &address, size, what);
  if (error || abstract) goto done;
  // Never through a symbolic link: the directory may be another's, who may have replaced the file.
  *what = "chmod the socket";
  int64_t mode = options->socket_mode;
  if (mode >= 0 && fchmodat(AT_FDCWD, path, (mode_t)mode, AT_SYMLINK_NOFOLLOW) < 0) error = -errno;
  if (!error) {
    *what = "give the socket to its user";
    error = give(path, options->owner);
  }
  if (error) unlink(path);
done:
  if (!error) return fd;
  close(fd);
  return error;
}

int open_netlink(uint32_t group, const char **what) {
  int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_USERSOCK);
  *what = "socket AF_NETLINK USERSOCK";
  if (fd < 0) return -errno;
  // nl_pid is our process id where that is free, as portus has it; else the kernel picks one.
  struct sockaddr_nl address = {.nl_family = AF_NETLINK, .nl_pid = (uint32_t)getpid()};
  *what = "bind netlink";
  int bound = bind(fd, (struct sockaddr *)&address, sizeof address);
  if (bound < 0 && errno == EADDRINUSE) {
    address.nl_pid = 0;
    bound = bind(fd, (struct sockaddr *)&address, sizeof address);
  }
  if (bound < 0) goto failed;
  *what = "join the netlink multicast group (CAP_NET_ADMIN: use sudo, or setcap cap_net_admin+ep mooring-helper)";
  if (setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof group) < 0) goto failed;
  return fd;
failed:;
  int error = -errno;
  close(fd);
  return error;
}

int open_char(const char *path, const char **what) {
  *what = "open the character device";
  int fd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
  if (fd < 0) return -errno;
  struct stat stat;
  *what = "not a character device or FIFO";
  if (fstat(fd, &stat) == 0 && (S_ISCHR(stat.st_mode) || S_ISFIFO(stat.st_mode))) return fd;
  close(fd);
  return -ENODEV;
}

int set_buffers(int fd, int receive_bytes, int send_bytes, int timeout_ms, const char **what) {
  *what = "SO_RCVBUF";
  if (set_buffer(fd, SO_RCVBUFFORCE, SO_RCVBUF, receive_bytes) < 0) return -errno;
  *what = "SO_SNDBUF";
  if (set_buffer(fd, SO_SNDBUFFORCE, SO_SNDBUF, send_bytes) < 0) return -errno;
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

static int make_directories(const struct unix_options *options) {
  const char *path = options->path;
  char partial[sizeof((struct sockaddr_un *)0)->sun_path];
  for (const char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
    size_t length = (size_t)(slash - path);
    memcpy(partial, path, length);
    partial[length] = 0;
    int error = mkdir(partial, (mode_t)options->directory_mode) < 0 ? -errno : give(partial, options->owner);
    if (error && error != -EEXIST) return error;
  }
  return 0;
}

// The user who goes on without privilege must be able to remove what is made here.
static int give(const char *path, const struct identity *owner) {
  if (!owner || !owner->changes) return 0;
  return lchown(path, owner->uid, owner->gid) < 0 ? -errno : 0;
}

// A socket file outlives a killed process. It is stale when nobody answers behind it; anything
// else at that path, a live socket or no socket at all, is left alone.
static int bind_replacing_stale(int fd, const struct sockaddr_un *address, socklen_t length, const char **what) {
  *what = "bind";
  if (bind(fd, (const struct sockaddr *)address, length) == 0) return 0;
  if (errno != EADDRINUSE || !address->sun_path[0]) return -errno;
  struct stat stat;
  if (lstat(address->sun_path, &stat) < 0) return -errno;
  *what = "bind: the path exists and is no socket; remove it";
  if (!S_ISSOCK(stat.st_mode)) return -EEXIST;
  int probe = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (probe < 0) return -errno;
  bool stale = connect(probe, (const struct sockaddr *)address, length) < 0 && errno == ECONNREFUSED;
  close(probe);
  *what = "bind: another process listens there";
  if (!stale) return -EADDRINUSE;
  *what = "remove the stale socket";
  if (unlink(address->sun_path) < 0 && errno != ENOENT) return -errno;
  *what = "bind";
  return bind(fd, (const struct sockaddr *)address, length) < 0 ? -errno : 0;
}
