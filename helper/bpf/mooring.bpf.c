// The datapath in the kernel: a TCP congestion control whose decisions are a CCP program's, which the helper compiled
// (spec/bpf.md) and put into `programs`. On every ACK:
//
//   cong_control  primitives, what the agent has staged  ──tail call──►  the program  ──tail call──►  epilogue
//                                                                                                 window, rate, report
//
// Flow state lives in the map `flows`, which the helper has mapped; the socket keeps the index. Who calls holds the
// socket's lock, so that one flow's state is written by one CPU at a time.
//
// SPDX-License-Identifier: (GPL-2.0-only OR MIT)
#include "flow.h"
#include "kernel.h"

// The kernel's numbers.
#define TCP_CA_RECOVERY 3
#define TCP_CA_LOSS 4
#define PACING_NONE 0
#define PACING_NEEDED 1
#define AF_INET6 10
#define SOL_TCP 6
#define TCP_CONGESTION 13
#define SOCK_OPS_ACTIVE_ESTABLISHED 4
#define SOCK_OPS_PASSIVE_ESTABLISHED 5
#define BPF_RB_NO_WAKEUP 1
// Index in the table of programs; programs have their slots from 1.
#define EPILOGUE 0
// What the socket keeps for a flow that is not in `flows`: why it leaves at the first ACK.
#define REFUSED (1ull << 32)

// Maps, which the loader makes and tells apart by these names.
int SECTION("maps") config;
int SECTION("maps") flows;
int SECTION("maps") programs;
int SECTION("maps") code;
int SECTION("maps") free_flows;
int SECTION("maps") ring;

#define REGISTER(offset) registers[(offset) / 8]
#define PRIMITIVE(name) REGISTER(BPF_OFFSET_PRIMITIVE + 8 * PRIMITIVE_##name)
#define IMPLICIT(name) REGISTER(BPF_OFFSET_IMPLICIT + 8 * IMPLICIT_##name)

INLINE uint64_t *kept(void *socket) { return ((struct inet_connection_sock *)socket)->icsk_ca_priv; }

INLINE struct flow *flow_of(void *socket) {
  uint32_t index = (uint32_t)kept(socket)[0];
  return index ? map_lookup(&flows, &index) : 0;
}

INLINE struct flow_config *configuration(void) {
  uint32_t zero = 0;
  return map_lookup(&config, &zero);
}

// To be woken costs the helper and its agent more than a report does, and on these very processors.
INLINE long write_record(struct flow_config *all, void *record, uint64_t bytes) {
  return ring_output(&ring, record, bytes, all && all->looks ? BPF_RB_NO_WAKEUP : 0);
}

INLINE void tell(struct flow_config *all, uint32_t kind, uint32_t flow, uint32_t what) {
  struct flow_head head = {.kind = kind, .flow = flow, .program = what};
  write_record(all, &head, sizeof head);
}

// Hands the flow to the kernel's own congestion control. The kernel calls `release` for us and forgets what the socket
// kept: nothing of the flow may be touched afterwards.
INLINE void leave(void *socket, struct flow_config *all, uint32_t reason) {
  uint32_t index = (uint32_t)kept(socket)[0];
  if (set_option(socket, SOL_TCP, TCP_CONGESTION, all->fallback, FLOW_NAME_BYTES)) return;
  __sync_fetch_and_add(&all->left[reason & (LEFT_REASONS - 1)], 1);
  tell(all, RECORD_LEFT, index, reason);
}

INLINE uint32_t in_flight(struct tcp_sock *tcp) {
  return tcp->packets_out - (tcp->sacked_out + tcp->lost_out) + tcp->retrans_out;
}

// The window is the program's in bytes: what the socket holds are whole packets, and a program that adds less than one
// with each ACK would never see it grow. libccp's callback takes 32 bits.
INLINE void set_window(struct tcp_sock *tcp, struct flow *flow, uint64_t bytes) {
  uint64_t most = (uint64_t)tcp->snd_cwnd_clamp * tcp->mss_cache;
  bytes = (uint32_t)bytes;
  flow->window_bytes = bytes < most ? bytes : most;
}

