// The datapath in this kernel: its programs and maps loaded, its name among the congestion controls for as long as this
// process lives. What flows and agents say to each other is not known here.
#ifndef MOORING_BPF_KERNEL_H
#define MOORING_BPF_KERNEL_H

#include <stdbool.h>
#include <stdint.h>

#include "../bpf/flow.h"
#include "bpf_program.h"
#include "btf.h"

// For whoever lacks a right of root's.
#define RIGHTS_REMEDY "run with sudo, or once sudo setcap cap_bpf,cap_perfmon,cap_net_admin+ep \"$(npx mooring helper path)\""

enum kernel_map { MAP_CONFIG, MAP_FLOWS, MAP_PROGRAMS, MAP_CODE, MAP_FREE, MAP_RING, MAPS };

struct bpf_kernel {
  int maps[MAPS];
  uint32_t flows_count;
  // Mapped. Flows count from 1, programs too.
  struct flow_config *config;
  struct flow *flows;
  struct flow_program *programs;
  // What programs of agents are loaded with.
  uint32_t operations_type, member, kept_offset;
  int operations, link, sockops;
  bool registered; // without a link, on kernels before 6.4: it must be taken back
};

// 0 or -errno, with what is missing and how to get it in `says`. Nothing is registered or loaded then.
// `only_check` loads all and registers nothing.
int kernel_open(struct bpf_kernel *kernel, const char *name, const char *fallback, uint32_t flows, bool only_check,
                char *says, size_t says_bytes);
// Takes the name back; flows that run go on with the fallback.
void kernel_close(struct bpf_kernel *kernel);

// Flows of this control group (cgroup2) that begin from now on come under it. 0 or -errno.
int kernel_attach_cgroup(struct bpf_kernel *kernel, const char *path, char *says, size_t says_bytes);
// Puts a program into a slot from 1. 0 or -errno, with what the verifier said.
int kernel_put_program(struct bpf_kernel *kernel, uint32_t slot, uint32_t uid, const struct compiled *compiled, char *says,
                       size_t says_bytes);

// The object that clang made; its length is 0 where the helper was built without clang.
extern const unsigned char bpf_image[];
extern const unsigned char bpf_image_end[];

#endif
