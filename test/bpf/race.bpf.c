// The kernel's side takes what is staged, at every invocation, and looks whether it is whole: every update sets the same
// value in all of its registers, one more than the update before.
#include "../../helper/bpf/mooring.bpf.c"

#include "race.h"

SECTION("call/race") int race(void *context) {
  (void)context;
  uint32_t index = 1;
  struct flow *flow = map_lookup(&flows, &index);
  if (!flow) return 0;
  flow->invocations += 1;
  if (!take_staged(flow, 0)) return 0;
  const uint64_t *controls = flow->registers + BPF_OFFSET_CONTROL / 8;
  uint64_t *registers = flow->registers;
  flow->reports += 1;
  if (controls[0] < flow->bytes_acked) flow->skipped += 1;
  flow->bytes_acked = controls[0];
  for (int i = 0; i < RACE_REGISTERS; i += 1) {
    if (controls[i] != controls[0] || IMPLICIT(CWND) != controls[0]) flow->errors += 1;
  }
  return 0;
}