// The socket's window, once an ACK has been taken in. While losses are repaired it lets go at most one packet more than
// arrived (RFC 6937 section 3.1, the slow start reduction bound): the kernel leaves recovery to a congestion control that
// has `cong_control`, and a window far above what is in flight would become a burst of retransmissions that the full
// queue drops again. `newly` arrived with this ACK.
INLINE void open_window(struct tcp_sock *tcp, struct flow *flow, uint32_t newly) {
  uint32_t mss = tcp->mss_cache;
  if (!flow->window_bytes || !mss) return;
  uint64_t packets = flow->window_bytes / mss;
  if (flow->ca_state >= TCP_CA_RECOVERY) {
    uint64_t most = tcp->snd_cwnd;
    if (newly) {
      // The kernel counts what it sends in recovery, and not after a timeout.
      int32_t allowed = tcp->delivered - flow->recovery_delivered - tcp->prr_out;
      if (flow->ca_state == TCP_CA_LOSS || allowed < (int32_t)newly) allowed = newly;
      most = (uint64_t)in_flight(tcp) + allowed + 1;
    }
    if (packets > most) packets = most;
  }
  tcp->snd_cwnd = packets ? packets : 1;
  flow->cwnd_packets = tcp->snd_cwnd;
}

INLINE void set_rate(struct sock *socket, uint64_t *registers, uint64_t bytes_per_second) {
  // libccp's callback takes 32 bits, and so do the other datapaths.
  uint64_t rate = (uint32_t)bytes_per_second;
  uint64_t most = socket->sk_max_pacing_rate;
  REGISTER(BPF_OFFSET_SEND_RATE) = rate;
  if (rate == VALUE_INFINITY) rate = ~0ull;
  socket->sk_pacing_rate = rate < most ? rate : most;
  if (socket->sk_pacing_status == PACING_NONE) socket->sk_pacing_status = PACING_NEEDED;
}

INLINE void set_registers(uint64_t *registers, const struct flow_set *sets, uint32_t count, uint32_t room) {
  for (uint32_t i = 0; i < room && i < count; i += 1) {
    uint64_t offset = sets[i].offset;
    // Checked and used in one register of the machine, or the verifier does not see that it is one number.
    __asm__ volatile("" : "+r"(offset));
    if (offset > BPF_BYTES_REGISTERS - 8) break;
    *(uint64_t *)((char *)registers + offset) = sets[i].value;
  }
}

INLINE struct flow_program *program_at(uint32_t slot) { return map_lookup(&programs, &slot); }

// What the agent has sent since the last ACK, into the registers. Gives what there was.
INLINE uint32_t take_staged(struct flow *flow, uint64_t now_us) {
  uint64_t *registers = flow->registers;
  if (!flow->staged || __sync_lock_test_and_set(&flow->lock, 1)) return 0;
  uint32_t staged = flow->staged;
  if (staged & STAGED_PROGRAM) {
    struct flow_program *program = program_at(flow->staged_program);
    if (program) set_registers(registers, program->resets, program->all_resets, FLOW_RESETS);
    flow->program = flow->staged_program;
    flow->zero_us = now_us;
  }
  if (staged & STAGED_SETS) set_registers(registers, flow->staged_sets, flow->staged_count, FLOW_STAGED);
  if (staged & STAGED_CWND) IMPLICIT(CWND) = flow->staged_cwnd;
  if (staged & STAGED_RATE) IMPLICIT(RATE) = flow->staged_rate;
  flow->staged = 0;
  flow->staged_count = 0;
  __sync_lock_test_and_set(&flow->lock, 0);
  return staged;
}

