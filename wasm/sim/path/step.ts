// A change of a link at an instant of the run.
import { Link, linkSetDown, linkSetRate } from './link';
import { WireLoss } from './wire-loss';

@unmanaged
export class Step {
  link: Link = changetype<Link>(0);
  /** Bytes per second; −1 keeps the rate. */
  rate: f64 = -1;
  /** Nanoseconds; −1 keeps the delay. */
  delay: i64 = -1;
  /** 1 goes down, 0 comes up, −1 stays as it is. */
  down: f64 = -1;
  /** 0 keeps the loss. */
  loss: WireLoss = changetype<WireLoss>(0);
}

export function applyStep(step: Step): void {
  const link = step.link;
  if (step.rate >= 0) linkSetRate(link, step.rate);
  if (step.delay >= 0) link.line.delay = step.delay;
  if (step.down >= 0) linkSetDown(link, step.down > 0);
  if (changetype<usize>(step.loss)) link.loss = step.loss;
}
