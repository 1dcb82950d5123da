/**
 * What stands beside FABRIC's orchestrator, as state machines without clock and network: its credential manager, its core
 * API and its metrics. For rehearsals of campaigns, and for the official client.
 */
export { CoreApi, type CoreApiOptions, type RegisteredKey } from './core-api.js';
export {
  CredentialManager,
  type CredentialManagerOptions,
  type CredmgrProject,
  type CredmgrUser,
  type MadeToken,
  type TokenSigner,
} from './credential-manager.js';
export { Metrics, type PortCounters } from './metrics.js';
