/**
 * Two captures of one path: what became of packets between the points. The module matches them; clocks, directions and words
 * are decided here.
 */
export { compareCaptures } from './compare.js';
export type {
  CaptureComparison,
  ClockStatus,
  ComparedClock,
  ComparedPoint,
  CompareOptions,
  CrossingSeries,
  CrossingSummary,
  DelaySummary,
  QueuePeriod,
} from './types.js';
