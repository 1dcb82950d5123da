// relay KIND …: opens what needs privilege, gives the privilege up, and carries messages between
// the endpoint and a byte stream as frames, for an algorithm that lives in the calling process.
// Ends when the stream ends.
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "child.h"
#include "frames.h"
#include "open_options.h"
#include "pending.h"
#include "say.h"
#include "verbs.h"

#define OUT_BYTES (1 << 20)
#define RETRY_MS 1
#define BATCH 64

static struct open_options options = OPEN_DEFAULTS;
static const struct option_row rows[] = {OPEN_ROWS(options, "number of the stream the frames go over (3)")};
static const struct usage usage = {
    .verb = "relay",
    .synopsis = "relay " KIND_NAMES " [OPTIONS]",
    .about = "Carries messages between CCP datapaths and a stream of frames (spec/helper.md) on descriptor --fd.",
    .rows = rows,
    .rows_count = sizeof rows / sizeof *rows,
};

struct relay {
  struct endpoint endpoint;
  struct out_stream out;
  struct pending pending;
  int signals;
  uint8_t in[2 * BYTES_FRAME];
  size_t in_count;
  bool held;          // frames wait in `in` for room in `out`
  bool paced;         // the endpoint claimed to be readable and was not: a driver without poll
  bool stopping;
};

static int run(struct relay *relay, const char **what);
static int hello(struct relay *relay, int kind);
static int from_endpoint(struct relay *relay);
static int from_stream(struct relay *relay);
static int handle_buffered(struct relay *relay);
static int handle_frame(struct relay *relay, const struct frame *frame);
static int add_peer(struct relay *relay, const struct frame *frame);
static int deliver(struct relay *relay, uint16_t peer, const uint8_t *message, size_t length);
static int announce(struct relay *relay, uint32_t peer);
static int refuse(void *relay, uint16_t peer, int error);
static int tell(struct relay *relay, uint8_t kind, uint16_t peer, uint32_t number, const void *text, size_t length);

int verb_relay(int argc, char **argv) {
  int status = EXIT_DONE, kind;
  int first = read_kind(&usage, argc, argv, &kind, &status);
  if (first < 0) return status;
  if (first < argc) return usage_error(&usage, "%.80s is one argument too many", argv[first]);
  int stream = (int)options.fd;
  if (fcntl(stream, F_GETFD) < 0) return usage_error(&usage, "descriptor %d is not open", stream);

  static struct relay relay; // large, and the only one
  const char *what = "";
  struct identity identity;
  struct socket_file file = {0};
  pid_t parent = getppid();
  int fd = -1;
  int error = choose_identity(options.user, &identity, &what);
  if (error < 0) goto done;
  what = "signalfd";
  error = relay.signals = open_signals();
  if (error < 0) goto done;
  error = fd = open_kind(kind, &options.kind, 0, &identity, &file, &what);
  if (error < 0) goto done;
  error = drop_privilege(&identity, &what);
  if (error < 0) goto done;
  what = "the caller died";
  error = die_with_parent(SIGTERM, parent) ? 0 : -ESRCH;
  if (error < 0) goto done;
  what = "stream";
  error = fcntl(stream, F_SETFL, fcntl(stream, F_GETFL) | O_NONBLOCK) < 0 ? -errno : 0;
  if (error < 0) goto done;
  what = "memory";
  error = out_open(&relay.out, stream, OUT_BYTES) ? 0 : -ENOMEM;
  if (error < 0) goto done;
  error = endpoint_attach(&relay.endpoint, kind, fd, -1, options.kind.user_peers);
  if (error < 0) goto done;
  error = hello(&relay, kind);
  if (!error) error = run(&relay, &what);
done:
  // The caller going away is how a relay usually ends.
  if (error == -EPIPE || error == -ECONNRESET) error = 0;
  if (error < 0) {
    status = say_errno("relay", -error, "%s: %s", kind_text(kind, &options.kind), what);
    if (relay.out.bytes) {
      tell(&relay, FRAME_FAILED, 0, (uint32_t)-error, what, strlen(what));
      out_flush(&relay.out);
    }
  }
  pending_free(&relay.pending);
  endpoint_detach(&relay.endpoint);
  out_close(&relay.out);
  remove_file(&file);
  return status;
}

