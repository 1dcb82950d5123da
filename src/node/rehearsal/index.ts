/**
 * FABRIC rehearsed on this machine: the stand-in for its orchestrator with a testbed of namespaces behind it, a bastion
 * and nodes that OpenSSH leads into. In: a testbed that is up, a folder. Out: a `fabric_rc` with which a campaign runs.
 */
export { makeCertificate } from './folder.js';
export { type Rehearsal, type RehearsalOptions, rehearse } from './rehearse.js';
