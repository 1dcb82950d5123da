// A change of a link at an instant of the run.
import { Link, linkSetRate } from './link';

@unmanaged
export class Step {
  link: usize = 0;
  /** Bytes per second, 0 to keep the rate. */
  rate: f64 = 0;
  /** Nanoseconds, −1 to keep the delay. */
  delay: i64 = -1;
}

export function applyStep(step: Step): void {
  const link = changetype<Link>(step.link);
  if (step.rate > 0) linkSetRate(link, step.rate);
  if (step.delay >= 0) link.line.delay = step.delay;
}
