import * as v from 'valibot';
import { integer, number, positive } from '../schema/index.js';
import { parametersSchema, readInput } from './parameters.js';
import { SEGMENT_NAME } from './words.js';

/** Which frames of a port a mirror takes, seen from the switch: received, sent, or both. */
export type MirrorDirection = (typeof MIRROR_DIRECTIONS)[number];

export const MIRROR_DIRECTIONS = ['both', 'rx', 'tx'] as const;

const direction = v.picklist(MIRROR_DIRECTIONS);

const portChoice = v.union([
  v.pipe(
    v.string(),
    v.minLength(1),
    v.transform((port) => ({ port })),
  ),
  v.strictObject({
    port: v.pipe(v.string(), v.minLength(1)),
    direction: v.optional(direction),
    /** Keeps this port on one NIC port for the whole campaign: `<listener>.<p1|p2>`, such as `node0.p1`. */
    to: v.optional(
      v.pipe(v.string(), v.regex(/^node\d+\.p[12]$/, 'expected a listener and its NIC port, such as node0.p1')),
    ),
    /** How often this port is chosen beside others when they take turns. */
    weight: v.optional(positive(1000)),
  }),
]);

const targetSchema = v.strictObject({
  site: v.pipe(v.string(), v.minLength(1)),
  /** Switch ports to mirror; all of the site's when absent. */
  ports: v.optional(v.pipe(v.array(portChoice), v.minLength(1), v.maxLength(5000))),
  direction: v.optional(direction, 'both'),
  /** At most this many NIC ports of the site are used. */
  maxNicPorts: v.optional(integer(1, 1000)),
});

/** What the user wants captured. Times are seconds. */
export const intentSchema = v.strictObject({
  targets: v.pipe(v.array(targetSchema), v.minLength(1), v.maxLength(500)),
  parameters: v.optional(parametersSchema, {}),
  /** The user's slice (single_user), or the name of ours. */
  sliceName: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(200))),
  sharedMemory: v.optional(
    v.pipe(v.string(), v.regex(SEGMENT_NAME, 'expected the name of a POSIX shared memory segment, without a slash')),
  ),
  /** When there are more ports than NIC ports: take turns (true), or refuse (false). */
  rotate: v.optional(v.boolean(), true),
  /** Seconds a port stays mirrored before the next takes its turn. */
  rotationInterval: v.optional(positive(604_800), 1800),
  seed: v.optional(integer(0, 0xffff_ffff), 1),
  /** Seconds left of the slice's lease and of the token; absent when nothing expires. */
  leaseS: v.optional(number(0)),
  tokenS: v.optional(number(0)),
  /** A token that is renewed on the way bounds nothing. */
  tokenRefreshable: v.optional(v.boolean(), false),
  /** The share of a port's speed expected on it when no load was measured, for the disk budget. */
  expectedLoad: v.optional(number(0, 1), 0.002),
  meanFrameBytes: v.optional(number(64, 9216), 800),
  listener: v.optional(
    v.strictObject({
      cores: v.optional(integer(1), 2),
      ramGiB: v.optional(integer(1), 8),
      diskGiB: v.optional(integer(1), 100),
    }),
    {},
  ),
});

/** What a campaign is to capture: where, for how long, with what parameters; defaults filled in. */
export type Intent = v.InferOutput<typeof intentSchema>;
/** An intent as it is written: defaults may be left out. */
export type IntentInput = v.InferInput<typeof intentSchema>;

/** An intent from JSON, with defaults filled in. Throws MOORING_ERR_TWINE_BAD_INPUT. */
export function parseIntent(value: unknown): Intent {
  return readInput(intentSchema, value, 'intent');
}
