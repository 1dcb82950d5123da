import { expect } from 'vitest';
import { probe } from './app/probe.js';
import type { Capabilities } from './matrix.js';

// What the probe gives here, in this Node: the digits every other host has to give.

const here = (await probe()) as Capabilities;

for (const [name, { code, message }] of Object.entries(here)) {
  if (code !== undefined) throw new Error(`the probe itself fails: ${name}: ${code}: ${message}`);
}

/** Where there are no workers, and that is said. */
export const WITHOUT_WORKERS = {
  code: 'MOORING_ERR_NO_WORKER',
  message: expect.stringContaining('simulate() or openCapture()') as string,
};

export const reference: { readonly node: Capabilities; readonly page: Capabilities } = {
  node: { ...here, spawnSim: WITHOUT_WORKERS, spawnCapture: WITHOUT_WORKERS },
  page: { ...here, spawnSim: here['simulate']!, spawnCapture: here['openCapture']! },
};
