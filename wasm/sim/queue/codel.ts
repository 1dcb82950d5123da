// Controlled delay: RFC 8289. The state machine works on any list of packets that can be taken
// from its head, because FQ-CoDel (RFC 8290) runs one per queue.
//
//   not dropping --sojourn ≥ target for an interval--> dropping --sojourn < target or empty--> not dropping
//   dropping: one drop (or mark) each interval/√count
import { QUEUE_PARAMETER_INTERVAL_US, QUEUE_PARAMETER_TARGET_US, SIM_PACKET_BYTES } from '../../generated/sim';
import { discard, now, Packet, timeOf } from '../state/index';
import { Queue } from './queue';

@unmanaged
export class CodelState {
  target: i64 = 0;
  interval: i64 = 0;
  /** When the sojourn time will have been above target for an interval; 0: it is below. */
  firstAbove: i64 = 0;
  dropNext: i64 = 0;
  count: u32 = 0;
  lastCount: u32 = 0;
  dropping: bool = false;
}

/** From the block of parameters in `input`. */
export function createCodel(): CodelState {
  const codel = new CodelState();
  codel.target = timeOf(QUEUE_PARAMETER_TARGET_US);
  codel.interval = timeOf(QUEUE_PARAMETER_INTERVAL_US);
  return codel;
}

export function codelPop(queue: Queue): Packet | null {
  return codelPopFrom(queue, changetype<CodelState>(queue.state), queue);
}

/** Takes from `list`; counts and marks in `owner`, whose occupancy includes that of `list`. */
export function codelPopFrom(list: Queue, codel: CodelState, owner: Queue): Packet | null {
  let packet = takeFrom(list, owner);
  if (!packet) {
    codel.firstAbove = 0;
    codel.dropping = false;
    return null;
  }
  let okToDrop = isAbove(list, codel, packet);
  if (codel.dropping) {
    if (!okToDrop) {
      codel.dropping = false;
      return packet;
    }
    while (codel.dropping && now >= codel.dropNext) {
      codel.count += 1;
      if (owner.mark(packet)) {
        codel.dropNext = controlLaw(codel, codel.dropNext);
        return packet;
      }
      owner.drops += 1;
      discard(packet);
      packet = takeFrom(list, owner);
      if (!packet) {
        codel.firstAbove = 0;
        codel.dropping = false;
        return null;
      }
      okToDrop = isAbove(list, codel, packet);
      if (okToDrop) codel.dropNext = controlLaw(codel, codel.dropNext);
      else codel.dropping = false;
    }
    return packet;
  }
  if (!okToDrop) return packet;
  if (!owner.mark(packet)) {
    owner.drops += 1;
    discard(packet);
    packet = takeFrom(list, owner);
    if (packet) isAbove(list, codel, packet);
    else codel.firstAbove = 0;
  }
  codel.dropping = true;
  // Resumes near the rate that controlled the queue when dropping ended a short while ago (RFC 8289 5.4).
  const delta = codel.count - codel.lastCount;
  codel.count = delta > 1 && now - codel.dropNext < 16 * codel.interval ? delta : 1;
  codel.dropNext = controlLaw(codel, now);
  codel.lastCount = codel.count;
  return packet;
}

function takeFrom(list: Queue, owner: Queue): Packet | null {
  const packet = list.take();
  if (packet && changetype<usize>(list) != changetype<usize>(owner)) owner.shrink(packet.size);
  return packet;
}

function isAbove(list: Queue, codel: CodelState, packet: Packet): bool {
  // Nothing is gained by dropping while at most one full-sized packet waits (RFC 8289 4.4).
  if (now - packet.time < codel.target || list.bytes <= <u64>SIM_PACKET_BYTES) {
    codel.firstAbove = 0;
    return false;
  }
  if (codel.firstAbove == 0) {
    codel.firstAbove = now + codel.interval;
    return false;
  }
  return now >= codel.firstAbove;
}

function controlLaw(codel: CodelState, from: i64): i64 {
  return from + <i64>(<f64>codel.interval / sqrt(<f64>codel.count));
}
