// delay: a cable with a length. Every frame that comes in on one interface goes out on the other
// after a fixed time, both ways, in order. Checksum and segmentation hints travel with it
// (PACKET_VNET_HDR), so frames of local stacks stay valid.
#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/virtio_net.h>

#include "arguments.h"
#include "child.h"
#include "clock.h"
#include "delay_queue.h"
#include "packet_socket.h"
#include "say.h"
#include "verbs.h"

#define BATCH 64
#define TAG_BYTES 4
#define MAC_BYTES 12
// The largest segment a stack hands down (GSO), its headers, and the hint before it.
#define FRAME_SPACE (sizeof(struct virtio_net_hdr) + 65536 + 256)

static const char *user;
static struct interface ends[2];
static int64_t delay_us = -1, back_us = -1, queue_bytes = 64 << 20;
static bool with_parent;

static const struct option_row rows[] = {
    {"a", "NAME", OPTION_TEXT, &ends[0].name, 0, 0, "one end (required)"},
    {"b", "NAME", OPTION_TEXT, &ends[1].name, 0, 0, "the other end (required)"},
    {"a-netns", "NAME|PATH", OPTION_TEXT, &ends[0].netns, 0, 0, "network name space of a (this one)"},
    {"b-netns", "NAME|PATH", OPTION_TEXT, &ends[1].netns, 0, 0, "network name space of b (this one)"},
    {"delay", "US", OPTION_NUMBER, &delay_us, 0, 60000000, "one-way delay in µs (required)"},
    {"back-delay", "US", OPTION_NUMBER, &back_us, 0, 60000000, "delay from b to a, where it differs"},
    {"queue", "BYTES", OPTION_NUMBER, &queue_bytes, 1 << 17, 1 << 30, "room for waiting frames, each way (64 MiB)"},
    {"user", "NAME|UID", OPTION_TEXT, &user, 0, 0, "go on as this user (who called sudo; else unchanged)"},
    {"with-parent", NULL, OPTION_FLAG, &with_parent, 0, 0, "end when the parent dies; else it goes on"},
};
static const struct usage usage = {
    .verb = "delay",
    .synopsis = "delay --a NAME --b NAME --delay US [OPTIONS]",
    .about = "Joins two interfaces by a delay in both directions. SIGINT or SIGTERM ends it, SIGUSR1 has it say its counters.",
    .rows = rows,
    .rows_count = sizeof rows / sizeof *rows,
};

struct direction {
  int from, to;
  uint64_t delay_ns;
  struct delay_queue queue;
  uint64_t received, sent, dropped, refused; // dropped: no room; refused: the far interface would not take it
};

static int open_ends(int fds[2], const char **what);
static bool go_first(void);
static int run(struct direction directions[2], int signals);
static int receive(struct direction *direction);
static void send_due(struct direction *direction);
static uint32_t put_tag_back(uint8_t *bytes, uint32_t length, const struct tpacket_auxdata *aux);
static void tell(struct direction directions[2], const char *word);

int verb_delay(int argc, char **argv) {
  int status = EXIT_DONE;
  int first = read_arguments(&usage, argc, argv, &status);
  if (first < 0) return status;
  if (first < argc) return usage_error(&usage, "%.80s is one argument too many", argv[first]);
  if (!ends[0].name || !ends[1].name) return usage_error(&usage, "--%s is missing", ends[0].name ? "b" : "a");
  if (delay_us < 0) return usage_error(&usage, "--delay is missing");
  if (back_us < 0) back_us = delay_us;

  setvbuf(stdout, NULL, _IOLBF, 0);
  const char *what = "";
  struct identity identity;
  struct direction directions[2] = {0};
  int fds[2] = {-1, -1}, signals = -1;
  pid_t parent = getppid();
  int error = choose_identity(user, &identity, &what);
  if (error) goto done;
  error = open_ends(fds, &what);
  if (error) goto done;
  bool is_first = go_first();
  error = drop_privilege(&identity, &what);
  if (error) goto done;
  what = "the caller died";
  error = with_parent && !die_with_parent(SIGTERM, parent) ? -ESRCH : 0;
  if (error) goto done;
  what = "signalfd";
  signals = open_signals();
  error = signals < 0 ? signals : 0;
  if (error) goto done;
  // Sleep to the microsecond; the default slack is 50 µs.
  prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0);
  for (int i = 0; i < 2; i += 1) {
    directions[i] = (struct direction){
        .from = fds[i], .to = fds[1 - i], .delay_ns = (uint64_t)(i ? back_us : delay_us) * 1000};
    what = "memory";
    error = delay_queue_open(&directions[i].queue, (size_t)queue_bytes) ? 0 : -ENOMEM;
    if (error) goto done;
  }
  printf("ready a=%s b=%s delay_us=%lld back_us=%lld scheduling=%s\n", ends[0].name, ends[1].name, (long long)delay_us,
         (long long)back_us, is_first ? "fifo" : "shared");
  what = "an end went away";
  error = run(directions, signals);
  tell(directions, "end");
