import * as v from 'valibot';
import { number } from '../schema/index.js';
import { MIRROR_DIRECTIONS } from './intent.js';
import { parametersSchema, TWINE_MODES } from './parameters.js';

const count = number(0);
const direction = v.picklist(MIRROR_DIRECTIONS);
const nicPortName = v.picklist(['p1', 'p2']);

const plannedPortSchema = v.object({
  name: v.string(),
  direction,
  weight: v.number(),
  rateBytesPerSecond: v.number(),
  loadBytesPerSecond: v.number(),
  /** `node<i>.p1|p2` when the user keeps it on one NIC port. */
  to: v.optional(v.string()),
});

const plannedNicSchema = v.object({ model: v.string(), rateBytesPerSecond: v.number() });

const basisSchema = v.object({
  site: v.string(),
  sliceName: v.string(),
  /** Id of the run that carries it out, part of every name it makes; a plan that nobody carries out has none. */
  runId: v.optional(v.string()),
  mode: v.picklist(TWINE_MODES),
  sharedMemory: v.optional(v.string()),
  parameters: parametersSchema,
  ports: v.pipe(v.array(plannedPortSchema), v.readonly()),
  /** The NICs that may be used, best first. */
  nics: v.pipe(v.array(plannedNicSchema), v.readonly()),
  maxNicPorts: count,
  rotationInterval: v.number(),
  seed: v.number(),
  meanFrameBytes: v.number(),
  listener: v.object({ cores: count, ramGiB: count, diskGiB: count }),
  timing: v.object({ setupS: count, rotationS: count }),
});

const listenerSchema = v.object({
  /** Name in the slice; the user's own nodes may be there too. */
  name: v.string(),
  /** Short name of files and logs, such as `INDI_node0`. */
  label: v.pipe(v.string(), v.regex(/^[\w.-]+$/)),
  site: v.string(),
  image: v.string(),
  cores: count,
  ramGiB: count,
  diskGiB: count,
  nic: v.object({ name: v.string(), model: v.string(), rateBytesPerSecond: v.number() }),
  nicPorts: v.pipe(v.array(nicPortName), v.readonly()),
});

/** See {@link Mirror}. */
export const mirrorSchema = v.object({
  name: v.string(),
  source: v.string(),
  direction,
  listener: v.string(),
  nicPort: nicPortName,
});

const slotSchema = v.object({ index: count, mirrors: v.pipe(v.array(mirrorSchema), v.readonly()) });

const windowSchema = v.object({
  index: count,
  slot: count,
  cycle: count,
  iteration: count,
  startS: count,
  durationS: count,
});

const timeBudgetSchema = v.object({
  setupS: count,
  captureS: count,
  waitS: count,
  rotationS: count,
  gatheringS: count,
  totalS: count,
});

const diskBudgetSchema = v.object({ bytesPerListener: v.record(v.string(), count), totalBytes: count });

/** See {@link SitePlan}. */
export const sitePlanSchema = v.object({
  basis: basisSchema,
  site: v.string(),
  nicCount: count,
  listeners: v.pipe(v.array(listenerSchema), v.readonly()),
  slots: v.pipe(v.array(slotSchema), v.readonly()),
  windows: v.pipe(v.array(windowSchema), v.readonly()),
  /** Ports that no slot has. */
  neverSampled: v.pipe(v.array(v.string()), v.readonly()),
  time: timeBudgetSchema,
  disk: diskBudgetSchema,
});

/** A switch port to mirror, as the plan settled it. Rates are bytes per second. */
export type PlannedPort = Readonly<v.InferOutput<typeof plannedPortSchema>>;
/** A dedicated two-port NIC a listener gets. */
export type PlannedNic = Readonly<v.InferOutput<typeof plannedNicSchema>>;
/** Everything a site's plan follows from, so that it can be laid out again with fewer NICs. */
export type SiteBasis = Readonly<v.InferOutput<typeof basisSchema>>;
/** A node that captures, with one NIC. */
export type Listener = Readonly<v.InferOutput<typeof listenerSchema>>;
/** A port of a dedicated NIC. */
export type NicPortName = v.InferOutput<typeof nicPortName>;
/** One mirror session: a source port, its frames in one direction or both, one NIC port. */
export type Mirror = Readonly<v.InferOutput<typeof mirrorSchema>>;
/** A stretch of the campaign in which the mirrors stay as they are. */
export type Slot = Readonly<v.InferOutput<typeof slotSchema>>;
/** One capture on every mirrored NIC port; `startS` counts from the first. */
export type Window = Readonly<v.InferOutput<typeof windowSchema>>;
/** What one site's session carries out. */
export type SitePlan = Readonly<v.InferOutput<typeof sitePlanSchema>>;
/** Seconds, each part by itself. */
export type TimeBudget = Readonly<v.InferOutput<typeof timeBudgetSchema>>;
/** Bytes expected on each listener's disk and in all. */
export type DiskBudget = Readonly<v.InferOutput<typeof diskBudgetSchema>>;
