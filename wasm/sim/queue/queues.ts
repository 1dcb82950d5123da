// The queue disciplines behind one way to make them and one pair of operations.
import {
  QUEUE_CODEL,
  QUEUE_DROPTAIL,
  QUEUE_DUALPI2,
  QUEUE_FQCODEL,
  QUEUE_PARAMETER_ECN,
  QUEUE_PARAMETER_KIND,
  QUEUE_PARAMETER_LIMIT_BYTES,
  QUEUE_PARAMETER_LIMIT_PACKETS,
  QUEUE_PIE,
  QUEUE_RED,
  QUEUE_STEP,
} from '../../generated/sim';
import { discard, Histogram, now, numberOr, Packet, Random, wholeOf } from '../state/index';
import { codelPop, createCodel } from './codel';
import { createDualPi2, dualPi2Pop, dualPi2Push } from './dualpi2';
import { createFqCodel, fqCodelPop, fqCodelPush } from './fqcodel';
import { createPie, piePop, piePush } from './pie';
import { Queue } from './queue';
import { createRed, redPop, redPush } from './red';
import { createStep, stepPush } from './step';

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
  } else if (kind == QUEUE_PIE) {
    if (piePush(queue, packet)) return;
  } else if (kind == QUEUE_DUALPI2) {
    if (dualPi2Push(queue, packet)) return;
  } else if (kind == QUEUE_STEP) {
    if (stepPush(queue, packet)) return;
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
    case QUEUE_PIE:
      return changetype<usize>(createPie(random));
    case QUEUE_DUALPI2:
      return changetype<usize>(createDualPi2(random));
    case QUEUE_STEP:
      return changetype<usize>(createStep(queue));
    default:
      return unreachable();
  }
}

function nextOf(queue: Queue): Packet | null {
  const kind = queue.kind;
  if (kind == QUEUE_DROPTAIL || kind == QUEUE_STEP) return queue.take();
  if (kind == QUEUE_CODEL) return codelPop(queue);
  if (kind == QUEUE_FQCODEL) return fqCodelPop(queue);
  if (kind == QUEUE_RED) return redPop(queue);
  if (kind == QUEUE_PIE) return piePop(queue);
  if (kind == QUEUE_DUALPI2) return dualPi2Pop(queue);
  return unreachable();
}
