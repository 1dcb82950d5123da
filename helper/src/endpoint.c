#include "endpoint.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

static ssize_t receive_now(struct endpoint *endpoint, void *buffer, size_t size, uint32_t *peer);
static ssize_t receive_unix(struct endpoint *endpoint, void *buffer, size_t size, uint32_t *peer);
static ssize_t receive_netlink(struct endpoint *endpoint, void *buffer, size_t size, uint32_t *peer);
static ssize_t receive_char(struct endpoint *endpoint, void *buffer, size_t size, uint32_t *peer);
static int wait_readable(const struct endpoint *endpoint, int timeout_ms);
static int64_t clock_ms(void);

int endpoint_attach(struct endpoint *endpoint, int kind, int fd, int wake_fd, bool user_peers) {
  if (kind < KIND_UNIX || kind > KIND_CHAR) return -EINVAL;
  *endpoint = (struct endpoint){.kind = kind, .fd = fd, .wake_fd = wake_fd, .user_peers = user_peers};
  if (kind == KIND_UNIX) return 0;
  // One peer is there from the start: the kernel, or the device.
  union peer_address first = {.netlink = {.nl_family = AF_NETLINK}};
  int64_t number = peers_find(&endpoint->peers, &first, sizeof first.netlink);
  return number < 0 ? (int)number : 0;
}

void endpoint_detach(struct endpoint *endpoint) { peers_free(&endpoint->peers); }

ssize_t endpoint_receive(struct endpoint *endpoint, void *buffer, size_t size, int timeout_ms, uint32_t *peer) {
  int64_t deadline_ms = 0;
  for (;;) {
    ssize_t got = receive_now(endpoint, buffer, size, peer);
    if (got == -EINTR) continue;
    if (got != -EAGAIN || timeout_ms == 0) return got;
    int left_ms = timeout_ms;
    if (timeout_ms > 0) {
      int64_t now_ms = clock_ms();
      if (deadline_ms == 0) deadline_ms = now_ms + timeout_ms;
      left_ms = (int)(deadline_ms - now_ms);
      if (left_ms <= 0) return -EAGAIN;
    }
    int waited = wait_readable(endpoint, left_ms);
    if (waited < 0) return waited;
  }
}

int endpoint_send(struct endpoint *endpoint, uint32_t number, const void *message, size_t length) {
  if (length > endpoint_limit(endpoint)) return -EMSGSIZE;
  const struct peer *peer = peers_at(&endpoint->peers, number);
  if (!peer) return -ESRCH;
  if (endpoint->kind == KIND_CHAR) {
    ssize_t wrote = write(endpoint->fd, message, length);
    if (wrote < 0) return -errno;
    return (size_t)wrote == length ? 0 : -EIO;
  }
  // The kernel module reads nlmsg_len and nothing else of the header.
  struct nlmsghdr head = {.nlmsg_len = (uint32_t)(sizeof head + length)};
  struct iovec parts[2] = {{&head, sizeof head}, {(void *)message, length}};
  bool netlink = endpoint->kind == KIND_NETLINK;
  struct msghdr datagram = {
      .msg_name = (void *)&peer->address,
      .msg_namelen = peer->length,
      .msg_iov = netlink ? parts : parts + 1,
      .msg_iovlen = netlink ? 2 : 1,
  };
  for (;;) {
    if (sendmsg(endpoint->fd, &datagram, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0) return 0;
    // A multicast goes to the kernel as well, which has no USERSOCK receiver of its own to find.
    if (errno == ECONNREFUSED && netlink && peer->address.netlink.nl_groups) return 0;
    if (errno != EINTR) return -errno;
  }
}

int64_t endpoint_peer(struct endpoint *endpoint, const char *address) {
  union peer_address peer = {0};
  if (endpoint->kind == KIND_CHAR) return strcmp(address, "device") == 0 ? 0 : -EINVAL;
  if (endpoint->kind == KIND_NETLINK) {
    peer.netlink.nl_family = AF_NETLINK;
    unsigned number;
    char rest;
    if (sscanf(address, "netlink:%u%c", &number, &rest) == 1) peer.netlink.nl_pid = number;
    else if (sscanf(address, "group:%u%c", &number, &rest) == 1 && number >= 1 && number <= 32) {
      peer.netlink.nl_groups = 1u << (number - 1);
    } else if (strcmp(address, "kernel") != 0) {
      return -EINVAL;
    }
    return peers_find(&endpoint->peers, &peer, sizeof peer.netlink);
  }
  size_t length = strlen(address);
  if (length < 2 || length >= sizeof peer.unix_path.sun_path || (*address != '/' && *address != '@')) return -EINVAL;
  peer.unix_path.sun_family = AF_UNIX;
  memcpy(peer.unix_path.sun_path, address, length);
  if (*address == '@') peer.unix_path.sun_path[0] = 0;
  // A path counts with its terminating zero, an abstract name without, as the kernel reports them.
  socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length + (*address == '/'));
  return peers_find(&endpoint->peers, &peer, size);
}

