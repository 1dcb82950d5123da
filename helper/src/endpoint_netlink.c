// AF_NETLINK USERSOCK: the Linux module of CCP, which multicasts to a group; for tests also processes.
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <linux/netlink.h>

#include "endpoint.h"

static int open_netlink(const struct kind_options *options, const struct identity *owner, const char **what) {
  (void)owner;
  uint32_t group = (uint32_t)options->group;
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
  *what = "join the netlink multicast group (CAP_NET_ADMIN: run with sudo, or give setcap cap_net_admin+ep to what mooring helper path names)";
  if (setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof group) < 0) goto failed;
  return fd;
failed:;
  int error = -errno;
  close(fd);
  return error;
}

static int attach(struct endpoint *endpoint) {
  union peer_address kernel = {.netlink = {.nl_family = AF_NETLINK}};
  int64_t number = peers_find(&endpoint->peers, &kernel, sizeof kernel.netlink);
  return number < 0 ? (int)number : 0;
}

static ssize_t receive(struct endpoint *endpoint, void *buffer, size_t size, int flags, uint32_t *peer) {
  for (int skipped = 0; skipped < ENDPOINT_MOST_SKIPPED; skipped += 1) {
    struct nlmsghdr head;
    struct iovec parts[2] = {{&head, sizeof head}, {buffer, size}};
    union peer_address from = {0};
    struct msghdr datagram = {
        .msg_name = &from, .msg_namelen = sizeof from.netlink, .msg_iov = parts, .msg_iovlen = 2};
    ssize_t got = recvmsg(endpoint->fd, &datagram, flags | MSG_TRUNC);
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
  return -EAGAIN;
}

static int send_to(struct endpoint *endpoint, const struct peer *peer, const void *message, size_t length) {
  // The kernel module reads nlmsg_len and nothing else of the header.
  struct nlmsghdr head = {.nlmsg_len = (uint32_t)(sizeof head + length)};
  struct iovec parts[2] = {{&head, sizeof head}, {(void *)message, length}};
  struct msghdr datagram = {
      .msg_name = (void *)&peer->address, .msg_namelen = peer->length, .msg_iov = parts, .msg_iovlen = 2};
  for (;;) {
    if (sendmsg(endpoint->fd, &datagram, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0) return 0;
    // A multicast goes to the kernel as well, which has no USERSOCK receiver of its own to find.
    if (errno == ECONNREFUSED && peer->address.netlink.nl_groups) return 0;
    if (errno != EINTR) return -errno;
  }
}

static int parse_address(const char *text, union peer_address *address) {
  unsigned number;
  char rest;
  address->netlink.nl_family = AF_NETLINK;
  if (sscanf(text, "netlink:%u%c", &number, &rest) == 1) address->netlink.nl_pid = number;
  else if (sscanf(text, "group:%u%c", &number, &rest) == 1 && number >= 1 && number <= 32) {
    address->netlink.nl_groups = 1u << (number - 1);
  } else if (strcmp(text, "kernel") != 0) {
    return -EINVAL;
  }
  return sizeof address->netlink;
}

static int format_address(const struct peer *peer, char *text, size_t size) {
  uint32_t groups = peer->address.netlink.nl_groups;
  if (groups) return snprintf(text, size, "group:%d", __builtin_ctz(groups) + 1);
  if (peer->address.netlink.nl_pid == 0) return snprintf(text, size, "kernel");
  return snprintf(text, size, "netlink:%u", peer->address.netlink.nl_pid);
}

const struct endpoint_ops endpoint_netlink = {
    .name = "netlink",
    .limit = LIMIT_MESSAGE_BYTES,
    .waits = true,
    .open = open_netlink,
    .attach = attach,
    .receive = receive,
    .send = send_to,
    .parse_address = parse_address,
    .format_address = format_address,
};
