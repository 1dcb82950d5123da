// The proportional integral controller that PIE and DualPI2 have in common: every interval a probability moves by how far
// the delay is from its target and by how fast it grows. The delay is how long the oldest packet has waited (RFC 8033
// 4.3, RFC 9332 A). Nothing happens in a queue between two packets, so what an interval would have found then is
// reckoned when the next one comes or goes.
import { now, Packet } from '../state/index';
import { Queue } from './queue';

@unmanaged
export class Pi {
  target: i64 = 0;
  interval: i64 = 0;
  /** Per second of delay. */
  alpha: f64 = 0;
  beta: f64 = 0;
  probability: f64 = 0;
  /** When the delay is looked at next, and what it was last. */
  next: i64 = 0;
  delay: i64 = 0;
}

/** True where a look at the queue is due, at `pi.next`. Skips those that would change nothing. */
export function isDue(pi: Pi, isEmpty: bool): bool {
  if (now < pi.next) return false;
  if (isEmpty && pi.probability == 0 && pi.delay == 0) {
    pi.next += ((now - pi.next) / pi.interval + 1) * pi.interval;
    return false;
  }
  return true;
}

/** How much the probability is to move for `delay`, which is remembered. */
export function piStep(pi: Pi, delay: i64): f64 {
  const off = <f64>(delay - pi.target) * 1e-9;
  const growth = <f64>(delay - pi.delay) * 1e-9;
  pi.delay = delay;
  pi.next += pi.interval;
  return pi.alpha * off + pi.beta * growth;
}

/** How long the oldest packet will have waited at `time`. */
export function waitAt(queue: Queue, time: i64): i64 {
  return queue.head ? max<i64>(0, time - changetype<Packet>(queue.head).time) : 0;
}
