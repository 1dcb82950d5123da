// Randomness that a seed determines, the same on every engine. Each component draws from a stream
// of its own (sfc32, as src/base/rng.ts), so that adding one does not change what others draw.
import {
  DISTRIBUTION_EXPONENTIAL,
  DISTRIBUTION_FIXED,
  DISTRIBUTION_LOGNORMAL,
  DISTRIBUTION_NORMAL,
  DISTRIBUTION_PARETO,
  DISTRIBUTION_UNIFORM,
} from '../../generated/sim';
import { exponential, logarithm } from './arithmetic';

@unmanaged
export class Random {
  /** Something has been drawn since the module was made; of an instance that runs once, since the run began. */
  static used: bool = false;

  private a: u32 = 0;
  private b: u32 = 0;
  private c: u32 = 0;
  private counter: u32 = 0;

  /** Starts the stream `stream` of `seed`. */
  seed(seed: u32, stream: u32): void {
    this.a = 0x9e3779b9 ^ stream;
    this.b = 0x243f6a88;
    this.c = seed;
    this.counter = 1;
    for (let round = 0; round < 15; round++) this.step();
  }

  next(): u32 {
    Random.used = true;
    return this.step();
  }

  private step(): u32 {
    const sum = this.a + this.b + this.counter++;
    this.a = this.b ^ (this.b >>> 9);
    this.b = this.c + (this.c << 3);
    this.c = rotl<u32>(this.c, 21) + sum;
    return sum;
  }

  /** In [0, 1). */
  unit(): f64 {
    return <f64>this.next() * (1.0 / 4294967296.0);
  }

  /** True with this probability; 0 and 1 are exact and draw nothing. */
  chance(probability: f64): bool {
    if (probability <= 0) return false;
    if (probability >= 1) return true;
    return this.unit() < probability;
  }

  /** Standard normal, by Marsaglia's polar method (one of its pair). */
  normal(): f64 {
    while (true) {
      const x = 2 * this.unit() - 1;
      const y = 2 * this.unit() - 1;
      const s = x * x + y * y;
      if (s > 0 && s < 1) return x * sqrt((-2 * logarithm(s)) / s);
    }
  }
}

/** Values in any unit: `a` and `b` are value | min, max | mean | median, sigma | min, shape | mean, deviation. A normal one is cut off at 0. */
@unmanaged
export class Distribution {
  kind: u32 = 0;
  a: f64 = 0;
  b: f64 = 0;

  draw(random: Random): f64 {
    switch (this.kind) {
      case DISTRIBUTION_UNIFORM:
        return this.a + (this.b - this.a) * random.unit();
      case DISTRIBUTION_EXPONENTIAL:
        return -this.a * logarithm(1 - random.unit());
      case DISTRIBUTION_LOGNORMAL:
        return this.a * exponential(this.b * random.normal());
      case DISTRIBUTION_PARETO:
        return this.a * exponential(-logarithm(1 - random.unit()) / this.b);
      case DISTRIBUTION_NORMAL:
        return max<f64>(0, this.a + this.b * random.normal());
      case DISTRIBUTION_FIXED:
        return this.a;
      default:
        return unreachable();
    }
  }
}