done:
  delay_queue_close(&directions[0].queue);
  delay_queue_close(&directions[1].queue);
  return error ? say_errno("delay", -error, "%s %s: %s", ends[0].name, ends[1].name, what) : EXIT_DONE;
}

// Before what else the machine does, where we may: while a cable waits for a processor its frames gather and then
// arrive in one clump, which to BBR is more bandwidth and to every window a burst. The kernel leaves others a twentieth.
static bool go_first(void) {
  struct sched_param least = {.sched_priority = sched_get_priority_min(SCHED_FIFO)};
  // The call itself: musl's function of this name never makes it.
  return syscall(SYS_sched_setscheduler, 0, SCHED_FIFO | SCHED_RESET_ON_FORK, &least) == 0;
}

static int open_ends(int fds[2], const char **what) {
  int one = 1, room = 32 << 20;
  for (int i = 0; i < 2; i += 1) {
    fds[i] = open_packet(&ends[i], what);
    if (fds[i] < 0) return fds[i];
    *what = "PACKET_VNET_HDR";
    if (setsockopt(fds[i], SOL_PACKET, PACKET_VNET_HDR, &one, sizeof one) < 0) return -errno;
    *what = "PACKET_AUXDATA";
    if (setsockopt(fds[i], SOL_PACKET, PACKET_AUXDATA, &one, sizeof one) < 0) return -errno;
    // As large as we may; the bound that counts is the queue's.
    if (setsockopt(fds[i], SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room) < 0) {
      setsockopt(fds[i], SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
    }
    setsockopt(fds[i], SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof room);
  }
  for (int i = 0; i < 2; i += 1) {
    int error = bind_packet(fds[i], &ends[i], true, true, what);
    if (error) return error;
  }
  return 0;
}

static int run(struct direction directions[2], int signals) {
  for (;;) {
    uint64_t now = clock_ns(), next = UINT64_MAX, due;
    uint32_t length;
    for (int i = 0; i < 2; i += 1) {
      if (delay_queue_first(&directions[i].queue, &due, &length) && due < next) next = due;
    }
    uint64_t wait_ns = next <= now ? 0 : next - now;
    struct timespec wait = {(time_t)(wait_ns / 1000000000), (long)(wait_ns % 1000000000)};
    struct pollfd watched[] = {{.fd = directions[0].from, .events = POLLIN},
                               {.fd = directions[1].from, .events = POLLIN},
                               {.fd = signals, .events = POLLIN}};
    ppoll(watched, 3, next == UINT64_MAX ? NULL : &wait, NULL);
    for (int i = 0; i < 2; i += 1) {
      int error = watched[i].revents ? receive(&directions[i]) : 0;
      if (error) return error;
      send_due(&directions[i]);
    }
    for (struct signal_told told = next_signal(signals); told.number; told = next_signal(signals)) {
      if (told.number == SIGUSR1) tell(directions, "counters");
      else if (told.number != SIGCHLD) return 0;
    }
  }
}

static int receive(struct direction *direction) {
  static uint8_t frame[FRAME_SPACE];
  for (int i = 0; i < BATCH; i += 1) {
    union {
      struct cmsghdr align;
      uint8_t bytes[CMSG_SPACE(sizeof(struct tpacket_auxdata))];
    } control;
    // Room is left for a tag that has to be put back.
    struct iovec part = {frame, sizeof frame - TAG_BYTES};
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
    ssize_t got = recvmsg(direction->from, &message, MSG_DONTWAIT | MSG_TRUNC);
    if (got < 0) return errno == EAGAIN || errno == EINTR ? 0 : -errno;
    direction->received += 1;
    uint32_t length = (uint32_t)got;
    struct cmsghdr *told = CMSG_FIRSTHDR(&message);
    if (message.msg_flags & MSG_TRUNC) {
      direction->refused += 1;
      continue;
    }
    if (told && told->cmsg_level == SOL_PACKET && told->cmsg_type == PACKET_AUXDATA) {
      struct tpacket_auxdata aux;
      memcpy(&aux, CMSG_DATA(told), sizeof aux);
      if (aux.tp_status & TP_STATUS_VLAN_VALID) length = put_tag_back(frame, length, &aux);
    }
    uint64_t due = clock_ns() + direction->delay_ns;
    if (!delay_queue_push(&direction->queue, due, frame, length)) direction->dropped += 1;
  }
  return 0;
}

static void send_due(struct direction *direction) {
  uint64_t due, now = clock_ns();
  uint32_t length;
  const uint8_t *frame;
  while ((frame = delay_queue_first(&direction->queue, &due, &length)) && due <= now) {
    if (send(direction->to, frame, length, MSG_DONTWAIT) < 0) {
      // A full interface drops, as a cable's far end would; everything else is a frame it cannot carry.
      if (errno == EAGAIN || errno == ENOBUFS) direction->dropped += 1;
      else direction->refused += 1;
    } else {
      direction->sent += 1;
    }
    delay_queue_pop(&direction->queue);
  }
}

// The kernel takes the outermost tag out on receipt; the hint's offsets move with it.
static uint32_t put_tag_back(uint8_t *bytes, uint32_t length, const struct tpacket_auxdata *aux) {
  struct virtio_net_hdr hint;
  uint8_t *frame = bytes + sizeof hint;
  if (length < sizeof hint + MAC_BYTES) return length;
  memcpy(&hint, bytes, sizeof hint);
  memmove(frame + MAC_BYTES + TAG_BYTES, frame + MAC_BYTES, length - sizeof hint - MAC_BYTES);
  uint16_t tpid = aux->tp_status & TP_STATUS_VLAN_TPID_VALID ? aux->tp_vlan_tpid : ETH_P_8021Q;
  frame[12] = (uint8_t)(tpid >> 8);
  frame[13] = (uint8_t)tpid;
  frame[14] = (uint8_t)(aux->tp_vlan_tci >> 8);
  frame[15] = (uint8_t)aux->tp_vlan_tci;
  if (hint.flags & VIRTIO_NET_HDR_F_NEEDS_CSUM) hint.csum_start += TAG_BYTES;
  if (hint.gso_type != VIRTIO_NET_HDR_GSO_NONE) hint.hdr_len += TAG_BYTES;
  memcpy(bytes, &hint, sizeof hint);
  return length + TAG_BYTES;
}

static void tell(struct direction directions[2], const char *word) {
  for (int i = 0; i < 2; i += 1) {
    struct direction *at = &directions[i];
    struct tpacket_stats stats = {0};
    socklen_t size = sizeof stats;
    // Frames that came while we were away and found no room in the socket.
    if (getsockopt(at->from, SOL_PACKET, PACKET_STATISTICS, &stats, &size) == 0) {
      at->dropped += stats.tp_drops;
      at->received += stats.tp_drops;
    }
    printf("%s direction=%s received=%llu sent=%llu dropped=%llu refused=%llu waiting=%llu\n", word, i ? "b-a" : "a-b",
           (unsigned long long)at->received, (unsigned long long)at->sent, (unsigned long long)at->dropped,
           (unsigned long long)at->refused, (unsigned long long)at->queue.frames);
  }
}
