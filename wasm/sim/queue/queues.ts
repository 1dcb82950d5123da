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
  const kind = queue.kind;
  if (kind == QUEUE_DROPTAIL || kind == QUEUE_CODEL) {
    if (queue.push(packet)) return;
  } else if (kind == QUEUE_FQCODEL) {
    fqCodelPush(queue, packet);
    return;
  } else if (kind == QUEUE_RED) {
    if (redPush(queue, packet)) return;
  } else {
    unreachable();
  }
  queue.drops += 1;
  discard(packet);
}

/** The packet to send next, or null where none waits. */
export function popPacket(queue: Queue): Packet | null {
  const packet = nextOf(queue);
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

function nextOf(queue: Queue): Packet | null {
  const kind = queue.kind;
  if (kind == QUEUE_DROPTAIL) return queue.take();
  if (kind == QUEUE_CODEL) return codelPop(queue);
  if (kind == QUEUE_FQCODEL) return fqCodelPop(queue);
  if (kind == QUEUE_RED) return redPop(queue);
  return unreachable();
}
