import * as v from 'valibot';
import { parseDurationUs, parseRateBytesPerSecond } from '../../../base/index.js';
import { integer } from '../../../schema/index.js';
import { readInput } from '../../../twine/index.js';

const name = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_]{1,40}$/, 'expected letters, digits and underscores'));
const portName = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z]+[0-9][0-9/]{0,30}$/, 'expected a switch port such as HundredGigE0/0/0/5'),
);
const quantity = (read: (text: string) => number, example: string) =>
  v.pipe(
    v.string(),
    v.rawTransform(({ dataset: { value: text }, addIssue, NEVER }): number => {
      try {
        return read(text);
      } catch {
        addIssue({ message: `expected a quantity such as ${example}` });
        return NEVER;
      }
    }),
  );
const rate = quantity(parseRateBytesPerSecond, '100Mbit');
const duration = quantity(parseDurationUs, '5ms');

const stockSchema = v.strictObject({
  model: v.pipe(v.string(), v.regex(/^[A-Za-z0-9_]{1,40}$/)),
  count: integer(1, 64),
  /** Speed of the switch ports these NICs hang on; as fast as the machine when absent. */
  rate: v.optional(rate),
  /** Names of those switch ports, two a NIC; made up where the list ends. */
  ports: v.optional(v.pipe(v.array(portName), v.maxLength(128)), []),
});

const siteSchema = v.strictObject({
  name,
  cores: v.optional(integer(0), 64),
  ramGiB: v.optional(integer(0), 256),
  diskGiB: v.optional(integer(0), 2000),
  nics: v.optional(v.pipe(v.array(stockSchema), v.maxLength(20)), []),
});

const uplinkSchema = v.strictObject({
  sites: v.strictTuple([name, name]),
  ports: v.strictTuple([portName, portName]),
  rate: v.optional(rate),
  /** One-way delay, by the helper's relay. */
  delay: v.optional(duration),
});

const nicSchema = v.strictObject({
  name: v.optional(name, 'nic1'),
  model: v.optional(v.string(), 'ConnectX_5'),
  /** Networks that p1 and p2 are in; a port without one is up and in none. */
  networks: v.optional(v.pipe(v.array(v.nullable(name)), v.maxLength(2)), []),
});

const nodeSchema = v.strictObject({
  name,
  site: name,
  cores: v.optional(integer(1), 2),
  ramGiB: v.optional(integer(1), 8),
  diskGiB: v.optional(integer(1), 10),
  nics: v.optional(v.pipe(v.array(nicSchema), v.maxLength(8)), []),
});

const networkSchema = v.strictObject({
  name,
  site: name,
  /** FABNetv4 is routed between sites, L2Bridge joins its ports and no more. */
  type: v.optional(v.picklist(['FABNetv4', 'L2Bridge']), 'FABNetv4'),
});

const sliceSchema = v.strictObject({
  name: v.pipe(v.string(), v.minLength(1), v.maxLength(200)),
  /** From now; without one the slice does not expire. */
  lease: v.optional(duration),
  networks: v.optional(v.pipe(v.array(networkSchema), v.maxLength(200)), []),
  nodes: v.optional(v.pipe(v.array(nodeSchema), v.maxLength(200)), []),
});

/** A testbed to build on this machine. */
export const topologySchema = v.strictObject({
  /** Part of every name it makes on this machine. */
  name: v.pipe(
    v.string(),
    v.regex(/^[a-z][a-z0-9_]{0,19}$/, 'expected up to 20 small letters, digits and underscores'),
  ),
  sites: v.pipe(v.array(siteSchema), v.minLength(1), v.maxLength(50)),
  uplinks: v.optional(v.pipe(v.array(uplinkSchema), v.maxLength(200)), []),
  slices: v.optional(v.pipe(v.array(sliceSchema), v.maxLength(50)), []),
  /** How long a port rests between one mirror session and the next, as switches make one wait. */
  teardownDelay: v.optional(duration, '0s'),
  /** Folder of the nodes' home folders; the state folder when absent. */
  homes: v.optional(v.pipe(v.string(), v.minLength(1))),
});

/** A testbed as it is to be built: rates in bytes per second, durations in microseconds. */
export type Topology = v.InferOutput<typeof topologySchema>;
/** A topology as it is written: quantities with units, defaults left out. */
export type TopologyInput = v.InferInput<typeof topologySchema>;
/** A node of a slice. */
export type TopologyNode = v.InferOutput<typeof nodeSchema>;
/** A network of a slice. */
export type TopologyNetwork = v.InferOutput<typeof networkSchema>;

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
