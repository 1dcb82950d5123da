// A character device (or a FIFO): one peer, the device; a read may give several messages.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "endpoint.h"

// /dev/ccpkp may write one message past the length it was asked for.
#define ASKED_BYTES (LIMIT_MESSAGE_BYTES - LIMIT_CHAR_DEVICE_BYTES)

static int open_char(const struct kind_options *options, const struct identity *owner, const char **what) {
  (void)owner;
  *what = "open the character device";
  int fd = open(options->path, O_RDWR | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
  if (fd < 0) return -errno;
  struct stat stat;
  *what = "not a character device or FIFO";
  if (fstat(fd, &stat) == 0 && (S_ISCHR(stat.st_mode) || S_ISFIFO(stat.st_mode))) return fd;
  close(fd);
  return -ENODEV;
}

static const char *path_of(const struct kind_options *options) { return options->path; }

static int attach(struct endpoint *endpoint) {
  union peer_address device = {.any = {.sa_family = AF_UNSPEC}};
  int64_t number = peers_find(&endpoint->peers, &device, sizeof device.any);
  if (number < 0) return (int)number;
  endpoint->own = malloc(LIMIT_MESSAGE_BYTES);
  return endpoint->own ? 0 : -ENOMEM;
}

static void detach(struct endpoint *endpoint) { free(endpoint->own); }

static ssize_t receive(struct endpoint *endpoint, void *buffer, size_t size, int flags, uint32_t *peer) {
  (void)flags; // opened O_NONBLOCK
  ssize_t got = read(endpoint->fd, endpoint->own, ASKED_BYTES);
  if (got < 0) return -errno;
  *peer = 0;
  // The device gives 0 where others give EAGAIN; a hang-up looks the same and poll tells it.
  if (got == 0) return -EAGAIN;
  if ((size_t)got > size) return -EMSGSIZE;
  memcpy(buffer, endpoint->own, (size_t)got);
  return got;
}

static int send_to(struct endpoint *endpoint, const struct peer *peer, const void *message, size_t length) {
  (void)peer;
  ssize_t wrote = write(endpoint->fd, message, length);
  if (wrote < 0) return -errno;
  return (size_t)wrote == length ? 0 : -EIO;
}

static int parse_address(const char *text, union peer_address *address) {
  address->any.sa_family = AF_UNSPEC;
  return strcmp(text, "device") == 0 ? (int)sizeof address->any : -EINVAL;
}

static int format_address(const struct peer *peer, char *text, size_t size) {
  (void)peer;
  return snprintf(text, size, "device");
}

const struct endpoint_ops endpoint_char = {
    .name = "char",
    .limit = LIMIT_CHAR_DEVICE_BYTES,
    .paced = true,
    .open = open_char,
    .path = path_of,
    .attach = attach,
    .detach = detach,
    .receive = receive,
    .send = send_to,
    .parse_address = parse_address,
    .format_address = format_address,
};
