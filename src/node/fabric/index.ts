/**
 * FABRIC over the network: its orchestrator's client, the stand-in served on loopback, token files. What is asked for and
 * what an answer means is decided in src/fabric.
 */
export { type ClientOptions, OrchestratorClient, type SliceSummary, type SliverSummary } from './client.js';
export { type ServeOptions, type Serving, serveStandIn } from './serve.js';
export { loadToken, type StoredToken, storeToken } from './token-store.js';
