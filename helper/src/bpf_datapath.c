#include "bpf_datapath.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bpf_call.h"
#include "ccp_messages.h"
#include "clock.h"
#include "say.h"

#define RING_BYTES (1u << 20)
// Records and messages taken before the other gets its turn.
#define BATCH 256
// How late a tick may be before flows take the helper for dead, beside the fallback time: machines are busy.
#define LATENESS_NS 2000000000ull
// Between two words on reports that were dropped.
#define DROPPED_TOLD_MS 1000

static const char *const reasons[LEFT_REASONS] = {
    [LEFT_NOT_ASKED] = "their ports are not asked for",
    [LEFT_NO_ROOM] = "more flows than --flows",
    [LEFT_NO_AGENT] = "no agent",
    [LEFT_NO_PROGRAM] = "the agent gave them no program",
    [LEFT_ERRORS] = "their program failed at every ACK",
    [LEFT_NO_HELPER] = "this helper stood still",
};

// Until then flows trust that this process lives.
static void beat(struct flow_config *config) {
  __atomic_store_n(&config->until_ns, clock_ns() + config->fallback_ns + LATENESS_NS, __ATOMIC_RELEASE);
}

int datapath_start(struct bpf_datapath *datapath, int64_t fallback_us) {
  struct bpf_kernel *kernel = &datapath->kernel;
  datapath->notes = calloc(kernel->flows_count + 1, sizeof *datapath->notes);
  if (!datapath->notes) return -ENOMEM;
  datapath->fallback_ms = fallback_us / 1000;
  kernel->config->fallback_ns = (uint64_t)fallback_us * 1000;
  kernel->config->zero_us = clock_ns() / 1000;
  datapath->failing_ms = clock_ms();
  beat(kernel->config);
  return ring_map(&datapath->ring, kernel->maps[MAP_RING], RING_BYTES);
}

void datapath_stop(struct bpf_datapath *datapath) {
  ring_unmap(&datapath->ring);
  free(datapath->notes);
  datapath->notes = NULL;
}

bool datapath_send(struct bpf_datapath *datapath, const void *bytes, size_t length) {
  int error = endpoint_send(&datapath->endpoint, datapath->agent, bytes, length);
  if (!error) {
    datapath->failing_ms = 0;
    return true;
  }
  if (!datapath->failing_ms) datapath->failing_ms = clock_ms();
  // A full queue is an agent that is slow; anything else is one that is not there.
  if (error != -EAGAIN && error != -ENOBUFS) datapath->there = false;
  return false;
}

// Reports of a bundle that was not taken: each counts, with its flow.
static void drop_bundle(struct bpf_datapath *datapath) {
  uint16_t length;
  uint32_t flow;
  for (const uint8_t *at = datapath->bundle; at < datapath->bundle + datapath->bundled; at += length) {
    memcpy(&length, at + AT_HEADER_LENGTH, sizeof length);
    memcpy(&flow, at + AT_HEADER_SID, sizeof flow);
    datapath->dropped += 1;
    datapath->kernel.flows[flow].queue_full += 1;
  }
}

// Whatever else is said goes after the reports before it.
static void send_bundle(struct bpf_datapath *datapath) {
  if (datapath->bundled && !datapath_send(datapath, datapath->bundle, datapath->bundled)) drop_bundle(datapath);
  datapath->bundled = 0;
}

static void add_report(struct bpf_datapath *datapath, const struct flow_head *head) {
  const uint64_t *fields = (const uint64_t *)(head + 1);
  const struct endpoint_ops *ops = datapath->endpoint.ops;
  size_t length = BYTES_MEASURE_HEAD + BYTES_FIELD * head->count;
  if (datapath->bundled + length > ops->limit) send_bundle(datapath);
  datapath->bundled += ccp_measure(datapath->bundle + datapath->bundled, head->flow, head->program, fields, head->count);
  datapath->reports += 1;
  if (!ops->bundles) send_bundle(datapath);
}

static void announce(struct bpf_datapath *datapath, uint32_t index, int64_t now_ms) {
  struct flow_note *note = &datapath->notes[index];
  const struct flow *flow = &datapath->kernel.flows[index];
  if (!datapath->there || note->announced || now_ms - note->tried_ms < LIMIT_CREATE_RETRY_US / 1000) return;
  // Ports as the original's module has them, in network order.
  struct ccp_create create = {
      .sid = index,
      .init_cwnd = flow->first_cwnd_bytes,
      .mss = flow->mss,
      .src_port = htons(flow->local_port),
      .dst_port = flow->remote_port,
  };
  // The message has room for addresses of version 4; those of version 6 are 0 there.
  if (flow->family != AF_INET6) {
    create.src_ip = flow->local_address[0];
    create.dst_ip = flow->remote_address[0];
  }
  uint8_t message[BYTES_CREATE];
  note->announced = datapath_send(datapath, message, ccp_create(message, &create));
  // Where only its queue is full the agent takes the next ones soon; the queue holds ten.
  if (!note->announced && datapath->there) datapath->waiting = true;
  else note->tried_ms = now_ms;
}

void datapath_announce(struct bpf_datapath *datapath) {
  int64_t now_ms = clock_ms();
  datapath->waiting = false;
  for (uint32_t index = 1; index <= datapath->kernel.flows_count && !datapath->waiting; index += 1) {
    if (datapath->notes[index].open) announce(datapath, index, now_ms);
  }
}

