/**
 * Twine, capture campaigns by port mirrors: an intent and an inventory become a plan, a session
 * carries it out as a state machine over events and commands, a manifest tells what was captured,
 * when, from which port, and what was lost where. It knows no testbed, no file and no clock.
 */
export {
  type ClassicContext,
  classicClosing,
  classicCommandLines,
  classicEventLines,
  classicOpening,
  classicRefusal,
} from './classic-log.js';
export { type Intent, type IntentInput, type MirrorDirection, parseIntent } from './intent.js';
export {
  type Inventory,
  type InventoryInput,
  type NicStock,
  parseInventory,
  type SiteInventory,
  type SwitchPort,
} from './inventory.js';
export { layOutSite, planOfRun, shrinkSite } from './layout.js';
export { type SessionLimits, sessionLimits } from './limits.js';
export { accountLoss, type CaptureCounters, formatLoss, type LossReport, type MirrorCounters } from './loss.js';
export {
  type ArchivedFile,
  type ArchiveRecord,
  type CaptureRecord,
  captureOfFile,
  formatManifest,
  MANIFEST_VERSION,
  type Manifest,
  type ManifestEvent,
  type ProcessRecord,
  parseManifest,
  type UnderwayCapture,
} from './manifest.js';
export { type MirrorGap, type MirrorState, mirrorGaps, statesWithin, UNSEEN } from './mirror-states.js';
export { asctime, capturePath, captureStamp, runStamp } from './names.js';
export { formatNotice, type Notice, type NoticeCode } from './notice.js';
export {
  classicTotalTimeS,
  parametersOfNames,
  parseParameters,
  parseShellParameters,
  readInput,
  samplingTimeS,
  TWINE_MODES,
  type TwineMode,
  type TwineParameters,
} from './parameters.js';
export { type CampaignPlan, type PlanResult, planCampaign } from './plan.js';
export { type OctetReading, octetsAround, type PortOctets, type PortReadings } from './port-octets.js';
export type * from './protocol.js';
export { type CampaignReport, campaignReport, type PortTraffic, type RunTraffic } from './report.js';
export { reportPage } from './report-page.js';

export { type RotatingPort, rankWeight, scheduleRotation } from './schedule.js';
export { Session } from './session.js';
export type * from './site-plan.js';
export {
  type ClassicSite,
  classicCompletion,
  classicErrors,
  type SiteStatus,
  type Standing,
  siteStatus,
} from './status.js';
export { formatTimetable } from './timetable.js';
export * from './words.js';
