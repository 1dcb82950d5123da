/**
 * FABRIC over the network: its orchestrator's client, the stand-in served on loopback, token files. What is asked for and
 * what an answer means is decided in src/fabric.
 */
export { type BastionAccount, type FabricAccount, readAccount, urlOf } from './account.js';
export { probeBastion, readAccountKeys, withPortalsEnds } from './account-keys.js';
export {
  type ClientOptions,
  isMaybeDone,
  OrchestratorClient,
  type SliceSummary,
  type SliverSummary,
} from './client.js';
export { currentToken, type KeptTokenOptions } from './kept-token.js';
export { readPortLoads, readPortReadings } from './port-metrics.js';
export { type Beside, type ServeOptions, type Serving, serveStandIn } from './serve.js';
export { readClock, readVersions } from './services.js';
export { createSigner } from './signer.js';
export { type HostOptions, isRefusal, quoted, SshHost } from './ssh-host.js';
export { loadToken, type StoredToken, storeToken } from './token-store.js';
