import { probe } from './app/probe.js';
import type { Capabilities } from './matrix.js';

// What the probe gives here, in this Node: the digits every other host has to give.

const here = (await probe()) as Capabilities;

export const reference: { readonly node: Capabilities; readonly page: Capabilities } = {
  node: here,
  page: { ...here, spawnSim: here['simulate']!, spawnCapture: here['openCapture']! },
};
