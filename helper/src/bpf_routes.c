#include "bpf_routes.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/netlink.h>
#include <linux/rtnetlink.h>

struct prefix {
  int family;
  uint8_t bits;
  uint8_t bytes[16];
};

struct message {
  struct nlmsghdr head;
  struct rtmsg route;
  uint8_t rest[UNDO_BYTES - sizeof(struct nlmsghdr) - sizeof(struct rtmsg)];
};

static bool read_prefix(const char *text, struct prefix *prefix);
static int find(const struct prefix *prefix, struct message *found);
static int write_route(const struct message *from, const char *name, const char *without, struct message *to);
static int ask(const struct message *message);

int route_set(const char *text, const char *name, struct undo *undo) {
  struct prefix prefix;
  struct message found, before, after;
  if (!read_prefix(text, &prefix)) return -EINVAL;
  int error = find(&prefix, &found);
  // One that a killed helper left names us already, which is not how it was.
  if (!error) error = write_route(&found, NULL, name, &before);
  if (!error) error = write_route(&found, name, name, &after);
  if (!error) error = undo_note(undo, UNDO_ROUTE, text, &before, before.head.nlmsg_len);
  if (error) return error;
  error = ask(&after);
  if (error) undo_forget(undo);
  return error;
}

int route_put_back(const void *bytes, size_t length) {
  struct message message;
  if (length > sizeof message) return -EINVAL;
  memcpy(&message, bytes, length);
  return ask(&message);
}

// "default", or an address of either version with or without its bits.
static bool read_prefix(const char *text, struct prefix *prefix) {
  char address[64];
  *prefix = (struct prefix){.family = AF_INET};
  if (strcmp(text, "default") == 0) return true;
  if (strlen(text) >= sizeof address) return false;
  strcpy(address, text);
  char *slash = strchr(address, '/');
  if (slash) *slash = 0;
  prefix->family = strchr(address, ':') ? AF_INET6 : AF_INET;
  if (inet_pton(prefix->family, address, prefix->bytes) != 1) return false;
  int most = prefix->family == AF_INET ? 32 : 128;
  char *end = "";
  long bits = slash ? strtol(slash + 1, &end, 10) : most;
  if (*end || bits < 0 || bits > most || (slash && end == slash + 1)) return false;
  prefix->bits = (uint8_t)bits;
  return true;
}

static bool is_route(const struct nlmsghdr *head, const struct prefix *prefix) {
  const struct rtmsg *route = NLMSG_DATA(head);
  if (head->nlmsg_type != RTM_NEWROUTE || route->rtm_family != prefix->family || route->rtm_dst_len != prefix->bits) return false;
  if (route->rtm_table != RT_TABLE_MAIN || route->rtm_type != RTN_UNICAST || (route->rtm_flags & RTM_F_CLONED)) return false;
  size_t bytes = prefix->family == AF_INET ? 4 : 16;
  int left = (int)RTM_PAYLOAD(head);
  bool same = prefix->bits == 0;
  for (const struct rtattr *at = RTM_RTA(route); RTA_OK(at, left); at = RTA_NEXT(at, left)) {
    if (at->rta_type == RTA_DST && RTA_PAYLOAD(at) >= bytes) same = memcmp(RTA_DATA(at), prefix->bytes, bytes) == 0;
  }
  return same;
}

// The first of the main table, which is the one that counts.
static int find(const struct prefix *prefix, struct message *found) {
  struct {
    struct nlmsghdr head;
    struct rtmsg route;
  } request = {
      .head = {.nlmsg_len = sizeof request, .nlmsg_type = RTM_GETROUTE, .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP},
      .route = {.rtm_family = (uint8_t)prefix->family},
  };
  int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
  if (fd < 0) return -errno;
  int error = send(fd, &request, sizeof request, 0) < 0 ? -errno : -ESRCH;
  static _Alignas(8) uint8_t answer[65536];
  for (bool more = error == -ESRCH; more;) {
    ssize_t got = recv(fd, answer, sizeof answer, 0);
    if (got < 0) error = -errno;
    if (got <= 0) break;
    unsigned int left = (unsigned int)got;
    for (const struct nlmsghdr *head = (const struct nlmsghdr *)answer; NLMSG_OK(head, left); head = NLMSG_NEXT(head, left)) {
      if (head->nlmsg_type == NLMSG_DONE || head->nlmsg_type == NLMSG_ERROR) more = false;
      else if (error == -ESRCH && is_route(head, prefix)) {
        error = head->nlmsg_len <= sizeof *found ? 0 : -EMSGSIZE;
        if (!error) memcpy(found, head, head->nlmsg_len);
      }
    }
  }
  close(fd);
  return error;
}

