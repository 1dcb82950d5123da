/** What limited the senders of a capture: rows of the module, added up by cause. */
export { LIMIT_CAUSES, LimitTally } from './tally.js';
export type {
  ConnectionLimits,
  DirectionLimits,
  LimitCause,
  LimitEvidence,
  LimitInterval,
  LimitsAnalysis,
  LimitsOptions,
} from './types.js';
