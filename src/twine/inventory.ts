import * as z from 'zod';
import { readInput } from './parameters.js';

const rateBytesPerSecond = z.number().positive().describe('bytes per second');

const portSchema = z.strictObject({
  /** The switch's own name, such as `HundredGigE0/0/0/5`. */
  name: z.string().min(1).max(120),
  rateBytesPerSecond: rateBytesPerSecond.default(12.5e9),
  /** An uplink joins two sites' switches; everything else faces a node. */
  uplink: z.boolean().default(false),
  /** Bytes per second seen lately, both directions together; orders the ports, busiest first. */
  loadBytesPerSecond: z.number().min(0).optional(),
  /** The mirror session that holds this port as its source now, ours or another user's. */
  mirroredBy: z.string().optional(),
});

const nicSchema = z.strictObject({
  model: z.string().min(1).max(60),
  available: z.int().min(0).max(10_000),
  rateBytesPerSecond: rateBytesPerSecond.default(12.5e9),
});

const siteSchema = z.strictObject({
  name: z.string().min(1).max(60),
  cores: z.number().min(0).default(64),
  ramGiB: z.number().min(0).default(256),
  diskGiB: z.number().min(0).default(2000),
  nics: z.array(nicSchema).max(50).default([]),
  ports: z.array(portSchema).max(5000).default([]),
});

/** What the sites of a testbed have at this moment: ports, free dedicated two-port NICs, room for nodes. */
export const inventorySchema = z.strictObject({
  sites: z.array(siteSchema).max(500),
  /** Seconds that making a slice and changing its mirrors take there; FABRIC's as its users report them. */
  timing: z
    .strictObject({ setupS: z.number().min(0).default(300), rotationS: z.number().min(0).default(270) })
    .prefault({}),
});

/** A port of a dataplane switch. */
export type SwitchPort = z.infer<typeof portSchema>;
/** Dedicated two-port NICs of one model, and how many are free. */
export type NicStock = z.infer<typeof nicSchema>;
/** One site of an {@link Inventory}. */
export type SiteInventory = z.infer<typeof siteSchema>;
/** See {@link inventorySchema}. */
export type Inventory = z.infer<typeof inventorySchema>;
/** An inventory as it is written: defaults may be left out. */
export type InventoryInput = z.input<typeof inventorySchema>;

/** An inventory from JSON, checked. Throws MOORING_ERR_TWINE_BAD_INPUT. */
export function parseInventory(value: unknown): Inventory {
  return readInput(inventorySchema, value, 'inventory');
}
