/**
 * What this machine can do and what it lacks, with what to do about it: a list of probes, each a finding.
 */
export { type Finding, findAll } from './finding.js';
export { PROBES } from './probes.js';
