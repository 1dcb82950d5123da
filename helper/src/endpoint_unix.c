// AF_UNIX datagrams: peers are sockets with a path or an abstract name.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include "endpoint.h"

static int make_directories(const char *path, mode_t mode, const struct identity *owner);
static int check_directory(const char *path, const struct identity *owner, const char **what);
static int give(const char *path, const struct identity *owner);
static int bind_replacing_stale(int fd, const struct sockaddr_un *address, socklen_t length, const char **what);

static int open_unix(const struct kind_options *options, const struct identity *owner, const char **what) {
  const char *path = options->bind;
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
    error = make_directories(path, (mode_t)options->dir_mode, owner);
    if (!error) error = check_directory(path, owner, what);
  }
  if (!error) error = bind_replacing_stale(fd, &address, size, what);
  if (error || abstract) goto done;
  // Never through a symbolic link: the directory may be another's, who may have replaced the file.
  *what = "chmod the socket";
  int64_t mode = options->mode;
  if (mode >= 0 && fchmodat(AT_FDCWD, path, (mode_t)mode, AT_SYMLINK_NOFOLLOW) < 0) error = -errno;
  if (!error) {
    *what = "give the socket to its user";
    error = give(path, owner);
  }
  if (error) unlink(path);
done:
  if (!error) return fd;
  close(fd);
  return error;
}

static const char *path_of(const struct kind_options *options) { return options->bind; }

static ssize_t receive(struct endpoint *endpoint, void *buffer, size_t size, int flags, uint32_t *peer) {
  for (int skipped = 0; skipped < ENDPOINT_MOST_SKIPPED; skipped += 1) {
    union peer_address from;
    socklen_t length = sizeof from;
    ssize_t got = recvfrom(endpoint->fd, buffer, size, flags | MSG_TRUNC, &from.any, &length);
    if (got < 0) return -errno;
    // A sender without a name cannot be answered, so it is no datapath.
    if (length <= offsetof(struct sockaddr_un, sun_path)) continue;
    int64_t number = peers_find(&endpoint->peers, &from, length);
    if (number < 0) return number;
    *peer = (uint32_t)number;
    return (size_t)got > size ? -EMSGSIZE : got;
  }
  return -EAGAIN;
}

static int send_to(struct endpoint *endpoint, const struct peer *peer, const void *message, size_t length) {
  for (;;) {
    ssize_t sent =
        sendto(endpoint->fd, message, length, MSG_DONTWAIT | MSG_NOSIGNAL, &peer->address.any, peer->length);
    if (sent >= 0) return 0;
    if (errno != EINTR) return -errno;
  }
}

static int probe(const struct peer *peer) {
  int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return 0; // nothing is known
  int error = connect(fd, &peer->address.any, peer->length) < 0 ? -errno : 0;
  close(fd);
  return error;
}

static int parse_address(const char *text, union peer_address *address) {
  size_t length = strlen(text);
  if (length < 2 || length >= sizeof address->unix_path.sun_path || (*text != '/' && *text != '@')) return -EINVAL;
  address->unix_path.sun_family = AF_UNIX;
  memcpy(address->unix_path.sun_path, text, length);
  if (*text == '@') address->unix_path.sun_path[0] = 0;
  // A path counts with its terminating zero, an abstract name without, as the kernel reports them.
  return (int)(offsetof(struct sockaddr_un, sun_path) + length + (*text == '/'));
}

static int format_address(const struct peer *peer, char *text, size_t size) {
  const char *path = peer->address.unix_path.sun_path;
  int length = (int)(peer->length - offsetof(struct sockaddr_un, sun_path));
  if (*path) return snprintf(text, size, "%.*s", length, path);
  return snprintf(text, size, "@%.*s", length - 1, path + 1);
}

static int make_directories(const char *path, mode_t mode, const struct identity *owner) {
  char partial[sizeof((struct sockaddr_un *)0)->sun_path];
  for (const char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
    size_t length = (size_t)(slash - path);
    memcpy(partial, path, length);
    partial[length] = 0;
    int error = mkdir(partial, mode) < 0 ? -errno : give(partial, owner);
    if (error && error != -EEXIST) return error;
  }
  return 0;
}

// Whoever may rename what is in the directory can take the socket's place, and with it every datapath.
static int check_directory(const char *path, const struct identity *owner, const char **what) {
  char directory[sizeof((struct sockaddr_un *)0)->sun_path];
  size_t length = (size_t)(strrchr(path, '/') - path);
  memcpy(directory, path, length);
  memcpy(directory + length, length ? "" : "/", length ? 1 : 2);
  // By number: the name `stat` is younger than the oldest C library the addon is for. On 64 bits its struct is the kernel's.
  struct stat found;
  if (syscall(SYS_newfstatat, AT_FDCWD, directory, &found, 0) < 0) return -errno;
  *what = "the socket's directory belongs to another user, who could put a socket of his in its place";
  bool ours = found.st_uid == 0 || found.st_uid == geteuid() || (owner && found.st_uid == owner->uid);
  if (!ours) return -EPERM;
  *what = "others may write to the socket's directory and put a socket of theirs in its place (chmod go-w, or +t)";
  return (found.st_mode & S_IWOTH) && !(found.st_mode & S_ISVTX) ? -EPERM : 0;
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

const struct endpoint_ops endpoint_unix = {
    .name = "unix",
    .limit = LIMIT_MESSAGE_BYTES,
    .waits = true,
    .open = open_unix,
    .path = path_of,
    .receive = receive,
    .send = send_to,
    .probe = probe,
    .parse_address = parse_address,
    .format_address = format_address,
};
