// Random early detection: S. Floyd, V. Jacobson, "Random Early Detection Gateways for Congestion
// Avoidance", IEEE/ACM ToN 1(4), 1993, with the "gentle" variant (S. Floyd, 2000) and ECN
// (RFC 3168). Thresholds count bytes where the queue's limit does, else packets.
import {
  QUEUE_PARAMETER_GENTLE,
  QUEUE_PARAMETER_MAX_PROBABILITY,
  QUEUE_PARAMETER_MAX_THRESHOLD,
  QUEUE_PARAMETER_MIN_THRESHOLD,
  QUEUE_PARAMETER_WEIGHT,
  SIM_PACKET_BYTES,
} from '../../generated/sim';
import { choiceOf, exponential, logarithm, now, numberOf, Packet, Random } from '../state/index';
import { Queue } from './queue';

@unmanaged
class RedState {
  minThreshold: f64 = 0;
  maxThreshold: f64 = 0;
  maxProbability: f64 = 0;
  weight: f64 = 0;
  gentle: bool = false;
  inBytes: bool = false;
  average: f64 = 0;
  /** Packets since the last mark, −1 below the lower threshold. */
  count: i32 = -1;
  /** When the queue last became empty; −1 while it is not. */
  idleSince: i64 = 0;
  random: Random = changetype<Random>(0);
}

/** From the block of parameters in `input`. */
export function createRed(queue: Queue, random: Random): RedState {
  const red = new RedState();
  red.minThreshold = numberOf(QUEUE_PARAMETER_MIN_THRESHOLD);
  red.maxThreshold = numberOf(QUEUE_PARAMETER_MAX_THRESHOLD);
  red.maxProbability = numberOf(QUEUE_PARAMETER_MAX_PROBABILITY);
  red.weight = numberOf(QUEUE_PARAMETER_WEIGHT);
  red.gentle = choiceOf(QUEUE_PARAMETER_GENTLE);
  red.inBytes = queue.limitBytes > 0;
  red.random = random;
  return red;
}

/** False: the packet is to be dropped. */
export function redPush(queue: Queue, packet: Packet): bool {
  const red = changetype<RedState>(queue.state);
  updateAverage(queue, red);
  if (!queue.hasRoom(packet.size)) return false;
  if (red.average < red.minThreshold) {
    red.count = -1;
  } else {
    const ceiling = red.gentle ? 2 * red.maxThreshold : red.maxThreshold;
    if (red.average >= ceiling) {
      red.count = 0;
      return false;
    }
    red.count += 1;
    let probability = markProbability(red);
    if (red.inBytes) probability *= min<f64>(1, <f64>packet.size / <f64>SIM_PACKET_BYTES);
    // Spreads the marks evenly: uniform instead of geometric gaps (section 7 of the paper).
    const spaced = 1 - <f64>red.count * probability;
    if (red.random.chance(spaced > 0 ? probability / spaced : 1)) {
      red.count = 0;
      if (!queue.mark(packet)) return false;
    }
  }
  queue.append(packet);
  return true;
}

export function redPop(queue: Queue): Packet | null {
  const packet = queue.take();
  if (queue.packets == 0) {
    const red = changetype<RedState>(queue.state);
    if (red.idleSince < 0) red.idleSince = now;
  }
  return packet;
}

function updateAverage(queue: Queue, red: RedState): void {
  if (queue.packets > 0) {
    const length = red.inBytes ? <f64>queue.bytes : <f64>queue.packets;
    red.average += red.weight * (length - red.average);
  } else if (red.idleSince >= 0) {
    // As if as many small packets had arrived at an empty queue as could have been sent meanwhile.
    const missed = <f64>(now - red.idleSince) / <f64>max<i64>(1, queue.packetTime);
    red.average *= red.weight < 1 ? exponential(missed * logarithm(1 - red.weight)) : 0;
  }
  red.idleSince = -1;
}

function markProbability(red: RedState): f64 {
  if (red.average < red.maxThreshold)
    return (red.maxProbability * (red.average - red.minThreshold)) / (red.maxThreshold - red.minThreshold);
  return red.maxProbability + ((1 - red.maxProbability) * (red.average - red.maxThreshold)) / red.maxThreshold;
}
