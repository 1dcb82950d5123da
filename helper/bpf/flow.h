// What the kernel's side of the datapath and the helper both see: values of maps that the helper has in its own memory.
// Compiled by clang for BPF and by the helper's compiler, so that it holds fixed sizes only.
#ifndef MOORING_BPF_FLOW_H
#define MOORING_BPF_FLOW_H

#include <stdint.h>

#include "../include/generated/bpf.h"
#include "../include/generated/isa.h"

#define FLOW_NAME_BYTES 16 // TCP_CA_NAME_MAX
#define FLOW_PORTS 16
// A row for each control register, and room beside it.
#define FLOW_STAGED 112
#define FLOW_RESETS LIMIT_INSTRUCTIONS
#define FLOW_PROGRAMS 64
// The primitives there are, bit n the nth: libccp's and those of ours after them.
#define FLOW_PRIMITIVES ((1u << (PRIMITIVE_FLOW_ECN_CE + 1)) - 1)

// A register and what it is set to; the offset is from the first register.
struct flow_set {
  uint32_t offset, zero;
  uint64_t value;
};

enum flow_state { FLOW_FREE, FLOW_OPEN, FLOW_CLOSED };

// Why a flow went to the kernel's own congestion control.
enum flow_reason {
  LEFT_NONE,
  LEFT_NOT_ASKED,  // its ports are not among those to control
  LEFT_NO_ROOM,    // more flows than the helper was started for
  LEFT_NO_AGENT,   // nobody answered for the fallback time
  LEFT_NO_PROGRAM, // an agent is there and gave it no program
  LEFT_ERRORS,     // its program failed at every ACK for the fallback time
  LEFT_NO_HELPER,  // the helper stood still or ended
};
// A power of two above them, for the verifier understands a mask.
#define LEFT_REASONS 8

enum flow_record { RECORD_REPORT, RECORD_OPENED, RECORD_CLOSED, RECORD_LEFT };

// Heads every record of the ring; the fields of a report follow it, in the ring as in a flow.
struct flow_head {
  uint32_t kind, flow;
  uint32_t program; // its uid; of RECORD_LEFT the reason
  uint32_t count;
};

enum flow_staged { STAGED_PROGRAM = 1, STAGED_SETS = 2, STAGED_CWND = 4, STAGED_RATE = 8 };

// One flow. `head` stands where a report is sent from: right before the report's registers.
struct flow {
  struct flow_head head;
  uint64_t registers[BPF_BYTES_REGISTERS / 8];
  int64_t stop; // r7 of the program: 0, or the error that ended it

  // Of the kernel's side.
  uint32_t state;   // flow_state
  uint32_t program; // a slot of the programs, 0 for none
  uint32_t running; // the slot of this invocation
  uint32_t timeout; // a retransmission timeout no program was told of
  uint64_t zero_us; // when Micros was 0
  uint64_t alone_ns, failing_ns; // since when it has no program, since when all of its invocations failed
  uint64_t errors, invocations, reports, skipped;
  uint64_t bytes_acked; // counters as they were at the last invocation
  uint32_t lost, delivered, delivered_ce, sacked_out;
  uint64_t window_bytes;       // what the program or the agent said last, 0 before
  uint32_t newly;              // packets that arrived with this invocation's ACK
  uint32_t recovery_delivered; // how many had when the recovery began
  uint32_t last_stop; // -code | instruction << 8 of the last error
  uint32_t was_limited;
  uint64_t reported_ns, opened_ns;
  uint64_t ring_full; // reports that found no room on the way to the helper

  // For CREATE and for people; addresses and the other end's port in network order.
  uint32_t family;
  uint32_t local_address[4], remote_address[4];
  uint16_t local_port, remote_port;
  uint32_t mss, first_cwnd_bytes, cwnd_packets, srtt_us, in_flight, lost_total, delivered_total, ca_state;

  // Of the helper's side, while it holds the lock. The kernel's side only tries to take it, and comes again with the
  // next ACK where it is taken.
  uint32_t lock;
  uint32_t staged; // flow_staged
  uint32_t staged_program, staged_count;
  uint64_t staged_cwnd, staged_rate;
  uint64_t queue_full; // reports the agent did not take
  struct flow_set staged_sets[FLOW_STAGED];
};

// A program as the kernel's side has to know it; its instructions are in the table of programs by the same slot.
struct flow_program {
  uint32_t uid, report_fields;
  uint32_t volatile_resets, all_resets; // the first of `resets`, and all of them
  struct flow_set resets[FLOW_RESETS];
};

// One for all flows.
struct flow_config {
  uint64_t until_ns;    // the helper lives: it writes here until when it is sure to write again
  uint64_t fallback_ns; // how long a flow waits for what does not come
  uint64_t zero_us;     // what Ack.now counts from
  uint32_t no_agent;    // the helper says that nobody answers
  uint32_t looks;       // it comes to look at the ring by itself, and need not be woken
  uint32_t allowed;     // of the ports, how many
  uint32_t denied;
  uint16_t allow[FLOW_PORTS][2]; // from, to
  uint16_t deny[FLOW_PORTS][2];
  char fallback[FLOW_NAME_BYTES];
  char own[FLOW_NAME_BYTES];
  uint64_t left[LEFT_REASONS];
};

#endif
