import * as z from 'zod';
import { parametersSchema, readInput } from './parameters.js';

/** Which frames of a port a mirror takes, seen from the switch: received, sent, or both. */
export type MirrorDirection = (typeof MIRROR_DIRECTIONS)[number];

export const MIRROR_DIRECTIONS = ['both', 'rx', 'tx'] as const;

const direction = z.enum(MIRROR_DIRECTIONS);

const portChoice = z.union([
  z
    .string()
    .min(1)
    .transform((port) => ({ port })),
  z.strictObject({
    port: z.string().min(1),
    direction: direction.optional(),
    /** Keeps this port on one NIC port for the whole campaign: `<listener>.<p1|p2>`, such as `node0.p1`. */
    to: z
      .string()
      .regex(/^node\d+\.p[12]$/, 'expected a listener and its NIC port, such as node0.p1')
      .optional(),
    /** How often this port is chosen beside others when they take turns. */
    weight: z.number().positive().max(1000).optional(),
  }),
]);

const targetSchema = z.strictObject({
  site: z.string().min(1),
  /** Switch ports to mirror; all of the site's when absent. */
  ports: z.array(portChoice).min(1).max(5000).optional(),
  direction: direction.default('both'),
  /** At most this many NIC ports of the site are used. */
  maxNicPorts: z.int().min(1).max(1000).optional(),
});

/** What the user wants captured. Times are seconds. */
export const intentSchema = z.strictObject({
  targets: z.array(targetSchema).min(1).max(500),
  parameters: parametersSchema.prefault({}),
  /** The user's slice (single_user), or the name of ours. */
  sliceName: z.string().min(1).max(200).optional(),
  sharedMemory: z
    .string()
    .regex(/^[A-Za-z0-9_.-]{1,200}$/, 'expected the name of a POSIX shared memory segment, without a slash')
    .optional(),
  /** When there are more ports than NIC ports: take turns (true), or refuse (false). */
  rotate: z.boolean().default(true),
  /** Seconds a port stays mirrored before the next takes its turn. */
  rotationInterval: z.number().positive().max(604_800).default(1800),
  seed: z.int().min(0).max(0xffff_ffff).default(1),
  /** Seconds left of the slice's lease and of the token; absent when nothing expires. */
  leaseS: z.number().min(0).optional(),
  tokenS: z.number().min(0).optional(),
  /** A token that is renewed on the way bounds nothing. */
  tokenRefreshable: z.boolean().default(false),
  /** The share of a port's speed expected on it when no load was measured, for the disk budget. */
  expectedLoad: z.number().min(0).max(1).default(0.002),
  meanFrameBytes: z.number().min(64).max(9216).default(800),
  listener: z
    .strictObject({
      cores: z.int().min(1).default(2),
      ramGiB: z.int().min(1).default(8),
      diskGiB: z.int().min(1).default(100),
    })
    .prefault({}),
});

/** See {@link intentSchema}. */
export type Intent = z.infer<typeof intentSchema>;
/** An intent as it is written: defaults may be left out. */
export type IntentInput = z.input<typeof intentSchema>;

/** An intent from JSON, with defaults filled in. Throws MOORING_ERR_TWINE_BAD_INPUT. */
export function parseIntent(value: unknown): Intent {
  return readInput(intentSchema, value, 'intent');
}
