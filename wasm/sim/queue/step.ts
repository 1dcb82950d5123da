// Marks by a step: what comes while so much waits is marked, at once and by the length of that instant (RFC 8257 3.1, its
// K). What may not be marked waits as in drop-tail. The threshold counts what the limit counts.
import { QUEUE_PARAMETER_MARK_AT } from '../../generated/sim';
import { numberOf, Packet } from '../state/index';
import { Queue } from './queue';

@unmanaged
class StepState {
  markAt: f64 = 0;
}

/** From the block of parameters in `input`. */
export function createStep(queue: Queue): StepState {
  const step = new StepState();
  step.markAt = numberOf(QUEUE_PARAMETER_MARK_AT);
  queue.ecn = true;
  return step;
}

/** False: there is no room for the packet. */
export function stepPush(queue: Queue, packet: Packet): bool {
  if (!queue.hasRoom(packet.size)) return false;
  const length = queue.limitBytes > 0 ? <f64>queue.bytes : <f64>queue.packets;
  if (length >= changetype<StepState>(queue.state).markAt) queue.mark(packet);
  queue.append(packet);
  return true;
}
