/**
 * The driver of testbeds on this machine: sites, switches, nodes, dedicated NICs and port mirrors from
 * Linux namespaces. Its class stays in here; others get it as an interface.
 */
import type { TestbedDriver, TestbedKind } from '../driver.js';
import { NetnsTestbed, type TestbedView } from './testbed.js';
import type { TopologyInput } from './topology.js';

export { listTestbeds, type NodeState } from './state.js';
export type { TestbedView } from './testbed.js';
export { parseTopology, type Topology, type TopologyInput } from './topology.js';

/** A testbed that was built on this machine and can be looked at and taken down. */
export interface LocalTestbed extends TestbedDriver {
  /** Its ports, nodes, addresses, mirrors and their counters. */
  show(): Promise<TestbedView>;
  /** Removes everything of it; nothing there to remove is well. */
  down(): Promise<void>;
}

/** The row of the table of kinds. */
export const netns: TestbedKind = { open: (name) => NetnsTestbed.open(name) };

/**
 * Builds a testbed of namespaces on this machine: a switch a site, nodes with dedicated two-port NICs,
 * networks between them, port mirrors that count. Needs root. What was built of it is removed again when some
 * of it cannot be. Throws MOORING_ERR_TESTBED_UNSUPPORTED where it cannot be built, MOORING_ERR_TESTBED_REFUSED
 * when one of that name is up.
 *
 * @example
 * ```ts
 * try {
 *   const testbed = await buildTestbed({
 *     name: 'doc' + process.pid,
 *     sites: [{ name: 'INDI', nics: [{ model: 'ConnectX_5', count: 1 }] }],
 *     slices: [{ name: 'mine', networks: [{ name: 'net1', site: 'INDI' }],
 *       nodes: [{ name: 'node1', site: 'INDI', nics: [{ networks: ['net1'] }] }] }],
 *   });
 *   try {
 *     console.log((await testbed.show()).nodes[0]?.nics[0]?.ports[0]?.address);
 *   } finally {
 *     await testbed.down();
 *   }
 * } catch (error) {
 *   const here = !(error instanceof MooringError) || error.code !== 'MOORING_ERR_TESTBED_UNSUPPORTED';
 *   if (here) throw error; // not root, not Linux
 * }
 * ```
 */
export async function buildTestbed(topology: TopologyInput): Promise<LocalTestbed> {
  return await NetnsTestbed.up(topology);
}

/**
 * A testbed that is up on this machine. Throws MOORING_ERR_TESTBED_REFUSED when none of that name is.
 *
 * @example
 * ```ts
 * try {
 *   console.log(await openLocalTestbed('nowhere').show());
 * } catch (error) {
 *   if (error instanceof MooringError) console.log(error.code); // MOORING_ERR_TESTBED_REFUSED
 * }
 * ```
 */
export function openLocalTestbed(name: string): LocalTestbed {
  return NetnsTestbed.open(name);
}
