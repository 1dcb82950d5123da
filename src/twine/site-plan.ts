import * as z from 'zod';
import { MIRROR_DIRECTIONS } from './intent.js';
import { parametersSchema, TWINE_MODES } from './parameters.js';

const count = z.number().min(0);
const direction = z.enum(MIRROR_DIRECTIONS);
const nicPortName = z.enum(['p1', 'p2']);

const plannedPortSchema = z.object({
  name: z.string(),
  direction,
  weight: z.number(),
  rateBytesPerSecond: z.number(),
  loadBytesPerSecond: z.number(),
  /** `node<i>.p1|p2` when the user keeps it on one NIC port. */
  to: z.string().optional(),
});

const plannedNicSchema = z.object({ model: z.string(), rateBytesPerSecond: z.number() });

const basisSchema = z.object({
  site: z.string(),
  sliceName: z.string(),
  /** Id of the run that carries it out, part of every name it makes; a plan that nobody carries out has none. */
  runId: z.string().optional(),
  mode: z.enum(TWINE_MODES),
  sharedMemory: z.string().optional(),
  parameters: parametersSchema,
  ports: z.array(plannedPortSchema).readonly(),
  /** The NICs that may be used, best first. */
  nics: z.array(plannedNicSchema).readonly(),
  maxNicPorts: count,
  rotationInterval: z.number(),
  seed: z.number(),
  meanFrameBytes: z.number(),
  listener: z.object({ cores: count, ramGiB: count, diskGiB: count }),
  timing: z.object({ setupS: count, rotationS: count }),
});

const listenerSchema = z.object({
  /** Name in the slice; the user's own nodes may be there too. */
  name: z.string(),
  /** Short name of files and logs, such as `INDI_node0`. */
  label: z.string().regex(/^[\w.-]+$/),
  site: z.string(),
  image: z.string(),
  cores: count,
  ramGiB: count,
  diskGiB: count,
  nic: z.object({ name: z.string(), model: z.string(), rateBytesPerSecond: z.number() }),
  nicPorts: z.array(nicPortName).readonly(),
});

/** See {@link Mirror}. */
export const mirrorSchema = z.object({
  name: z.string(),
  source: z.string(),
  direction,
  listener: z.string(),
  nicPort: nicPortName,
});

const slotSchema = z.object({ index: count, mirrors: z.array(mirrorSchema).readonly() });

const windowSchema = z.object({
  index: count,
  slot: count,
  cycle: count,
  iteration: count,
  startS: count,
  durationS: count,
});

const timeBudgetSchema = z.object({
  setupS: count,
  captureS: count,
  waitS: count,
  rotationS: count,
  gatheringS: count,
  totalS: count,
});

const diskBudgetSchema = z.object({ bytesPerListener: z.record(z.string(), count), totalBytes: count });

/** See {@link SitePlan}. */
export const sitePlanSchema = z.object({
  basis: basisSchema,
  site: z.string(),
  nicCount: count,
  listeners: z.array(listenerSchema).readonly(),
  slots: z.array(slotSchema).readonly(),
  windows: z.array(windowSchema).readonly(),
  /** Ports that no slot has. */
  neverSampled: z.array(z.string()).readonly(),
  time: timeBudgetSchema,
  disk: diskBudgetSchema,
});

/** A switch port to mirror, as the plan settled it. Rates are bytes per second. */
export type PlannedPort = Readonly<z.infer<typeof plannedPortSchema>>;
/** A dedicated two-port NIC a listener gets. */
export type PlannedNic = Readonly<z.infer<typeof plannedNicSchema>>;
/** Everything a site's plan follows from, so that it can be laid out again with fewer NICs. */
export type SiteBasis = Readonly<z.infer<typeof basisSchema>>;
/** A node that captures, with one NIC. */
export type Listener = Readonly<z.infer<typeof listenerSchema>>;
/** A port of a dedicated NIC. */
export type NicPortName = z.infer<typeof nicPortName>;
/** One mirror session: a source port, its frames in one direction or both, one NIC port. */
export type Mirror = Readonly<z.infer<typeof mirrorSchema>>;
/** A stretch of the campaign in which the mirrors stay as they are. */
export type Slot = Readonly<z.infer<typeof slotSchema>>;
/** One capture on every mirrored NIC port; `startS` counts from the first. */
export type Window = Readonly<z.infer<typeof windowSchema>>;
/** What one site's session carries out. */
export type SitePlan = Readonly<z.infer<typeof sitePlanSchema>>;
/** Seconds, each part by itself. */
export type TimeBudget = Readonly<z.infer<typeof timeBudgetSchema>>;
/** Bytes expected on each listener's disk and in all. */
export type DiskBudget = Readonly<z.infer<typeof diskBudgetSchema>>;
