/**
 * Testbeds on which campaigns run: the interface a driver fills, and the driver that builds
 * FABRIC's terms (sites, switches, nodes, dedicated NICs, port mirrors) from Linux namespaces on
 * this machine. A further driver is a folder beside `netns` and a row of the table in open.ts.
 */
export type { FailedMirror, RunScope, TestbedChange, TestbedDriver, TestbedKind, TestbedRun } from './driver.js';
export { openListener, type SelftestOptions, type SelftestRecord, selftest } from './fabric/index.js';
export { failureOf, refuse } from './failure.js';
export { type FetchedFile, type FileSource, fetchFile } from './fetch.js';
export type { ListenerAccess, ListenerFile, ListenerLimits, ListenerProcess } from './listener.js';
export {
  buildTestbed,
  type LocalTestbed,
  listTestbeds,
  type NodeState,
  openLocalTestbed,
  parseTopology,
  type TestbedView,
  type Topology,
  type TopologyInput,
} from './netns/index.js';
export { openTestbed } from './open.js';
