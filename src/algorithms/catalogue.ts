import { Aimd } from './aimd.js';
import { createConst } from './const.js';
import type { Algorithm } from './contract.js';
import { Cubic } from './cubic.js';
import { Reno } from './reno.js';
import { SampleCCAlg } from './sample-cc-alg.js';

/** The algorithms of the package by name, as `--alg` takes them. */
export const ALGORITHMS = {
  aimd: Aimd,
  reno: Reno,
  cubic: Cubic,
  const: createConst(),
  sample: SampleCCAlg,
} as const satisfies Readonly<Record<string, Algorithm>>;

/** What they are called. */
export type AlgorithmName = keyof typeof ALGORITHMS;

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
