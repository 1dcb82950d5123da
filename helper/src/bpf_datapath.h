// Between the kernel's side and an agent: records become CCP messages, and messages programs and staged values.
#ifndef MOORING_BPF_DATAPATH_H
#define MOORING_BPF_DATAPATH_H

#include <stdbool.h>
#include <stdint.h>

#include "bpf_kernel.h"
#include "bpf_pace.h"
#include "bpf_ring.h"
#include "endpoint.h"

// What the helper remembers of a flow beside what the kernel's side has.
struct flow_note {
  bool open;      // it is the agent's to hear of
  bool announced; // its CREATE was sent
  int64_t tried_ms;
  uint64_t reported_ns; // when its last report was taken, 0 before
};

struct bpf_datapath {
  struct bpf_kernel kernel;
  struct bpf_ring ring;
  struct endpoint endpoint;
  uint32_t agent; // the peer that is the agent
  uint32_t id;    // says READY
  struct flow_note *notes;
  bool listed[FLOW_PROGRAMS + 1]; // slots whose program the agent knows by its uid
  uint32_t next_slot;
  bool there;             // the agent takes what is sent
  bool waiting;           // flows could not be announced, for its queue was full
  int64_t failing_ms;     // since when it does not; 0 where it does
  int64_t fallback_ms;
  uint64_t left[LEFT_REASONS]; // as told last
  int64_t told_ms; // when it was last said that reports were dropped
  uint64_t reports, dropped, dropped_told, refused;
  uint8_t bundle[LIMIT_MESSAGE_BYTES]; // reports that are on their way together
  size_t bundled;
  struct pace pace;
  uint64_t taking_ns; // now, while records are taken
};

// `datapath->kernel` is open and `datapath->endpoint` attached. Says nothing to the agent yet. 0 or -errno.
int datapath_start(struct bpf_datapath *datapath, int64_t fallback_us);
void datapath_stop(struct bpf_datapath *datapath);
// What the kernel's side has written; 0 where there was nothing. At most a batch, so that the agent's answers get their turn.
int datapath_take_records(struct bpf_datapath *datapath);
// What the agent has sent. -EPIPE where its end of a pair was closed, else 0.
int datapath_take_messages(struct bpf_datapath *datapath);
// Ten times a second: the heartbeat, who waits, what was lost.
#define DATAPATH_TICK_MS 100
void datapath_tick(struct bpf_datapath *datapath);

// Flows that wait for room in the agent's queue, every millisecond while `waiting`.
void datapath_announce(struct bpf_datapath *datapath);

// Of messages (bpf_messages.c). What is refused is said once each.
void datapath_handle(struct bpf_datapath *datapath, const uint8_t *bytes, size_t length);
// Sends what begins with a header; false where it did not arrive.
bool datapath_send(struct bpf_datapath *datapath, const void *bytes, size_t length);

#endif
