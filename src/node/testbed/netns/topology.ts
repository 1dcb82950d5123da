import * as z from 'zod';
import { parseDurationUs, parseRateBytesPerSecond } from '../../../base/index.js';
import { readInput } from '../../../twine/index.js';

const name = z.string().regex(/^[A-Za-z0-9_]{1,40}$/, 'expected letters, digits and underscores');
const portName = z.string().regex(/^[A-Za-z]+[0-9][0-9/]{0,30}$/, 'expected a switch port such as HundredGigE0/0/0/5');
const quantity = (read: (text: string) => number, example: string) =>
  z.string().transform((text, context) => {
    try {
      return read(text);
    } catch {
      context.addIssue({ code: 'custom', message: `expected a quantity such as ${example}` });
      return z.NEVER;
    }
  });
const rate = quantity(parseRateBytesPerSecond, '100Mbit');
const duration = quantity(parseDurationUs, '5ms');

const stockSchema = z.strictObject({
  model: z.string().regex(/^[A-Za-z0-9_]{1,40}$/),
  count: z.int().min(1).max(64),
  /** Speed of the switch ports these NICs hang on; as fast as the machine when absent. */
  rate: rate.optional(),
  /** Names of those switch ports, two a NIC; made up where the list ends. */
  ports: z.array(portName).max(128).default([]),
});

const siteSchema = z.strictObject({
  name,
  cores: z.int().min(0).default(64),
  ramGiB: z.int().min(0).default(256),
  diskGiB: z.int().min(0).default(2000),
  nics: z.array(stockSchema).max(20).default([]),
});

const uplinkSchema = z.strictObject({
  sites: z.tuple([name, name]),
  ports: z.tuple([portName, portName]),
  rate: rate.optional(),
  /** One-way delay, by the helper's relay. */
  delay: duration.optional(),
});

const nicSchema = z.strictObject({
  name: name.default('nic1'),
  model: z.string().default('ConnectX_5'),
  /** Networks that p1 and p2 are in; a port without one is up and in none. */
  networks: z.array(name.nullable()).max(2).default([]),
});

const nodeSchema = z.strictObject({
  name,
  site: name,
  cores: z.int().min(1).default(2),
  ramGiB: z.int().min(1).default(8),
  diskGiB: z.int().min(1).default(10),
  nics: z.array(nicSchema).max(8).default([]),
});

const networkSchema = z.strictObject({
  name,
  site: name,
  /** FABNetv4 is routed between sites, L2Bridge joins its ports and no more. */
  type: z.enum(['FABNetv4', 'L2Bridge']).default('FABNetv4'),
});

const sliceSchema = z.strictObject({
  name: z.string().min(1).max(200),
  /** From now; without one the slice does not expire. */
  lease: duration.optional(),
  networks: z.array(networkSchema).max(200).default([]),
  nodes: z.array(nodeSchema).max(200).default([]),
});

/** A testbed to build on this machine. */
export const topologySchema = z.strictObject({
  /** Part of every name it makes on this machine. */
  name: z.string().regex(/^[a-z][a-z0-9_]{0,19}$/, 'expected up to 20 small letters, digits and underscores'),
  sites: z.array(siteSchema).min(1).max(50),
  uplinks: z.array(uplinkSchema).max(200).default([]),
  slices: z.array(sliceSchema).max(50).default([]),
  /** How long a port rests between one mirror session and the next, as switches make one wait. */
  teardownDelay: duration.default(0),
  /** Folder of the nodes' home folders; the state folder when absent. */
  homes: z.string().min(1).optional(),
});

/** A testbed as it is to be built: rates in bytes per second, durations in microseconds. */
export type Topology = z.infer<typeof topologySchema>;
/** A topology as it is written: quantities with units, defaults left out. */
export type TopologyInput = z.input<typeof topologySchema>;
/** A node of a slice. */
export type TopologyNode = z.infer<typeof nodeSchema>;
/** A network of a slice. */
export type TopologyNetwork = z.infer<typeof networkSchema>;

/**
 * A topology from JSON, checked. Throws MOORING_ERR_TWINE_BAD_INPUT naming each field at fault.
 *
 * @example
 * ```ts
 * const topology = parseTopology({ name: 'demo', sites: [{ name: 'INDI', nics: [{ model: 'ConnectX_6', count: 1 }] }] });
 * console.log(topology.sites[0]?.cores); // 64
 * ```
 */
export function parseTopology(value: unknown): Topology {
  return readInput(topologySchema, value, 'topology');
}