int endpoint_peer_text(const struct endpoint *endpoint, uint32_t number, char *text, size_t size) {
  const struct peer *peer = peers_at(&endpoint->peers, number);
  if (!peer) return -ESRCH;
  if (endpoint->kind == KIND_CHAR) return snprintf(text, size, "device");
  if (endpoint->kind == KIND_NETLINK) {
    uint32_t groups = peer->address.netlink.nl_groups;
    if (groups) return snprintf(text, size, "group:%d", __builtin_ctz(groups) + 1);
    if (peer->address.netlink.nl_pid == 0) return snprintf(text, size, "kernel");
    return snprintf(text, size, "netlink:%u", peer->address.netlink.nl_pid);
  }
  const char *path = peer->address.unix_path.sun_path;
  int length = (int)(peer->length - offsetof(struct sockaddr_un, sun_path));
  if (*path) return snprintf(text, size, "%.*s", length, path);
  return snprintf(text, size, "@%.*s", length - 1, path + 1);
}

size_t endpoint_limit(const struct endpoint *endpoint) {
  return endpoint->kind == KIND_CHAR ? LIMIT_CHAR_MESSAGE_BYTES : LIMIT_MESSAGE_BYTES;
}

static ssize_t receive_now(struct endpoint *endpoint, void *buffer, size_t size, uint32_t *peer) {
  switch (endpoint->kind) {
  case KIND_UNIX:
    return receive_unix(endpoint, buffer, size, peer);
  case KIND_NETLINK:
    return receive_netlink(endpoint, buffer, size, peer);
  default:
    return receive_char(endpoint, buffer, size, peer);
  }
}

static ssize_t receive_unix(struct endpoint *endpoint, void *buffer, size_t size, uint32_t *peer) {
  for (;;) {
    union peer_address from;
    socklen_t length = sizeof from;
    ssize_t got = recvfrom(endpoint->fd, buffer, size, MSG_DONTWAIT | MSG_TRUNC, &from.any, &length);
    if (got < 0) return -errno;
    // A sender without a name cannot be answered, so it is no datapath.
    if (length <= offsetof(struct sockaddr_un, sun_path)) continue;
    int64_t number = peers_find(&endpoint->peers, &from, length);
    if (number < 0) return number;
    *peer = (uint32_t)number;
    return (size_t)got > size ? -EMSGSIZE : got;
  }
}

static ssize_t receive_netlink(struct endpoint *endpoint, void *buffer, size_t size, uint32_t *peer) {
  for (;;) {
    struct nlmsghdr head;
    struct iovec parts[2] = {{&head, sizeof head}, {buffer, size}};
    union peer_address from = {0};
    struct msghdr datagram = {
        .msg_name = &from, .msg_namelen = sizeof from.netlink, .msg_iov = parts, .msg_iovlen = 2};
    ssize_t got = recvmsg(endpoint->fd, &datagram, MSG_DONTWAIT | MSG_TRUNC);
    if (got < 0) return -errno;
    if (from.netlink.nl_pid != 0 && !endpoint->user_peers) continue;
    // nlmsg_len says where the message ends; the kernel may have padded the datagram.
    if ((size_t)got < sizeof head || head.nlmsg_len < sizeof head || head.nlmsg_len > (size_t)got) continue;
    size_t length = head.nlmsg_len - sizeof head;
    from.netlink.nl_pad = 0;
    from.netlink.nl_groups = 0;
    int64_t number = peers_find(&endpoint->peers, &from, sizeof from.netlink);
    if (number < 0) return number;
    *peer = (uint32_t)number;
    return length > size ? -EMSGSIZE : (ssize_t)length;
  }
}

static ssize_t receive_char(struct endpoint *endpoint, void *buffer, size_t size, uint32_t *peer) {
  // /dev/ccpkp may write one message past the length it was asked for: offer it less than there is.
  if (size <= LIMIT_CHAR_SLACK_BYTES) return -EINVAL;
  ssize_t got = read(endpoint->fd, buffer, size - LIMIT_CHAR_SLACK_BYTES);
  if (got < 0) return -errno;
  *peer = 0;
  // The device gives 0 where others give EAGAIN; a hang-up looks the same and poll tells it.
  return got == 0 ? -EAGAIN : got;
}

static int wait_readable(const struct endpoint *endpoint, int timeout_ms) {
  struct pollfd watched[2] = {{.fd = endpoint->fd, .events = POLLIN}, {.fd = endpoint->wake_fd, .events = POLLIN}};
  int ready = poll(watched, 2, timeout_ms);
  if (ready < 0) return errno == EINTR ? 0 : -errno;
  if (watched[1].revents) return -ECANCELED;
  if (ready == 0) return -EAGAIN;
  if (endpoint->kind != KIND_CHAR) return 0;
  if (watched[0].revents & (POLLERR | POLLNVAL)) return -EIO;
  if ((watched[0].revents & POLLHUP) && !(watched[0].revents & POLLIN)) return -EPIPE;
  // A driver without a poll handler (ccpkp has none) is always "readable": pace the reads. Where
  // there is data, the read before this wait would have found it, so this costs it nothing.
  struct pollfd wake = {.fd = endpoint->wake_fd, .events = POLLIN};
  struct timespec pause = {.tv_nsec = 200 * 1000};
  return ppoll(&wake, 1, &pause, NULL) > 0 ? -ECANCELED : 0;
}

static int64_t clock_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}
