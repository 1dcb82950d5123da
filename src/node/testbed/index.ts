/**
 * Testbeds on which campaigns run: the interface a driver fills, and the driver that builds
 * FABRIC's terms (sites, switches, nodes, dedicated NICs, port mirrors) from Linux namespaces on
 * this machine. A driver for FABRIC itself stands beside `netns` under the same interface.
 */
export { type ListenerAccess, type MirrorCounters, runOn, type TestbedDriver, type TestbedKind } from './driver.js';
export { failureOf, refuse } from './failure.js';
export {
  buildTestbed,
  type LocalTestbed,
  listTestbeds,
  openLocalTestbed,
  parseTopology,
  type TestbedView,
  type Topology,
  type TopologyInput,
} from './netns/index.js';
export { openTestbed } from './open.js';