static int run(struct relay *relay, const char **what) {
  while (!relay->stopping) {
    // The stream's reader is slow: leave messages in the kernel, which pushes back or says so.
    bool may_receive = out_has_room(&relay->out);
    struct pollfd watched[] = {
        {.fd = relay->signals, .events = POLLIN},
        {.fd = relay->out.fd, .events = (short)((relay->held ? 0 : POLLIN) | (out_waits(&relay->out) ? POLLOUT : 0))},
        {.fd = may_receive && !relay->paced ? relay->endpoint.fd : -1, .events = POLLIN},
    };
    *what = "poll";
    if (poll(watched, 3, relay->pending.count || relay->paced ? RETRY_MS : -1) < 0 && errno != EINTR) return -errno;
    if (watched[0].revents) {
      struct signal_told told = next_signal(relay->signals);
      if (told.number && told.number != SIGCHLD) return 0;
    }
    int error = 0;
    if (watched[2].revents || (relay->paced && may_receive)) {
      *what = "receive";
      error = from_endpoint(relay);
    }
    if (!error && relay->held) error = handle_buffered(relay);
    if (!error && watched[1].revents & (POLLIN | POLLHUP | POLLERR)) {
      *what = "stream";
      error = from_stream(relay);
    }
    // Each message that is refused is told of.
    if (!error && relay->pending.count && out_has_room(&relay->out)) {
      *what = "send";
      error = pending_retry(&relay->pending, &relay->endpoint, refuse, relay);
    }
    if (!error) {
      *what = "stream";
      error = out_flush(&relay->out);
    }
    if (error) return error;
  }
  return out_flush(&relay->out);
}

static int hello(struct relay *relay, int kind) {
  const struct endpoint_ops *ops = relay->endpoint.ops;
  uint8_t head[4] = {HELPER_VERSION, (uint8_t)kind, (uint8_t)ops->limit, (uint8_t)(ops->limit >> 8)};
  const char *place = ops->path ? ops->path(&options.kind) : ops->name;
  int error = out_frame(&relay->out, FRAME_HELLO, 0, head, sizeof head, place, strlen(place));
  for (uint32_t peer = 0; !error && peer < relay->endpoint.peers.count; peer += 1) error = announce(relay, peer);
  return error;
}

static int from_endpoint(struct relay *relay) {
  // A bound on one turn, so that the other direction gets its own.
  for (int i = 0; i < BATCH && out_has_room(&relay->out); i += 1) {
    uint8_t message[LIMIT_MESSAGE_BYTES];
    uint32_t peer = 0;
    ssize_t got = endpoint_receive(&relay->endpoint, message, sizeof message, 0, &peer);
    int error = 0;
    relay->paced = got == -EAGAIN && i == 0 && relay->endpoint.ops->paced;
    if (got == -EAGAIN) return 0;
    if (got == -ENOBUFS) error = tell(relay, FRAME_OVERRUN, 0, 1, NULL, 0);
    else if (got == -EMSGSIZE || got == -ENOMEM) error = tell(relay, FRAME_DROPPED, PEER_NEW, 1, NULL, 0);
    else if (got < 0) return (int)got;
    else {
      error = announce(relay, peer);
      if (!error) error = out_frame(&relay->out, FRAME_MESSAGE, (uint16_t)peer, message, (size_t)got, NULL, 0);
    }
    if (error) return error;
  }
  return 0;
}

