// Many invocations in one call, for measuring the machine without the host, and for replaying
// recorded ACKs.
import { invoke } from './invoke';
import { Datapath, Flow, OFFSET_PRIMITIVE, OFFSET_SND_CWND } from './state';

/** Bytes of one record: 15 u64. */
export const RECORD_BYTES: u32 = <u32>(OFFSET_SND_CWND - OFFSET_PRIMITIVE);

/**
 * Invokes the flow once for each of `count` records of 15 u64 primitives at `records`, `stepUs`
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
