import type { SeriesKind, Unit } from './model.js';
import type { Quantity } from './query.js';

/** What an agent knows of its flows over time, live or in a recording. */
export const AGENT_SERIES: Partial<Readonly<Record<Quantity, readonly [Unit, SeriesKind]>>> = {
  cwnd: ['bytes', 'step'],
  pacingRate: ['bytes/s', 'step'],
  rtt: ['us', 'sample'],
  rttLeast: ['us', 'sample'],
  inFlight: ['bytes', 'step'],
  deliveryRate: ['bytes/s', 'bin'],
  sendingRate: ['bytes/s', 'bin'],
};
