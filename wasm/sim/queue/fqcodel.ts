// Flow queue CoDel: RFC 8290. Flows are hashed to queues; queues are served by deficit round
// robin, those that have just become active first; each has a CoDel state of its own. On overflow
// the fattest queue loses packets from its head, up to 64 or half of it.

import { QUEUE_PARAMETER_FLOWS, QUEUE_PARAMETER_QUANTUM_BYTES } from '../../generated/sim';
import { discard, flowHash, numberOf, Packet, Random, wholeOf } from '../state/index';
import { CodelState, codelPopFrom, createCodel } from './codel';
import { Queue } from './queue';

@unmanaged
class SubQueue extends Queue {
  deficit: i64 = 0;
  nextActive: usize = 0;
  active: bool = false;
  codel: CodelState = changetype<CodelState>(0);
}

@unmanaged
class FqCodelState {
  quantum: i64 = 0;
  count: u32 = 0;
  subQueues: usize = 0;
  newHead: usize = 0;
  newTail: usize = 0;
  oldHead: usize = 0;
  oldTail: usize = 0;
  salt: u32 = 0;
}

const DROP_BATCH: u32 = 64;

/** From the block of parameters in `input`; the salt makes the hash of flows differ from run to run. */
export function createFqCodel(salt: u32): FqCodelState {
  Random.used = true;
  const state = new FqCodelState();
  const count = wholeOf(QUEUE_PARAMETER_FLOWS);
  state.quantum = <i64>numberOf(QUEUE_PARAMETER_QUANTUM_BYTES);
  state.count = count;
  state.salt = salt;
  state.subQueues = heap.alloc(count << 2);
  for (let i: u32 = 0; i < count; i++) {
    const sub = new SubQueue();
    sub.codel = createCodel();
    store<usize>(state.subQueues + (i << 2), changetype<usize>(sub));
  }
  return state;
}

/** Always takes the packet; on overflow others, or it, are dropped. */
export function fqCodelPush(queue: Queue, packet: Packet): void {
  const fq = changetype<FqCodelState>(queue.state);
  const index = flowHash(packet, fq.salt) % fq.count;
  const sub = changetype<SubQueue>(load<usize>(fq.subQueues + (index << 2)));
  const fits = queue.hasRoom(packet.size);
  queue.grow(packet.size);
  sub.append(packet);
  if (!sub.active) {
    sub.active = true;
    sub.deficit = fq.quantum;
    appendNew(fq, sub);
  }
  if (!fits) dropFromFattest(queue, fq);
}

export function fqCodelPop(queue: Queue): Packet | null {
  const fq = changetype<FqCodelState>(queue.state);
  while (true) {
    const isNew = fq.newHead != 0;
    const at = isNew ? fq.newHead : fq.oldHead;
    if (!at) return null;
    const sub = changetype<SubQueue>(at);
    if (sub.deficit <= 0) {
      sub.deficit += fq.quantum;
      removeHead(fq, isNew);
      appendOld(fq, sub);
      continue;
    }
    const packet = codelPopFrom(sub, sub.codel, queue);
    if (!packet) {
      // An emptied new queue goes round once more, lest it gain by starting again (RFC 8290 4.2).
      removeHead(fq, isNew);
      if (isNew && fq.oldHead) appendOld(fq, sub);
      else sub.active = false;
      continue;
    }
    sub.deficit -= packet.size;
    return packet;
  }
}

function dropFromFattest(queue: Queue, fq: FqCodelState): void {
  let fattest = changetype<SubQueue>(load<usize>(fq.subQueues));
  for (let i: u32 = 1; i < fq.count; i++) {
    const sub = changetype<SubQueue>(load<usize>(fq.subQueues + (i << 2)));
    if (sub.bytes > fattest.bytes) fattest = sub;
  }
  const threshold = fattest.bytes >> 1;
  let dropped: u32 = 0;
  let bytes: u64 = 0;
  do {
    const packet = fattest.take();
    if (!packet) return;
    queue.shrink(packet.size);
    queue.drops += 1;
    dropped += 1;
    bytes += packet.size;
    discard(packet);
  } while (dropped < DROP_BATCH && bytes < threshold);
}

function removeHead(fq: FqCodelState, isNew: bool): void {
  if (isNew) fq.newHead = changetype<SubQueue>(fq.newHead).nextActive;
  else fq.oldHead = changetype<SubQueue>(fq.oldHead).nextActive;
}

function appendNew(fq: FqCodelState, sub: SubQueue): void {
  const self = changetype<usize>(sub);
  sub.nextActive = 0;
  if (fq.newHead) changetype<SubQueue>(fq.newTail).nextActive = self;
  else fq.newHead = self;
  fq.newTail = self;
}

function appendOld(fq: FqCodelState, sub: SubQueue): void {
  const self = changetype<usize>(sub);
  sub.nextActive = 0;
  if (fq.oldHead) changetype<SubQueue>(fq.oldTail).nextActive = self;
  else fq.oldHead = self;
  fq.oldTail = self;
}