static struct rtattr *add(struct message *to, uint16_t type, const void *bytes, size_t length) {
  struct rtattr *at = (struct rtattr *)((uint8_t *)to + NLMSG_ALIGN(to->head.nlmsg_len));
  if ((uint8_t *)at + RTA_SPACE(length) > (uint8_t *)(to + 1)) return NULL;
  at->rta_type = type;
  at->rta_len = (uint16_t)RTA_LENGTH(length);
  if (length) memcpy(RTA_DATA(at), bytes, length);
  to->head.nlmsg_len = NLMSG_ALIGN(to->head.nlmsg_len) + RTA_SPACE(length);
  return at;
}

static bool has(const struct message *message, int type) {
  int left = (int)RTM_PAYLOAD(&message->head);
  for (const struct rtattr *at = RTM_RTA(&message->route); RTA_OK(at, left); at = RTA_NEXT(at, left)) {
    if (at->rta_type == type) return true;
  }
  return false;
}

// The same route with congestion control `name`; or, where that is NULL, with the one it has unless that is `without`.
static int write_route(const struct message *from, const char *name, const char *without, struct message *to) {
  *to = (struct message){.head = {.nlmsg_len = NLMSG_LENGTH(sizeof to->route),
                                  .nlmsg_type = RTM_NEWROUTE,
                                  .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | NLM_F_REPLACE},
                         .route = from->route};
  to->route.rtm_flags &= RTNH_F_ONLINK;
  bool by_number = has(from, RTA_NH_ID);
  const struct rtattr *metrics = NULL;
  int left = (int)RTM_PAYLOAD(&from->head);
  for (const struct rtattr *at = RTM_RTA(&from->route); RTA_OK(at, left); at = RTA_NEXT(at, left)) {
    if (at->rta_type == RTA_METRICS) metrics = at;
    else if (at->rta_type == RTA_CACHEINFO || at->rta_type == RTA_EXPIRES) continue;
    // The kernel tells both and takes one.
    else if (by_number && (at->rta_type == RTA_GATEWAY || at->rta_type == RTA_OIF || at->rta_type == RTA_MULTIPATH)) continue;
    else if (!add(to, at->rta_type, RTA_DATA(at), RTA_PAYLOAD(at))) return -EMSGSIZE;
  }
  if (!metrics && !name) return 0;
  struct rtattr *nest = add(to, RTA_METRICS, NULL, 0);
  if (!nest) return -EMSGSIZE;
  left = metrics ? (int)RTA_PAYLOAD(metrics) : 0;
  for (const struct rtattr *at = metrics ? RTA_DATA(metrics) : NULL; at && RTA_OK(at, left); at = RTA_NEXT(at, left)) {
    if (at->rta_type == RTAX_CC_ALGO && (name || strncmp(RTA_DATA(at), without, RTA_PAYLOAD(at)) == 0)) continue;
    if (!add(to, at->rta_type, RTA_DATA(at), RTA_PAYLOAD(at))) return -EMSGSIZE;
  }
  if (name && !add(to, RTAX_CC_ALGO, name, strlen(name) + 1)) return -EMSGSIZE;
  nest->rta_len = (uint16_t)((uint8_t *)to + to->head.nlmsg_len - (uint8_t *)nest);
  return 0;
}

static int ask(const struct message *message) {
  int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
  if (fd < 0) return -errno;
  struct {
    struct nlmsghdr head;
    struct nlmsgerr error;
    uint8_t rest[UNDO_BYTES];
  } answer = {0};
  int error = 0;
  if (send(fd, message, message->head.nlmsg_len, 0) < 0 || recv(fd, &answer, sizeof answer, 0) < 0) error = -errno;
  else if (answer.head.nlmsg_type == NLMSG_ERROR) error = answer.error.error;
  close(fd);
  return error;
}