static int from_stream(struct relay *relay) {
  for (int i = 0; i < BATCH && !relay->held && !relay->stopping; i += 1) {
    ssize_t got = read(relay->out.fd, relay->in + relay->in_count, sizeof relay->in - relay->in_count);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno == EAGAIN) return 0;
    if (got < 0) return -errno;
    if (got == 0) return -EPIPE;
    relay->in_count += (size_t)got;
    int error = handle_buffered(relay);
    if (error) return error;
  }
  return 0;
}

// Every frame may cause an answer, so none is handled without room for one.
static int handle_buffered(struct relay *relay) {
  size_t used = 0;
  int error = 0;
  while (!error && !relay->stopping) {
    relay->held = !out_has_room(&relay->out);
    if (relay->held) break;
    struct frame frame;
    ssize_t length = read_frame(relay->in + used, relay->in_count - used, &frame);
    if (length == 0) break;
    error = length < 0 ? (int)length : handle_frame(relay, &frame);
    if (!error) used += (size_t)length;
  }
  memmove(relay->in, relay->in + used, relay->in_count - used);
  relay->in_count -= used;
  return error;
}

static int handle_frame(struct relay *relay, const struct frame *frame) {
  switch (frame->kind) {
  case FRAME_STOP:
    relay->stopping = true;
    return 0;
  case FRAME_PEER:
    return add_peer(relay, frame);
  case FRAME_MESSAGE:
    return deliver(relay, frame->peer, frame->body, frame->body_length);
  default:
    return -EPROTO;
  }
}

// Answered with PEER, also when the peer was known, or REFUSED; both carry the address asked for.
static int add_peer(struct relay *relay, const struct frame *frame) {
  char address[BYTES_PEER_ADDRESS + 1];
  int64_t peer = -EINVAL;
  if (frame->body_length <= BYTES_PEER_ADDRESS) {
    memcpy(address, frame->body, frame->body_length);
    address[frame->body_length] = 0;
    if (strlen(address) == frame->body_length) peer = endpoint_peer(&relay->endpoint, address);
  }
  if (peer < 0) return tell(relay, FRAME_REFUSED, PEER_NEW, (uint32_t)-peer, frame->body, frame->body_length);
  relay->endpoint.peers.list[peer].announced = true;
  return out_frame(&relay->out, FRAME_PEER, (uint16_t)peer, frame->body, frame->body_length, NULL, 0);
}

static int deliver(struct relay *relay, uint16_t peer, const uint8_t *message, size_t length) {
  int error = pending_has(&relay->pending, peer) ? -EAGAIN : endpoint_send(&relay->endpoint, peer, message, length);
  if (error == 0) return 0;
  if (error != -EAGAIN && error != -ENOBUFS) return tell(relay, FRAME_REFUSED, peer, (uint32_t)-error, NULL, 0);
  if (pending_add(&relay->pending, peer, message, length) == 0) return 0;
  return tell(relay, FRAME_DROPPED, peer, 1, NULL, 0);
}

// Tells the peer of a number before it is named, and again when the number has become another's.
static int announce(struct relay *relay, uint32_t number) {
  struct peer *peer = &relay->endpoint.peers.list[number];
  if (peer->announced) return 0;
  peer->announced = true;
  char text[BYTES_PEER_TEXT];
  int length = endpoint_peer_text(&relay->endpoint, number, text, sizeof text);
  return out_frame(&relay->out, FRAME_PEER, (uint16_t)number, text, (size_t)length, NULL, 0);
}

// A message that had waited is lost: whoever sent it learns that, as of one that had not.
static int refuse(void *relay, uint16_t peer, int error) { return tell(relay, FRAME_REFUSED, peer, (uint32_t)-error, NULL, 0); }

static int tell(struct relay *relay, uint8_t kind, uint16_t peer, uint32_t number, const void *text, size_t length) {
  uint8_t bytes[4] = {(uint8_t)number, (uint8_t)(number >> 8), (uint8_t)(number >> 16), (uint8_t)(number >> 24)};
  return out_frame(&relay->out, kind, peer, bytes, sizeof bytes, text, length);
}
