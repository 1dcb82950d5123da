// The queue disciplines behind one pair of operations.

import { QUEUE_CODEL, QUEUE_FQ_CODEL, QUEUE_RED } from '../../generated/sim';
import { now } from '../state/events';
import { discard } from '../state/flow';
import { Packet } from '../state/packet';
import { codelPop } from './codel';
import { fqCodelPop, fqCodelPush } from './fqcodel';
import { Queue } from './queue';
import { redPop, redPush } from './red';

/** Takes the packet in, or drops it. */
export function pushPacket(queue: Queue, packet: Packet): void {
  if (queue.kind == QUEUE_FQ_CODEL) {
    fqCodelPush(queue, packet);
    return;
  }
  if (queue.kind == QUEUE_RED) {
    if (redPush(queue, packet)) return;
  } else if (queue.hasRoom(packet.size)) {
    queue.append(packet);
    return;
  }
  queue.drops += 1;
  discard(packet);
}

/** The packet to send next, or null where none waits. */
export function popPacket(queue: Queue): Packet | null {
  let packet: Packet | null;
  if (queue.kind == QUEUE_CODEL) packet = codelPop(queue);
  else if (queue.kind == QUEUE_FQ_CODEL) packet = fqCodelPop(queue);
  else if (queue.kind == QUEUE_RED) packet = redPop(queue);
  else packet = queue.take();
  if (packet) queue.delay.add(now - packet.time);
  return packet;
}
