// DualPI2: RFC 9332, appendix A. Packets of scalable senders (ECT(1), or marked) have a queue of their own. One
// controller looks at the delay and sets p'; what is Classic is dropped or marked with p'², what is low latency marked with
// k·p', or by how long it has waited where that is more. Low latency is served first, but for a tenth that Classic has for
// itself, as in Linux (sch_dualpi2).
import {
  QUEUE_PARAMETER_COUPLING,
  QUEUE_PARAMETER_INTERVAL_US,
  QUEUE_PARAMETER_RAMP_END_US,
  QUEUE_PARAMETER_RAMP_START_US,
  QUEUE_PARAMETER_TARGET_US,
  SIM_PACKET_BYTES,
} from '../../generated/sim';
import { discard, now, numberOf, PACKET_CE, PACKET_L4S, Packet, Random, timeOf } from '../state/index';
import { isDue, Pi, piStep, waitAt } from './pi';
import { Queue } from './queue';

/** Per second: 0.1·T/RTT² and 0.3/RTT for T = 16 ms and round trips up to 100 ms (A.1). */
const ALPHA: f64 = 0.16;
const BETA: f64 = 3.2;
/** Shares of a hundred, where both wait. */
const CLASSIC_WEIGHT: i64 = 10;
const LOW_WEIGHT: i64 = 90;

@unmanaged
class DualPi2 extends Pi {
  low: Queue = changetype<Queue>(0);
  classic: Queue = changetype<Queue>(0);
  coupling: f64 = 0;
  rampStart: i64 = 0;
  rampEnd: i64 = 0;
  /** Above 0 it is Classic's turn. */
  credit: i64 = 0;
  random: Random = changetype<Random>(0);
}

/** From the block of parameters in `input`. */
export function createDualPi2(random: Random): DualPi2 {
  const dual = new DualPi2();
  dual.target = timeOf(QUEUE_PARAMETER_TARGET_US);
  dual.interval = timeOf(QUEUE_PARAMETER_INTERVAL_US);
  dual.coupling = numberOf(QUEUE_PARAMETER_COUPLING);
  dual.rampStart = timeOf(QUEUE_PARAMETER_RAMP_START_US);
  dual.rampEnd = timeOf(QUEUE_PARAMETER_RAMP_END_US);
  dual.alpha = ALPHA;
  dual.beta = BETA;
  dual.next = dual.interval;
  dual.low = new Queue();
  dual.classic = new Queue();
  dual.random = random;
  restoreCredit(dual);
  return dual;
}

/** False: there is no room for the packet. */
export function dualPi2Push(queue: Queue, packet: Packet): bool {
  const dual = changetype<DualPi2>(queue.state);
  look(queue, dual);
  if (!queue.hasRoom(packet.size)) return false;
  const isLow = (packet.flags & (PACKET_L4S | PACKET_CE)) != 0;
  queue.grow(packet.size);
  (isLow ? dual.low : dual.classic).append(packet);
  return true;
}

export function dualPi2Pop(queue: Queue): Packet | null {
  const dual = changetype<DualPi2>(queue.state);
  look(queue, dual);
  while (queue.packets > 0) {
    const isLow = dual.low.head != 0 && (!dual.classic.head || dual.credit <= 0);
    const packet = (isLow ? dual.low : dual.classic).take()!;
    queue.shrink(packet.size);
    if (isLow && dual.classic.head) dual.credit += CLASSIC_WEIGHT * <i64>packet.size;
    if (!isLow && dual.low.head) dual.credit -= LOW_WEIGHT * <i64>packet.size;
    if (isLow ? passesLow(queue, dual, packet) : passesClassic(queue, dual, packet)) return packet;
    queue.drops += 1;
    discard(packet);
  }
  restoreCredit(dual);
  return null;
}

function passesClassic(queue: Queue, dual: DualPi2, packet: Packet): bool {
  return !dual.random.chance(dual.probability * dual.probability) || queue.mark(packet);
}

/** Where k·p' cannot rise any more marks say nothing: low latency is dropped as Classic is (A.2, overload). */
function passesLow(queue: Queue, dual: DualPi2, packet: Packet): bool {
  const coupled = dual.coupling * dual.probability;
  if (coupled >= 1 && dual.random.chance(dual.probability * dual.probability)) return false;
  const own = rampShare(dual, packet);
  if (dual.random.chance(max<f64>(own, min<f64>(coupled, 1)))) queue.mark(packet);
  return true;
}

/** By its own wait, unless nothing waits behind it. */
function rampShare(dual: DualPi2, packet: Packet): f64 {
  if (!dual.low.head) return 0;
  const wait = now - packet.time;
  if (wait >= dual.rampEnd) return 1;
  return wait <= dual.rampStart ? 0 : <f64>(wait - dual.rampStart) / <f64>(dual.rampEnd - dual.rampStart);
}

function look(queue: Queue, dual: DualPi2): void {
  while (isDue(dual, queue.packets == 0)) {
    const delay = max<i64>(waitAt(dual.low, dual.next), waitAt(dual.classic, dual.next));
    dual.probability = min<f64>(1, max<f64>(0, dual.probability + piStep(dual, delay)));
  }
}

function restoreCredit(dual: DualPi2): void {
  dual.credit = <i64>SIM_PACKET_BYTES * (CLASSIC_WEIGHT - LOW_WEIGHT);
}