// The primitives of this ACK; what an ACK told that no program saw is in them too, for they are differences of counters.
// False where nothing was measured: such an ACK is left out, as the original's module does.
INLINE bool measure(struct tcp_sock *tcp, const struct rate_sample *sample, struct flow *flow, uint64_t since_us) {
  uint64_t *registers = flow->registers;
  uint32_t mss = tcp->mss_cache;
  if (sample->delivered <= 0 || sample->interval_us <= 0) {
    flow->skipped += 1;
    return false;
  }
  uint32_t sacked_out = tcp->sacked_out, delivered = tcp->delivered, lost = tcp->lost, marked = tcp->delivered_ce;
  uint64_t acked = tcp->bytes_acked;
  uint32_t misordered = sacked_out > flow->sacked_out ? sacked_out - flow->sacked_out : 0;
  uint32_t packets = delivered - flow->delivered, marks = marked - flow->delivered_ce;
  uint32_t out = in_flight(tcp);
  PRIMITIVE(ACK_BYTES_ACKED) = acked - flow->bytes_acked;
  PRIMITIVE(ACK_PACKETS_ACKED) = packets > misordered ? packets - misordered : 0;
  PRIMITIVE(ACK_PACKETS_MISORDERED) = misordered;
  PRIMITIVE(ACK_BYTES_MISORDERED) = (uint64_t)misordered * mss;
  PRIMITIVE(ACK_ECN_PACKETS) = marks;
  PRIMITIVE(ACK_ECN_BYTES) = (uint64_t)marks * mss;
  PRIMITIVE(ACK_LOST_PKTS_SAMPLE) = lost - flow->lost;
  PRIMITIVE(ACK_NOW) = since_us;
  PRIMITIVE(FLOW_BYTES_IN_FLIGHT) = (uint64_t)out * mss;
  PRIMITIVE(FLOW_PACKETS_IN_FLIGHT) = out;
  PRIMITIVE(FLOW_BYTES_PENDING) = tcp->write_seq - tcp->snd_una;
  PRIMITIVE(FLOW_WAS_TIMEOUT) = flow->timeout;
  PRIMITIVE(FLOW_RTT_SAMPLE_US) = sample->rtt_us > 0 ? (uint64_t)sample->rtt_us : VALUE_INFINITY;
  // A rate that this ACK does not tell stays what it was.
  uint64_t sent = (uint64_t)sample->delivered * mss * 1000000;
  if (sample->snd_interval_us) PRIMITIVE(FLOW_RATE_OUTGOING) = sent / sample->snd_interval_us;
  if (sample->rcv_interval_us) PRIMITIVE(FLOW_RATE_INCOMING) = sent / sample->rcv_interval_us;
  uint32_t srtt_us = tcp->srtt_us >> 3;
  PRIMITIVE(ACK_DELIVERED) = (uint64_t)packets * mss;
  PRIMITIVE(FLOW_SRTT_US) = srtt_us ? srtt_us : VALUE_INFINITY;
  // The kernel's own word for none yet is the same.
  PRIMITIVE(FLOW_MIN_RTT_US) = tcp->rtt_min.s[0].v;
  PRIMITIVE(FLOW_APP_LIMITED) = sample->is_app_limited;
  PRIMITIVE(FLOW_ECN_CE) = marked;
  flow->timeout = 0;
  flow->bytes_acked = acked;
  flow->lost = lost;
  flow->delivered = delivered;
  flow->delivered_ce = marked;
  flow->sacked_out = sacked_out;
  return true;
}

// For whoever lists flows.
INLINE void show(struct tcp_sock *tcp, const struct rate_sample *sample, struct flow *flow) {
  flow->mss = tcp->mss_cache;
  flow->cwnd_packets = tcp->snd_cwnd;
  flow->srtt_us = tcp->srtt_us >> 3;
  flow->in_flight = in_flight(tcp);
  flow->lost_total = tcp->lost;
  flow->delivered_total = tcp->delivered;
  flow->was_limited = sample->is_app_limited;
}

INLINE void control(void *context, struct tcp_sock *tcp, const struct rate_sample *sample) {
  struct flow_config *all = configuration();
  if (!all) return;
  uint64_t refused = kept(tcp)[0] / REFUSED;
  if (refused) return leave(tcp, all, refused);
  // The ACK of a handshake comes before `init`.
  struct flow *flow = flow_of(tcp);
  if (!flow) return;
  uint64_t now = now_ns(), now_us = now / 1000;
  if (all->no_agent) return leave(tcp, all, LEFT_NO_AGENT);
  if (now > all->until_ns) return leave(tcp, all, LEFT_NO_HELPER);

  uint64_t *registers = flow->registers;
  IMPLICIT(CWND) = flow->window_bytes ? flow->window_bytes : (uint64_t)tcp->snd_cwnd * tcp->mss_cache;
  IMPLICIT(RATE) = REGISTER(BPF_OFFSET_SEND_RATE);
  // In force even where no program runs, or it fails.
  uint32_t staged = take_staged(flow, now_us);
  if (staged & STAGED_CWND && IMPLICIT(CWND)) set_window(tcp, flow, IMPLICIT(CWND));
  if (staged & STAGED_RATE && IMPLICIT(RATE)) set_rate((struct sock *)tcp, registers, IMPLICIT(RATE));
  uint32_t slot = flow->program, newly = tcp->delivered - flow->delivered_total;
  show(tcp, sample, flow);
  if (!slot) {
    open_window(tcp, flow, newly);
    if (!flow->alone_ns) flow->alone_ns = now;
    else if (now - flow->alone_ns > all->fallback_ns) leave(tcp, all, LEFT_NO_PROGRAM);
    return;
  }
  flow->alone_ns = 0;
  if (!measure(tcp, sample, flow, now_us - all->zero_us)) return open_window(tcp, flow, newly);
  flow->newly = newly;
  IMPLICIT(EVENT_FLAG) = 0;
  IMPLICIT(SHOULD_CONTINUE) = 0;
  IMPLICIT(SHOULD_REPORT) = 0;
  IMPLICIT(MICROS) = now_us - flow->zero_us;
  flow->running = slot;
  flow->invocations += 1;
  flow->opened_ns = now;
  tail_call(context, &code, slot);
  // The kernel empties the table of programs when the helper has ended.
  leave(tcp, all, LEFT_NO_HELPER);
}

