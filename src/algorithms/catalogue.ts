import { Aimd } from './aimd.js';
import { createBbr } from './bbr.js';
import { createConst } from './const.js';
import type { Algorithm } from './contract.js';
import { createCopa } from './copa.js';
import { Cubic } from './cubic.js';
import { createDctcp } from './dctcp.js';
import { createNimbus } from './nimbus.js';
import { Reno } from './reno.js';
import { SampleCCAlg } from './sample-cc-alg.js';
import { createVegas } from './vegas.js';

/** The algorithms of the package by name, as `--alg` takes them. */
export const ALGORITHMS = {
  aimd: Aimd,
  reno: Reno,
  cubic: Cubic,
  vegas: /* @__PURE__ */ createVegas(),
  bbr: /* @__PURE__ */ createBbr(),
  copa: /* @__PURE__ */ createCopa(),
  nimbus: /* @__PURE__ */ createNimbus(),
  dctcp: /* @__PURE__ */ createDctcp(),
  const: /* @__PURE__ */ createConst(),
  sample: SampleCCAlg,
} as const satisfies Readonly<Record<string, Algorithm>>;

/** What they are called. */
export type AlgorithmName = keyof typeof ALGORITHMS;

/** Each in a line, for help. */
export const ALGORITHM_SUMMARIES: Readonly<Record<AlgorithmName, string>> = {
  aimd: 'half on loss, else a packet more a round trip',
  reno: 'RFC 5681, 6582',
  cubic: 'RFC 9438',
  vegas: 'a few packets of its own in the queue (Brakmo and Peterson 1995)',
  bbr: "bandwidth and least round trip, as the CCP paper's (SIGCOMM 2018)",
  copa: 'a rate by the queueing delay (Arun and Balakrishnan, NSDI 2018)',
  nimbus: 'pulses tell whether others are elastic (Goyal et al., SIGCOMM 2022)',
  dctcp: 'a cut by the share of marks (RFC 8257)',
  const: 'one window',
  sample: 'the sample of the guide',
};

/**
 * Whether the package has an algorithm of that name.
 *
 * @example
 * ```ts
 * const name: string = 'cubic';
 * if (isAlgorithmName(name)) ALGORITHMS[name]; // Cubic
 * ```
 */
export function isAlgorithmName(name: string): name is AlgorithmName {
  return Object.hasOwn(ALGORITHMS, name);
}
