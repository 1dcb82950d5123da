/**
 * Mooring's public surface for every host: browsers, workers and Node. `mooring/node` adds
 * sockets, files and processes; `mooring/web` adds what needs a page.
 */
export * from './agent/index.js';
export * from './algorithms/index.js';
export * from './base/index.js';
export * from './capture/index.js';
export { type ModuleName, provideModule } from './core/index.js';
export * from './datapath/index.js';
export * from './program/index.js';
export * from './sim/index.js';
export {
  type ArchivedFile,
  type ArchiveRecord,
  accountLoss,
  type CampaignPlan,
  type CaptureCounters,
  type CaptureRecord,
  captureOfFile,
  type Failure,
  type FailureClass,
  formatLoss,
  formatManifest,
  formatTimetable,
  type Intent,
  type IntentInput,
  type Inventory,
  type InventoryInput,
  type Listener,
  type LossReport,
  type Manifest,
  type ManifestEvent,
  type Mirror,
  type MirrorDirection,
  type Notice,
  type NoticeCode,
  type Outcome,
  type PlanResult,
  parseManifest,
  parseShellParameters,
  planCampaign,
  Session,
  type SessionCommand,
  type SessionData,
  type SessionEvent,
  type SessionState,
  type SitePlan,
  type SiteStatus,
  type Slot,
  type Standing,
  siteStatus,
  type TwineParameters,
  type Window,
} from './twine/index.js';
export {
  type ChangeProgMessage,
  type CreateMessage,
  type Decoded,
  decodeMessage,
  decodeMessages,
  encodeMessage,
  type FieldUpdate,
  type FlowInfo,
  formatMessage,
  type InstallMessage,
  type MeasureMessage,
  type Message,
  type MessageNames,
  type ReadyMessage,
  type UpdateFieldMessage,
} from './wire/index.js';
