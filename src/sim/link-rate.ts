import { unreachable } from '../base/index.js';
import type { LinkRate } from './normalised-scenario.js';

/** In the mean, bytes per second. */
export function meanRate(rate: LinkRate): number {
  switch (rate.kind) {
    case 'constant':
      return rate.rateBytesPerSecond;
    case 'trace':
      return rate.meanRateBytesPerSecond;
    default:
      return unreachable(rate, 'rate');
  }
}
