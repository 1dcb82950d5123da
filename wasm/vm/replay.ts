// Many invocations in one call, for measuring the machine without the host, and for replaying
// recorded ACKs.
import { LIMIT_LIBCCP_PRIMITIVE_REGISTERS } from '../generated/isa';
import { invoke } from './invoke';
import { Datapath, Flow, OFFSET_PRIMITIVE } from './state';

/** Bytes of one record: libccp's 15, a u64 each. */
export const RECORD_BYTES: u32 = 8 * LIMIT_LIBCCP_PRIMITIVE_REGISTERS;

/**
 * Invokes the flow once for each of `count` records of libccp's 15 primitives at `records`, `stepUs`
 * apart from `firstUs` on. Messages are dropped. Returns how many there were.
 */
export function replay(at: usize, records: usize, count: u32, firstUs: u64, stepUs: u64): u32 {
  const flow = changetype<Flow>(at);
  const outbox = changetype<Datapath>(flow.datapath).outbox;
  let messages: u32 = 0;
  let nowUs = firstUs;
  for (let i: u32 = 0; i < count; i++) {
    memory.copy(at + OFFSET_PRIMITIVE, records + i * RECORD_BYTES, RECORD_BYTES);
    invoke(at, nowUs);
    nowUs += stepUs;
    if (!outbox.length) continue;
    messages++;
    outbox.clear();
  }
  return messages;
}
