/**
 * Carries Twine's campaigns out on a testbed: executes a session's commands, captures, brings
 * files home into archives with their checksums, keeps the manifest, signals the user's program
 * through shared memory, and answers how runs stand. What to do is decided in src/twine.
 */

export type { TwineWord } from '../../twine/index.js';
export {
  CAPTURE_NAMES,
  type Campaign,
  type CampaignOptions,
  type CaptureName,
  resumeCampaign,
  runCampaign,
} from './campaign.js';
export { reportCampaign, writeCampaignReport } from './campaign-report.js';
export { checkFilter } from './check-filter.js';
export { refuseUnfinished } from './claim.js';
export type { GatherProgress } from './gather.js';
export { layOutFolder } from './lay-out.js';
export { openRun, recordOfName, type TwineRun } from './open-run.js';
export { writeRefusal } from './refusal.js';
export {
  announceFailure,
  createSharedMemory,
  requireSharedMemory,
  type SharedMemory,
  type SynchResult,
  synchTwine,
} from './shared-memory.js';
export {
  type Combined,
  captured,
  combineResults,
  completionText,
  errorsText,
  formatReport,
  lastSites,
  reportSites,
  type SiteReport,
} from './utilities.js';
