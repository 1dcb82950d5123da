// CUBIC as a congestion control of its own in BPF, all of it in the kernel and without an agent: what `mooring bench
// bpf-ack` holds a program under an agent against. RFC 9438 in whole numbers: windows in packets, times in milliseconds,
// fractions of 1024. Slow start and the window's own arithmetic are the kernel's functions.
//
// SPDX-License-Identifier: (GPL-2.0-only OR MIT)
#include "kernel.h"

#define TCP_CA_LOSS 4
// β = 0.7 and C = 0.4 of the RFC; α of the Reno-friendly region is 3 · (1 − β) / (1 + β) = 9/17.
#define BETA_1024 717
#define ALPHA_ACKS 17
#define ALPHA_WINDOWS 9
// t³ · C in packets is 4 · ms³ / (10 · 10⁹).
#define MS3_PER_PACKET 2500000000ull
// A time beyond it overflows no product, and a window that old is any.
#define MOST_MS 200000

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
struct tcp_sock___cubic {
  uint32_t snd_cwnd, snd_ssthresh, max_packets_out, srtt_us, prior_cwnd;
};
#pragma clang attribute pop

// The members this one sets; those of the running kernel are found by name.
struct tcp_congestion_ops {
  uint32_t (*ssthresh)(struct sock *);
  void (*cong_avoid)(struct sock *, uint32_t, uint32_t);
  void (*set_state)(struct sock *, uint8_t);
  uint32_t (*undo_cwnd)(struct sock *);
  char name[16];
  void (*init)(struct sock *);
};

extern uint32_t tcp_slow_start(struct tcp_sock *tcp, uint32_t acked) __attribute__((section(".ksyms")));
extern void tcp_cong_avoid_ai(struct tcp_sock *tcp, uint32_t window, uint32_t acked) __attribute__((section(".ksyms")));

struct cubic {
  uint32_t w_max;    // the window before the last reduction
  uint32_t begun_ms; // of this epoch, 0 outside of one
  uint32_t k_ms;     // from then to w_max
  uint32_t origin;   // the plateau
  uint32_t reno;     // the window of the Reno-friendly region
  uint32_t reno_acked;
};

INLINE struct cubic *state(struct sock *socket) { return (void *)((struct inet_connection_sock *)socket)->icsk_ca_priv; }
INLINE struct tcp_sock___cubic *fields(struct sock *socket) { return (void *)socket; }
INLINE uint32_t clock_ms(void) { return (uint32_t)(now_ns() / 1000000) | 1; }

// Bit by bit from above: 21 of them hold what 64 bits can be the cube of.
INLINE uint32_t cube_root(uint64_t of) {
  uint64_t root = 0;
  for (int bit = 20; bit >= 0; bit -= 1) {
    uint64_t next = root | 1ull << bit;
    if (next * next * next <= of) root = next;
  }
  return root;
}

INLINE void begin(struct cubic *cubic, uint32_t window) {
  cubic->begun_ms = clock_ms();
  cubic->origin = window > cubic->w_max ? window : cubic->w_max;
  cubic->k_ms = cube_root((cubic->origin - window) * MS3_PER_PACKET);
  cubic->reno = window;
  cubic->reno_acked = 0;
}

// ACKed packets for each packet the window grows by, as `tcp_cong_avoid_ai` takes it.
INLINE uint32_t acks_per_packet(struct cubic *cubic, uint32_t window, uint32_t acked, uint32_t rtt_ms) {
  uint64_t t_ms = clock_ms() - cubic->begun_ms + rtt_ms;
  if (t_ms > MOST_MS) t_ms = MOST_MS;
  uint64_t away = t_ms > cubic->k_ms ? t_ms - cubic->k_ms : cubic->k_ms - t_ms;
  if (away > MOST_MS) away = MOST_MS;
  uint64_t delta = away * away * away / MS3_PER_PACKET;
  uint64_t target = t_ms > cubic->k_ms ? cubic->origin + delta : cubic->origin > delta ? cubic->origin - delta : 0;
  uint64_t most = window + window / 2;
  if (target > most) target = most;
  uint32_t count = target > window ? window / (target - window) : 100 * window;
  cubic->reno_acked += acked;
  uint32_t each = window * ALPHA_ACKS / ALPHA_WINDOWS;
  if (each && cubic->reno_acked > each) {
    cubic->reno += cubic->reno_acked / each;
    cubic->reno_acked %= each;
  }
  if (cubic->reno > window) {
    uint32_t friendly = window / (cubic->reno - window);
    if (friendly < count) count = friendly;
  }
  return count > 2 ? count : 2;
}

SECTION("struct_ops/init") void init(uint64_t *context) {
  *state((struct sock *)context[0]) = (struct cubic){0};
}

SECTION("struct_ops/cong_avoid") void cong_avoid(uint64_t *context) {
  struct sock *socket = (struct sock *)context[0];
  struct tcp_sock___cubic *tcp = fields(socket);
  struct cubic *cubic = state(socket);
  uint32_t acked = (uint32_t)context[2], window = tcp->snd_cwnd;
  // A window that nothing fills says nothing (RFC 7661).
  if (window >= 2 * tcp->max_packets_out) return;
  if (window < tcp->snd_ssthresh) {
    acked = tcp_slow_start((struct tcp_sock *)socket, acked);
    if (!acked) return;
    window = tcp->snd_cwnd;
  }
  if (!cubic->begun_ms) begin(cubic, window);
  tcp_cong_avoid_ai((struct tcp_sock *)socket, acks_per_packet(cubic, window, acked, (tcp->srtt_us >> 3) / 1000), acked);
}

SECTION("struct_ops/ssthresh") uint32_t ssthresh(uint64_t *context) {
  struct sock *socket = (struct sock *)context[0];
  struct cubic *cubic = state(socket);
  uint32_t window = fields(socket)->snd_cwnd, less = (uint64_t)window * BETA_1024 / 1024;
  // Fast convergence: a flow that did not regain its maximum leaves room (section 4.7).
  cubic->w_max = window < cubic->w_max ? (uint64_t)window * (1024 + BETA_1024) / 2048 : window;
  cubic->begun_ms = 0;
  return less > 2 ? less : 2;
}

SECTION("struct_ops/set_state") void set_state(uint64_t *context) {
  if ((uint8_t)context[1] == TCP_CA_LOSS) state((struct sock *)context[0])->begun_ms = 0;
}

SECTION("struct_ops/undo_cwnd") uint32_t undo_cwnd(uint64_t *context) {
  struct tcp_sock___cubic *tcp = fields((struct sock *)context[0]);
  return tcp->snd_cwnd > tcp->prior_cwnd ? tcp->snd_cwnd : tcp->prior_cwnd;
}

SECTION(".struct_ops") struct tcp_congestion_ops mooring_cubic = {
    .ssthresh = (void *)ssthresh,
    .cong_avoid = (void *)cong_avoid,
    .set_state = (void *)set_state,
    .undo_cwnd = (void *)undo_cwnd,
    .init = (void *)init,
    .name = "mooring_cubic",
};

SECTION("license") char licence[] = "Dual MIT/GPL";
