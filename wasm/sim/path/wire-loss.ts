// Random loss on the wire, after the queue: Bernoulli, or the two-state model of Gilbert (1960)
// and Elliott (1963).
import { LOSS_BERNOULLI, LOSS_GILBERT_ELLIOTT, LOSS_NONE } from '../../generated/sim';
import { Random } from '../state/index';

@unmanaged
export class WireLoss {
  kind: u32 = LOSS_NONE;
  /** Bernoulli: the probability. Gilbert–Elliott: good to bad, bad to good, loss in good, loss in bad. */
  a: f64 = 0;
  b: f64 = 0;
  c: f64 = 0;
  d: f64 = 0;
  bad: bool = false;

  /** Draws for one packet. There is something to draw unless the kind is LOSS_NONE. */
  loses(random: Random): bool {
    switch (this.kind) {
      case LOSS_BERNOULLI:
        return random.chance(this.a);
      case LOSS_GILBERT_ELLIOTT:
        return this.losesInState(random);
      default:
        return unreachable();
    }
  }

  private losesInState(random: Random): bool {
    const lost = random.chance(this.bad ? this.d : this.c);
    if (random.chance(this.bad ? this.b : this.a)) this.bad = !this.bad;
    return lost;
  }
}
