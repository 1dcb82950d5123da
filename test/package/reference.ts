import { probe } from './app/probe.js';
import type { Capabilities } from './matrix.js';

// What the probe gives here, in this Node: the digits every other host has to give.

const here = (await probe()) as Capabilities;

for (const [name, { code, message }] of Object.entries(here)) {
  if (code !== undefined) throw new Error(`the probe itself fails: ${name}: ${code}: ${message}`);
}

export const reference: { readonly node: Capabilities; readonly page: Capabilities } = {
  node: here,
  page: { ...here, spawnSim: here['simulate']!, spawnCapture: here['openCapture']! },
};