static void recycle(struct bpf_datapath *datapath, uint32_t index) {
  struct flow_note *note = &datapath->notes[index];
  if (note->announced) {
    uint8_t message[BYTES_MEASURE_HEAD];
    datapath_send(datapath, message, ccp_measure(message, index, 0, NULL, 0));
  }
  *note = (struct flow_note){0};
  memset(&datapath->kernel.flows[index], 0, sizeof(struct flow));
  bpf_map_push(datapath->kernel.maps[MAP_FREE], &index);
}

static void take_record(void *context, const void *record, size_t length) {
  struct bpf_datapath *datapath = context;
  const struct flow_head *head = record;
  if (length < sizeof *head || head->flow > datapath->kernel.flows_count) return;
  struct flow_note *note = &datapath->notes[head->flow];
  switch (head->kind) {
  case RECORD_OPENED:
    send_bundle(datapath);
    if (datapath->kernel.flows[head->flow].state != FLOW_OPEN) return; // found before, by looking
    note->open = true;
    announce(datapath, head->flow, clock_ms());
    return;
  case RECORD_CLOSED:
    send_bundle(datapath);
    if (datapath->kernel.flows[head->flow].state == FLOW_CLOSED) recycle(datapath, head->flow);
    return;
  case RECORD_REPORT:
    if (!note->announced || head->count > LIMIT_VM_REPORT_REGISTERS || length < sizeof *head + 8 * head->count) return;
    if (note->reported_ns) pace_reported(&datapath->pace, datapath->taking_ns - note->reported_ns);
    note->reported_ns = datapath->taking_ns;
    add_report(datapath, head);
    return;
  }
}

int datapath_take_records(struct bpf_datapath *datapath) {
  datapath->taking_ns = clock_ns();
  int taken = ring_take(&datapath->ring, BATCH, take_record, datapath);
  send_bundle(datapath);
  return taken;
}

int datapath_take_messages(struct bpf_datapath *datapath) {
  static uint8_t buffer[LIMIT_MESSAGE_BYTES];
  for (int i = 0; i < BATCH; i += 1) {
    uint32_t peer = 0;
    ssize_t got = endpoint_receive(&datapath->endpoint, buffer, sizeof buffer, 0, &peer);
    if (got == -EPIPE) return -EPIPE;
    if (got < 0) return 0;
    // Whoever else writes to the socket is not whom flows were announced to.
    if (peer != datapath->agent) continue;
    datapath_handle(datapath, buffer, (size_t)got);
  }
  return 0;
}

// An agent that was not there may be now: READY has it say its programs again. Flows that have none are announced; those
// with one are when program 1 comes, which is when they lose it.
static void look_for_agent(struct bpf_datapath *datapath) {
  uint8_t message[BYTES_READY];
  if (datapath->there) return;
  datapath->there = true;
  if (!datapath_send(datapath, message, ccp_ready(message, datapath->id))) {
    datapath->there = false;
    return;
  }
  for (uint32_t index = 1; index <= datapath->kernel.flows_count; index += 1) {
    struct flow_note *note = &datapath->notes[index];
    if (!datapath->kernel.flows[index].program) note->announced = false;
    note->tried_ms = 0;
  }
}

// What was told of by no record, because the ring was full.
static void look_for_flows(struct bpf_datapath *datapath) {
  int64_t now_ms = clock_ms();
  for (uint32_t index = 1; index <= datapath->kernel.flows_count; index += 1) {
    uint32_t state = __atomic_load_n(&datapath->kernel.flows[index].state, __ATOMIC_ACQUIRE);
    if (state == FLOW_OPEN) {
      datapath->notes[index].open = true;
      announce(datapath, index, now_ms);
    } else if (state == FLOW_CLOSED) {
      recycle(datapath, index);
    }
  }
}

static void tell_who_left(struct bpf_datapath *datapath) {
  for (int reason = 0; reason < LEFT_REASONS; reason += 1) {
    uint64_t left = __atomic_load_n(&datapath->kernel.config->left[reason], __ATOMIC_RELAXED);
    uint64_t more = left - datapath->left[reason];
    if (!more || !reasons[reason]) continue;
    say(EXIT_DONE, "bpf", "%llu flow%s went to %s: %s", (unsigned long long)more, more == 1 ? "" : "s",
        datapath->kernel.config->fallback, reasons[reason]);
    datapath->left[reason] = left;
  }
}

// At once for the first, then for those of a second together: an agent that is slow drops thousands.
static void tell_what_dropped(struct bpf_datapath *datapath) {
  uint64_t more = datapath->dropped - datapath->dropped_told;
  if (!more || clock_ms() - datapath->told_ms < DROPPED_TOLD_MS) return;
  say(EXIT_DONE, "bpf", "%llu report%s dropped: the agent did not take them; have programs report less often", (unsigned long long)more,
      more == 1 ? "" : "s");
  datapath->dropped_told = datapath->dropped;
  datapath->told_ms = clock_ms();
}

void datapath_tick(struct bpf_datapath *datapath) {
  struct flow_config *config = datapath->kernel.config;
  beat(config);
  look_for_agent(datapath);
  look_for_flows(datapath);
  bool gone = datapath->failing_ms && clock_ms() - datapath->failing_ms > datapath->fallback_ms;
  __atomic_store_n(&config->no_agent, gone, __ATOMIC_RELEASE);
  tell_who_left(datapath);
  tell_what_dropped(datapath);
}
