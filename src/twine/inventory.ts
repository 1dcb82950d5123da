import * as v from 'valibot';
import { about, integer, number, positive } from '../schema/index.js';
import { readInput } from './parameters.js';

const rateBytesPerSecond = about(positive(), 'bytes per second');

const portSchema = v.strictObject({
  /** The switch's own name, such as `HundredGigE0/0/0/5`. */
  name: v.pipe(v.string(), v.minLength(1), v.maxLength(120)),
  rateBytesPerSecond: v.optional(rateBytesPerSecond, 12.5e9),
  /** An uplink joins two sites' switches; everything else faces a node. */
  uplink: v.optional(v.boolean(), false),
  /** Bytes per second seen lately, both directions together; orders the ports, busiest first. */
  loadBytesPerSecond: v.optional(number(0)),
  /** The mirror session that holds this port as its source now, ours or another user's. */
  mirroredBy: v.optional(v.string()),
});

const nicSchema = v.strictObject({
  model: v.pipe(v.string(), v.minLength(1), v.maxLength(60)),
  available: integer(0, 10_000),
  rateBytesPerSecond: v.optional(rateBytesPerSecond, 12.5e9),
});

const siteSchema = v.strictObject({
  name: v.pipe(v.string(), v.minLength(1), v.maxLength(60)),
  cores: v.optional(number(0), 64),
  ramGiB: v.optional(number(0), 256),
  diskGiB: v.optional(number(0), 2000),
  nics: v.optional(v.pipe(v.array(nicSchema), v.maxLength(50)), []),
  ports: v.optional(v.pipe(v.array(portSchema), v.maxLength(5000)), []),
});

/** What the sites of a testbed have at this moment: ports, free dedicated two-port NICs, room for nodes. */
export const inventorySchema = v.strictObject({
  sites: v.pipe(v.array(siteSchema), v.maxLength(500)),
  /** Seconds that making a slice and changing its mirrors take there; FABRIC's as its users report them. */
  timing: v.optional(v.strictObject({ setupS: v.optional(number(0), 300), rotationS: v.optional(number(0), 270) }), {}),
});

/** A port of a dataplane switch. */
export type SwitchPort = v.InferOutput<typeof portSchema>;
/** Dedicated two-port NICs of one model, and how many are free. */
export type NicStock = v.InferOutput<typeof nicSchema>;
/** One site of an {@link Inventory}. */
export type SiteInventory = v.InferOutput<typeof siteSchema>;
/** What the sites of a testbed have at this moment: ports, free dedicated two-port NICs, room for nodes. */
export type Inventory = v.InferOutput<typeof inventorySchema>;
/** An inventory as it is written: defaults may be left out. */
export type InventoryInput = v.InferInput<typeof inventorySchema>;

/** An inventory from JSON, checked. Throws MOORING_ERR_TWINE_BAD_INPUT. */
export function parseInventory(value: unknown): Inventory {
  return readInput(inventorySchema, value, 'inventory');
}
