import type { AlgorithmName } from '../algorithms/index.js';
import type { FrozenRun } from '../run/index.js';
import type { Scenario } from '../sim/index.js';

/** What the page begins with, made when it is built: a run that is done, and what a scenario may name. */
export interface Start {
  readonly scenario: Scenario;
  readonly run: FrozenRun;
  /** Of the run before it was frozen. */
  readonly sha256: string;
  readonly algorithms: readonly { readonly name: AlgorithmName | string; readonly about: string }[];
  readonly presets: readonly { readonly name: string; readonly about: string; readonly scenario: Scenario }[];
  readonly version: string;
}

/** What a visitor sees first: BBR beside CUBIC in two bandwidth-delay products. */
export const FIRST_SCENARIO: Scenario = {
  rate: '48Mbit',
  rtt: '40ms',
  queue: '2bdp',
  flows: [{ algorithm: 'cubic' }, { algorithm: 'bbr', start: '2s' }],
  duration: '30s',
  seed: 1,
  series: { bin: '50ms' },
};
