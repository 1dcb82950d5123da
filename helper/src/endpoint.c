#include "endpoint.h"
#include "clock.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>

#define DECLARE(number, name) extern const struct endpoint_ops endpoint_##name;
#define ROW(number, name) [number] = &endpoint_##name,
EACH_KIND(DECLARE)
static const struct endpoint_ops *const kinds[] = {EACH_KIND(ROW)};
#define KINDS_COUNT ((int)(sizeof kinds / sizeof *kinds))

// How long one read waits before the wake is looked at.
enum { READ_WAITS_MS = 10 };

static bool can_wait(struct endpoint *endpoint);
static int wait_readable(const struct endpoint *endpoint, int timeout_ms);

const struct endpoint_ops *endpoint_kind(int kind) { return kind >= 0 && kind < KINDS_COUNT ? kinds[kind] : NULL; }

int endpoint_kind_named(const char *name) {
  for (int kind = 0; kind < KINDS_COUNT; kind += 1) {
    if (strcmp(kinds[kind]->name, name) == 0) return kind;
  }
  return -1;
}

int endpoint_attach(struct endpoint *endpoint, int kind, int fd, int wake_fd, bool user_peers) {
  const struct endpoint_ops *ops = endpoint_kind(kind);
  if (!ops) return -EINVAL;
  *endpoint = (struct endpoint){.ops = ops, .fd = fd, .wake_fd = wake_fd, .user_peers = user_peers};
  return ops->attach ? ops->attach(endpoint) : 0;
}

void endpoint_detach(struct endpoint *endpoint) {
  if (endpoint->ops && endpoint->ops->detach) endpoint->ops->detach(endpoint);
  peers_free(&endpoint->peers);
}

// A message that comes while a read waits costs one system call; read, poll, read would be three. The price is that
// `wake_fd` is looked at only when that read gives up.
ssize_t endpoint_receive(struct endpoint *endpoint, void *buffer, size_t size, int timeout_ms, uint32_t *peer) {
  bool may_wait = timeout_ms != 0 && timeout_ms != 1 && can_wait(endpoint);
  int64_t deadline_ms = timeout_ms > 0 ? clock_ms() + timeout_ms : 0;
  int64_t began_ms = deadline_ms - timeout_ms;
  bool said_readable = false;
  for (;;) {
    ssize_t got = endpoint->ops->receive(endpoint, buffer, size, may_wait ? 0 : MSG_DONTWAIT, peer);
    if (got == -EINTR) continue;
    if (got != -EAGAIN || timeout_ms == 0) return got;
    if (said_readable) endpoint->pretends = true;
    int64_t now_ms = clock_ms();
    int left_ms = timeout_ms < 0 ? -1 : deadline_ms > now_ms ? (int)(deadline_ms - now_ms) : 0;
    // A descriptor that somebody has set to O_NONBLOCK, such as an event loop, gives up at once.
    bool waited = may_wait && now_ms > began_ms;
    may_wait = waited;
    began_ms = now_ms;
    int readable = wait_readable(endpoint, waited ? 0 : left_ms);
    said_readable = readable == 0 && endpoint->ops->paced;
    if (readable == -EAGAIN && left_ms != 0) continue;
    if (readable < 0) return readable;
    if (left_ms == 0) return -EAGAIN;
  }
}

static bool can_wait(struct endpoint *endpoint) {
  if (endpoint->timed || !endpoint->ops->waits) return endpoint->timed;
  struct timeval most = {.tv_usec = READ_WAITS_MS * 1000};
  endpoint->timed = setsockopt(endpoint->fd, SOL_SOCKET, SO_RCVTIMEO, &most, sizeof most) == 0;
  return endpoint->timed;
}

int endpoint_send(struct endpoint *endpoint, uint32_t number, const void *message, size_t length) {
  if (length > endpoint->ops->limit) return -EMSGSIZE;
  if (number >= endpoint->peers.count) return -ESRCH;
  // Whom messages wait for keeps its number.
  peers_use(&endpoint->peers, number);
  return endpoint->ops->send(endpoint, &endpoint->peers.list[number], message, length);
}

uint32_t endpoint_generation(const struct endpoint *endpoint, uint32_t number) {
  const struct peer *peer = peers_at(&endpoint->peers, number);
  return peer ? peer->generation : 0;
}

int endpoint_probe(struct endpoint *endpoint, uint32_t number) {
  const struct peer *peer = peers_at(&endpoint->peers, number);
  if (!peer) return -ESRCH;
  return endpoint->ops->probe ? endpoint->ops->probe(peer) : 0;
}

int64_t endpoint_peer(struct endpoint *endpoint, const char *text) {
  union peer_address address = {0};
  int length = endpoint->ops->parse_address(text, &address);
  return length < 0 ? length : peers_find(&endpoint->peers, &address, (socklen_t)length);
}

int endpoint_peer_text(const struct endpoint *endpoint, uint32_t number, char *text, size_t size) {
  const struct peer *peer = peers_at(&endpoint->peers, number);
  return peer ? endpoint->ops->format_address(peer, text, size) : -ESRCH;
}

static int wait_readable(const struct endpoint *endpoint, int timeout_ms) {
  struct pollfd watched[2] = {{.fd = endpoint->fd, .events = POLLIN}, {.fd = endpoint->wake_fd, .events = POLLIN}};
  int ready = poll(watched, 2, timeout_ms);
  if (ready < 0) return errno == EINTR ? 0 : -errno;
  if (watched[1].revents) return -ECANCELED;
  if (ready == 0) return -EAGAIN;
  if (!endpoint->ops->paced) return 0;
  if (watched[0].revents & (POLLERR | POLLNVAL)) return -EIO;
  if ((watched[0].revents & POLLHUP) && !(watched[0].revents & POLLIN)) return -EPIPE;
  if (!endpoint->pretends) return 0;
  // A driver without a poll handler is always "readable": pace the reads. Where
  // there is data, the read before this wait would have found it, so this costs it nothing.
  struct pollfd wake = {.fd = endpoint->wake_fd, .events = POLLIN};
  struct timespec pause = {.tv_nsec = 200 * 1000};
  return ppoll(&wake, 1, &pause, NULL) > 0 ? -ECANCELED : 0;
}
