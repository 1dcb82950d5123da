// The queue disciplines behind one pair of operations.
import { QUEUE_CODEL, QUEUE_DROP_TAIL, QUEUE_FQ_CODEL, QUEUE_RED } from '../../generated/sim';
import { discard, now, Packet } from '../state/index';
import { codelPop } from './codel';
import { fqCodelPop, fqCodelPush } from './fqcodel';
import { Queue } from './queue';
import { redPop, redPush } from './red';

/** Takes the packet in, or drops it. */
export function pushPacket(queue: Queue, packet: Packet): void {
  if (isTaken(queue, packet)) return;
  queue.drops += 1;
  discard(packet);
}

/** The packet to send next, or null where none waits. */
export function popPacket(queue: Queue): Packet | null {
  let packet: Packet | null;
  switch (queue.kind) {
    case QUEUE_DROP_TAIL:
      packet = queue.take();
      break;
    case QUEUE_CODEL:
      packet = codelPop(queue);
      break;
    case QUEUE_FQ_CODEL:
      packet = fqCodelPop(queue);
      break;
    case QUEUE_RED:
      packet = redPop(queue);
      break;
    default:
      return unreachable();
  }
  if (packet) queue.delay.add(now - packet.time);
  return packet;
}

function isTaken(queue: Queue, packet: Packet): bool {
  switch (queue.kind) {
    case QUEUE_DROP_TAIL:
    case QUEUE_CODEL:
      return queue.push(packet);
    case QUEUE_FQ_CODEL:
      return fqCodelPush(queue, packet);
    case QUEUE_RED:
      return redPush(queue, packet);
    default:
      return unreachable();
  }
}