// cong_control(sk, rs) until 6.9, cong_control(sk, ack, flag, rs) since 6.10.
SECTION("call/cong_control_2") int cong_control_2(uint64_t *context) {
  control(context, (struct tcp_sock *)context[0], (const struct rate_sample *)context[1]);
  return 0;
}

SECTION("call/cong_control_4") int cong_control_4(uint64_t *context) {
  control(context, (struct tcp_sock *)context[0], (const struct rate_sample *)context[3]);
  return 0;
}

// After the flow's program.
SECTION("call/epilogue") int epilogue(uint64_t *context) {
  struct tcp_sock *tcp = (struct tcp_sock *)context[0];
  struct flow *flow = flow_of(tcp);
  if (!flow) return 0;
  uint64_t *registers = flow->registers;
  uint64_t now = flow->opened_ns;
  flow->zero_us = now / 1000 - IMPLICIT(MICROS);
  if (!flow->stop && IMPLICIT(CWND)) set_window(tcp, flow, IMPLICIT(CWND));
  open_window(tcp, flow, flow->newly);
  if (flow->stop) {
    flow->errors += 1;
    flow->last_stop = -flow->stop;
    struct flow_config *all = configuration();
    if (!flow->failing_ns) flow->failing_ns = now;
    else if (all && now - flow->failing_ns > all->fallback_ns) leave(tcp, all, LEFT_ERRORS);
    return 0;
  }
  flow->failing_ns = 0;
  if (IMPLICIT(RATE)) set_rate((struct sock *)tcp, registers, IMPLICIT(RATE));
  if (!IMPLICIT(SHOULD_REPORT)) return 0;
  struct flow_program *program = program_at(flow->running);
  if (!program) return 0;
  uint32_t fields = program->report_fields;
  if (fields > LIMIT_VM_REPORT_REGISTERS) return 0;
  flow->head.kind = RECORD_REPORT;
  flow->head.flow = (uint32_t)kept(tcp)[0];
  flow->head.program = program->uid;
  flow->head.count = fields;
  if (write_record(configuration(), &flow->head, sizeof flow->head + 8 * fields)) flow->ring_full += 1;
  flow->reports += 1;
  flow->reported_ns = now;
  set_registers(registers, program->resets, program->volatile_resets, FLOW_RESETS);
  return 0;
}

INLINE bool among(const uint16_t ranges[FLOW_PORTS][2], uint32_t count, uint16_t port) {
  for (uint32_t i = 0; i < FLOW_PORTS && i < count; i += 1) {
    if (port >= ranges[i][0] && port <= ranges[i][1]) return true;
  }
  return false;
}

INLINE bool is_asked(const struct flow_config *all, uint16_t local, uint16_t remote) {
  if (among(all->deny, all->denied, local) || among(all->deny, all->denied, remote)) return false;
  if (!all->allowed) return true;
  return among(all->allow, all->allowed, local) || among(all->allow, all->allowed, remote);
}

