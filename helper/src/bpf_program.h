// A program of an INSTALL as eBPF. What wasm/isa verifies and wasm/bpf emits, once more in C: an agent that is no package of
// ours sends rows and nothing else. test/bpf compares the two byte for byte.
#ifndef MOORING_BPF_PROGRAM_H
#define MOORING_BPF_PROGRAM_H

#include <stddef.h>
#include <stdint.h>

#include <linux/bpf.h>

#include "../bpf/flow.h"
#include "../include/generated/codes.h"

struct compiled {
  struct bpf_insn *instructions;
  uint32_t count, capacity;
  uint32_t branches;
  uint32_t primitives; // bit n: it reads the nth
  uint32_t report_fields;
  uint32_t volatile_resets, all_resets;
  struct flow_set resets[FLOW_RESETS];
};

// What compile_program gives beside codes of libccp: the program is more than a kernel takes (spec/bpf.md), no memory.
#define PROGRAM_TOO_LONG 1
#define PROGRAM_NO_MEMORY 2

// 0, or the code with which such rows are refused. Only then is there something to free.
int compile_program(const uint8_t *rows, size_t length, uint32_t events, uint32_t instructions, struct compiled *compiled);
void compiled_free(struct compiled *compiled);

// 0, or a code, for `events` rows of events and then `instructions` of instructions in `length` bytes.
int verify_rows(const uint8_t *rows, size_t length, uint32_t events, uint32_t instructions);
// How many registers of a type there are, 0 for an unknown one.
uint32_t registers_of(uint32_t type);
// Where a register stands among a flow's, bytes from the first.
uint32_t register_offset(uint32_t type, uint32_t index);

#endif
