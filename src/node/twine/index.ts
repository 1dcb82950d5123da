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
export type { GatherProgress } from './gather.js';
export { openRun, recordOfName, type TwineRun } from './open-run.js';
export { writeRefusal } from './run-folder.js';
export {
  announceFailure,
  createSharedMemory,
  type SharedMemory,
  type SynchResult,
  synchTwine,
} from './shared-memory.js';
export {
  type Combined,
  combineResults,
  completionText,
  errorsText,
  formatReport,
  lastSites,
  reportSites,
  type SiteReport,
} from './utilities.js';