SECTION("call/init") int init(uint64_t *context) {
  struct tcp_sock *tcp = (struct tcp_sock *)context[0];
  struct sock *socket = (struct sock *)tcp;
  struct flow_config *all = configuration();
  if (!all) return 0;
  uint16_t local_port = socket->__sk_common.skc_num, remote_port = socket->__sk_common.skc_dport;
  if (!is_asked(all, local_port, __builtin_bswap16(remote_port))) {
    kept(tcp)[0] = LEFT_NOT_ASKED * REFUSED;
    return 0;
  }
  uint32_t index = 0;
  if (map_pop(&free_flows, &index)) {
    kept(tcp)[0] = LEFT_NO_ROOM * REFUSED;
    return 0;
  }
  struct flow *flow = map_lookup(&flows, &index);
  if (!flow) return 0;
  kept(tcp)[0] = index;
  // Until a program sets one, no rate limits the flow: what another congestion control left would.
  socket->sk_pacing_rate = ~0ul;
  flow->bytes_acked = tcp->bytes_acked;
  flow->lost = tcp->lost;
  flow->delivered = flow->delivered_total = tcp->delivered;
  flow->delivered_ce = tcp->delivered_ce;
  flow->sacked_out = tcp->sacked_out;
  flow->mss = tcp->mss_cache;
  flow->cwnd_packets = tcp->snd_cwnd;
  flow->first_cwnd_bytes = tcp->snd_cwnd * tcp->mss_cache;
  flow->family = socket->__sk_common.skc_family;
  flow->local_port = local_port;
  flow->remote_port = remote_port;
  if (flow->family == AF_INET6) {
    for (int i = 0; i < 4; i += 1) flow->local_address[i] = socket->__sk_common.skc_v6_rcv_saddr.in6_u.u6_addr32[i];
    for (int i = 0; i < 4; i += 1) flow->remote_address[i] = socket->__sk_common.skc_v6_daddr.in6_u.u6_addr32[i];
  } else {
    flow->local_address[0] = socket->__sk_common.skc_rcv_saddr;
    flow->remote_address[0] = socket->__sk_common.skc_daddr;
  }
  flow->alone_ns = now_ns();
  flow->state = FLOW_OPEN;
  tell(all, RECORD_OPENED, index, 0);
  return 0;
}

SECTION("call/release") int release(uint64_t *context) {
  struct flow *flow = flow_of((void *)context[0]);
  if (!flow) return 0;
  flow->state = FLOW_CLOSED;
  tell(configuration(), RECORD_CLOSED, (uint32_t)kept((void *)context[0])[0], 0);
  return 0;
}

SECTION("call/set_state") int set_state(uint64_t *context) {
  struct flow *flow = flow_of((void *)context[0]);
  if (!flow) return 0;
  flow->ca_state = (uint8_t)context[1];
  // What the ACK that begins it has delivered counts; only the ones before have been taken in.
  flow->recovery_delivered = flow->delivered_total;
  // The program learns of it with the next ACK: who cannot be called here is told there.
  if (flow->ca_state == TCP_CA_LOSS) flow->timeout = 1;
  return 0;
}

// What the kernel notes as the threshold; no program reads it, but whoever takes the flow over does.
SECTION("call/ssthresh") int ssthresh(uint64_t *context) {
  uint32_t half = ((struct tcp_sock *)context[0])->snd_cwnd / 2;
  return half > 2 ? half : 2;
}

// A loss that was none: without a program the window from before it. A program's window was never taken from it.
SECTION("call/undo_cwnd") int undo_cwnd(uint64_t *context) {
  struct tcp_sock *tcp = (struct tcp_sock *)context[0];
  uint32_t now = tcp->snd_cwnd, before = tcp->prior_cwnd;
  return now > before ? now : before;
}

// For flows of a control group: what applications have not asked for by themselves.
struct sock_ops {
  uint32_t op, args[4], family, remote_ip4, local_ip4, remote_ip6[4], local_ip6[4], remote_port, local_port;
};

SECTION("call/sockops") int sockops(struct sock_ops *told) {
  if (told->op != SOCK_OPS_ACTIVE_ESTABLISHED && told->op != SOCK_OPS_PASSIVE_ESTABLISHED) return 1;
  struct flow_config *all = configuration();
  // The other end's port stands in the upper half, in network order.
  uint16_t remote = __builtin_bswap16(told->remote_port >> 16);
  if (all && is_asked(all, told->local_port, remote)) {
    set_option(told, SOL_TCP, TCP_CONGESTION, all->own, FLOW_NAME_BYTES);
  }
  return 1;
}
