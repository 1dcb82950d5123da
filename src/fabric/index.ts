/**
 * FABRIC, the testbed: slice graphs and the texts they travel in, edits of them, what its policy and its sites say
 * against a request and why, tokens and leases, and a stand-in for its orchestrator that answers as the real one does.
 * No clock, no network, no file.
 */

export { type AccountChecks, type AccountKey, checkAccount, keyFault } from './account-checks.js';
export { type FabricSettings, parseFabricRc, settingsOf } from './fabric-rc.js';
export { type Failing, type FailureKind, failureOf } from './failures.js';
export { type AnswerFault, type Faults, NO_FAULTS, readFaults } from './faults.js';
export type { Finding } from './finding.js';
export {
  type GraphEdge,
  type GraphNode,
  type PropertyGraph,
  type PropertyValue,
  readGraphml,
  readNodeLink,
  writeGraphml,
} from './graph/index.js';
export { type LeasePlan, planRenewal } from './lease.js';
export { Refused, SliceGraph, validateSlice } from './model/index.js';
export { MAX_LEASE_S, type PolicyRequest, policyDenials } from './policy.js';
export { loadQuery, OCTET_COUNTERS, type PortLoads, portLoadsOf, readingsOf, readingsQuery } from './port-metrics.js';
export { type PreflightInput, preflight } from './preflight.js';
export { formatLeaseTime, parseLeaseTime, prettyDumps } from './python/index.js';
export { parseRow, type ReplayAnswer, type ReplayRow, replay } from './replay/index.js';
export {
  CoreApi,
  CredentialManager,
  type CredmgrProject,
  type CredmgrUser,
  Metrics,
  type PortCounters,
  type RegisteredKey,
  type TokenSigner,
} from './services/index.js';
export { type FabricPort, type FabricSite, sitesOf, withLoads } from './sites.js';
export {
  type Conditions,
  type HttpAnswer,
  type HttpRequest,
  type Machinery,
  type MadeMachine,
  type NotMade,
  Orchestrator,
  refusal,
  type StandInTestbed,
  type TokenClaims,
  type TokenVerifier,
  type WantedMachine,
  type WantedMirror,
  World,
} from './stand-in/index.js';
export { type SeenState, StateHistory } from './state-history.js';
export { claimsOfToken, formatTokenFile, parseTokenFile, type TokenFile } from './tokens.js';
export {
  addListener,
  addMirror,
  addNetwork,
  addNic,
  type CampaignEdit,
  EMPTY_SLICE,
  editForCampaign,
  heldByRun,
  type ListenerPlace,
  type ListenerSpec,
  type MirrorSpec,
  type NetworkSpec,
  NIC_MODELS,
  placeOfListener,
  receiverOf,
  removeListener,
  removeMirror,
  replaceMirror,
  switchPortOf,
} from './topology/index.js';
