import { SIM } from '../generated/sim.js';
import type { NormalisedFlowGroup } from './normalised-scenario.js';
import type { ParsedFlow } from './scenario.js';

// What a group of flows has where nothing is said, where that takes more than a number.

/** Senders that live by marks have them without asking, echoed as they want them. */
export function ecnOf({ ecn }: ParsedFlow, name: string): NormalisedFlowGroup['ecn'] {
  if (typeof ecn === 'string') return ecn;
  if (ecn !== undefined) return ecn ? 'classic' : 'off';
  if (name === 'builtin:dctcp' || name === 'dctcp') return 'dctcp';
  return name === 'builtin:prague' ? 'accurate' : 'off';
}

/** A part of the time a full-sized packet takes to send, and of the round trip. */
export function hostJitterUs(rateBytesPerSecond: number, rttUs: number): number {
  return Math.min((SIM.PACKET_BYTES * 1e6) / rateBytesPerSecond / 4, rttUs / 10);
}
