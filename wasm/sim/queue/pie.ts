// PIE: RFC 8033, with the delay by timestamps and without derandomisation (5.4).
import {
  QUEUE_PARAMETER_BURST_US,
  QUEUE_PARAMETER_INTERVAL_US,
  QUEUE_PARAMETER_TARGET_US,
  SIM_PACKET_BYTES,
} from '../../generated/sim';
import { Packet, Random, timeOf } from '../state/index';
import { isDue, Pi, piStep, waitAt } from './pi';
import { Queue } from './queue';

/** Section 4.2, per second. */
const ALPHA: f64 = 0.125;
const BETA: f64 = 1.25;
/** Above, packets that may be marked are dropped (5.1). */
const MARK_LIMIT: f64 = 0.1;
const MAX_STEP: f64 = 0.02;
const DECAY: f64 = 0.98;

@unmanaged
class PieState extends Pi {
  maxBurst: i64 = 0;
  burst: i64 = 0;
  random: Random = changetype<Random>(0);
}

/** From the block of parameters in `input`. */
export function createPie(random: Random): PieState {
  const pie = new PieState();
  pie.target = timeOf(QUEUE_PARAMETER_TARGET_US);
  pie.interval = timeOf(QUEUE_PARAMETER_INTERVAL_US);
  pie.maxBurst = timeOf(QUEUE_PARAMETER_BURST_US);
  pie.burst = pie.maxBurst;
  pie.alpha = ALPHA;
  pie.beta = BETA;
  pie.next = pie.interval;
  pie.random = random;
  return pie;
}

/** False: the packet is to be dropped. */
export function piePush(queue: Queue, packet: Packet): bool {
  const pie = changetype<PieState>(queue.state);
  look(queue, pie);
  if (!queue.hasRoom(packet.size)) return false;
  if (isUnlucky(queue, pie) && !(pie.probability <= MARK_LIMIT && queue.mark(packet))) return false;
  queue.append(packet);
  return true;
}

export function piePop(queue: Queue): Packet | null {
  look(queue, changetype<PieState>(queue.state));
  return queue.take();
}

/** Section 4.1. */
function isUnlucky(queue: Queue, pie: PieState): bool {
  if (pie.burst > 0) return false;
  if (pie.delay < pie.target >> 1 && pie.probability < 0.2) return false;
  if (queue.bytes <= 2 * <u64>SIM_PACKET_BYTES) return false;
  return pie.random.chance(pie.probability);
}

/** Sections 4.2 and 4.4. */
function look(queue: Queue, pie: PieState): void {
  while (isDue(pie, queue.packets == 0)) {
    const before = pie.delay;
    const delay = waitAt(queue, pie.next);
    let step = piStep(pie, delay) * scale(pie.probability);
    if (pie.probability >= 0.1) step = min<f64>(step, MAX_STEP);
    pie.probability += step;
    if (delay > 250000000) pie.probability += MAX_STEP;
    if (delay == 0 && before == 0) pie.probability *= DECAY;
    pie.probability = min<f64>(1, max<f64>(0, pie.probability));
    pie.burst = max<i64>(0, pie.burst - pie.interval);
    if (pie.probability < 1e-9) {
      pie.probability = 0;
      if (delay < pie.target >> 1 && before < pie.target >> 1) pie.burst = pie.maxBurst;
    }
  }
}

/** The smaller the probability, the smaller its steps. */
function scale(probability: f64): f64 {
  if (probability < 0.000001) return 1.0 / 2048;
  if (probability < 0.00001) return 1.0 / 512;
  if (probability < 0.0001) return 1.0 / 128;
  if (probability < 0.001) return 1.0 / 32;
  if (probability < 0.01) return 1.0 / 8;
  return probability < 0.1 ? 1.0 / 2 : 1;
}
