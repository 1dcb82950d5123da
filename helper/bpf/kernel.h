// What of the kernel's types the programs read, by name: the loader asks the running kernel's BTF where each field
// stands (CO-RE), so that neither order nor size matters here.
#ifndef MOORING_BPF_KERNEL_H
#define MOORING_BPF_KERNEL_H

#include <stdbool.h>
#include <stdint.h>

#define SECTION(name) __attribute__((section(name), used))
#define INLINE static inline __attribute__((always_inline))

// Helpers of the kernel by their numbers (include/uapi/linux/bpf.h).
static void *(*const map_lookup)(void *map, const void *key) = (void *)1;
static uint64_t (*const now_ns)(void) = (void *)5;
static long (*const tail_call)(void *context, void *map, uint32_t index) = (void *)12;
static long (*const set_option)(void *socket, int level, int name, void *value, int length) = (void *)49;
static long (*const map_pop)(void *map, void *value) = (void *)88;
static long (*const ring_output)(void *ring, void *data, uint64_t size, uint64_t flags) = (void *)130;

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct in6_addr {
  union {
    uint32_t u6_addr32[4];
  } in6_u;
};

struct sock_common {
  uint32_t skc_daddr, skc_rcv_saddr;
  uint16_t skc_dport, skc_num;
  unsigned short skc_family;
  struct in6_addr skc_v6_daddr, skc_v6_rcv_saddr;
};

struct sock {
  struct sock_common __sk_common;
  unsigned long sk_pacing_rate, sk_max_pacing_rate;
  uint32_t sk_pacing_status;
};

struct inet_connection_sock {
  uint64_t icsk_ca_priv[13];
};

struct minmax_sample {
  uint32_t t, v;
};

struct minmax {
  struct minmax_sample s[3];
};

struct tcp_sock {
  uint32_t snd_cwnd, snd_cwnd_clamp, prior_cwnd, prr_out, mss_cache;
  uint32_t packets_out, sacked_out, lost_out, retrans_out;
  uint32_t lost, delivered, delivered_ce, app_limited;
  uint32_t write_seq, snd_una, srtt_us;
  uint64_t bytes_acked;
  struct minmax rtt_min;
};

struct rate_sample {
  int32_t delivered;
  long interval_us, rtt_us;
  uint32_t snd_interval_us, rcv_interval_us;
  bool is_app_limited;
};

#pragma clang attribute pop

#endif
