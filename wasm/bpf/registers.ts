// Where a register of a program stands in the map value of its flow (spec/bpf.json).
import {
  BPF_OFFSET_CONTROL,
  BPF_OFFSET_IMPLICIT,
  BPF_OFFSET_LOCAL,
  BPF_OFFSET_PRIMITIVE,
  BPF_OFFSET_REPORT,
  BPF_OFFSET_TMP,
} from '../generated/bpf';
import { REG_CONTROL, REG_CONTROL_VOLATILE, REG_IMPLICIT, REG_LOCAL, REG_PRIMITIVE, REG_TMP } from '../generated/isa';

/** Type and index have passed the verifier. */
export function offsetOf(type: u32, index: u32): u32 {
  return firstOf(type) + 8 * index;
}

function firstOf(type: u32): u32 {
  switch (type) {
    case REG_IMPLICIT:
      return BPF_OFFSET_IMPLICIT;
    case REG_PRIMITIVE:
      return BPF_OFFSET_PRIMITIVE;
    case REG_LOCAL:
      return BPF_OFFSET_LOCAL;
    case REG_TMP:
      return BPF_OFFSET_TMP;
    case REG_CONTROL:
    case REG_CONTROL_VOLATILE:
      return BPF_OFFSET_CONTROL;
    default:
      return BPF_OFFSET_REPORT;
  }
}
