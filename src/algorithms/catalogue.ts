import { Aimd } from './aimd.js';
import { createConst } from './const.js';
import type { Algorithm } from './contract.js';
import { Cubic } from './cubic.js';
import { Reno } from './reno.js';
import { SampleCCAlg } from './sample-cc-alg.js';

/** The algorithms of the package by name, as `--alg` takes them. */
export const ALGORITHMS: Readonly<Record<string, Algorithm>> = {
  aimd: Aimd,
  reno: Reno,
  cubic: Cubic,
  const: createConst(),
  sample: SampleCCAlg,
};
