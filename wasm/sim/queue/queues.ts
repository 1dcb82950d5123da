// The queue disciplines behind one way to make them and one pair of operations.
import {
  QUEUE_CODEL,
  QUEUE_DROPTAIL,
  QUEUE_FQCODEL,
  QUEUE_PARAMETER_ECN,
  QUEUE_PARAMETER_KIND,
  QUEUE_PARAMETER_LIMIT_BYTES,
  QUEUE_PARAMETER_LIMIT_PACKETS,
  QUEUE_RED,
} from '../../generated/sim';
import { discard, Histogram, now, numberOr, Packet, Random, wholeOf } from '../state/index';
import { codelPop, createCodel } from './codel';
import { createFqCodel, fqCodelPop, fqCodelPush } from './fqcodel';
import { Queue } from './queue';
import { createRed, redPop, redPush } from './red';

/** From the block of parameters in `input`. `random` and `salt` are for the disciplines that want them. */
export function createQueue(random: Random, salt: u32): Queue {
  const queue = new Queue();
  queue.kind = wholeOf(QUEUE_PARAMETER_KIND);
  queue.limitPackets = <u32>numberOr(QUEUE_PARAMETER_LIMIT_PACKETS, 0);
  queue.limitBytes = <u64>numberOr(QUEUE_PARAMETER_LIMIT_BYTES, 0);
  queue.ecn = numberOr(QUEUE_PARAMETER_ECN, 0) != 0;
  queue.delay = new Histogram();
  queue.state = stateOf(queue, random, salt);
  return queue;
}

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
    case QUEUE_DROPTAIL:
      packet = queue.take();
      break;
    case QUEUE_CODEL:
      packet = codelPop(queue);
      break;
    case QUEUE_FQCODEL:
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

/** What the discipline keeps of its own. */
function stateOf(queue: Queue, random: Random, salt: u32): usize {
  switch (queue.kind) {
    case QUEUE_DROPTAIL:
      return 0;
    case QUEUE_CODEL:
      return changetype<usize>(createCodel());
    case QUEUE_FQCODEL:
      return changetype<usize>(createFqCodel(salt));
    case QUEUE_RED:
      return changetype<usize>(createRed(queue, random));
    default:
      return unreachable();
  }
}

function isTaken(queue: Queue, packet: Packet): bool {
  switch (queue.kind) {
    case QUEUE_DROPTAIL:
    case QUEUE_CODEL:
      return queue.push(packet);
    case QUEUE_FQCODEL:
      return fqCodelPush(queue, packet);
    case QUEUE_RED:
      return redPush(queue, packet);
    default:
      return unreachable();
  }
}
