/**
 * Testbeds on which campaigns run: the interface a driver fills, and the driver that builds
 * FABRIC's terms (sites, switches, nodes, dedicated NICs, port mirrors) from Linux namespaces on
 * this machine. A driver for FABRIC itself stands beside `netns` under the same interface.
 */
export { failureOf, type ListenerAccess, type MirrorCounters, refuse, runOn, type TestbedDriver } from './driver.js';
export { listTestbeds, NetnsTestbed, type TestbedView } from './netns/testbed.js';
export { parseTopology, type Topology, type TopologyInput } from './netns/topology.js';
