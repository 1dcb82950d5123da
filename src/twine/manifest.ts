import * as v from 'valibot';
import { ERROR, MooringError } from '../base/index.js';
import { fieldDiagnostics, integer, number } from '../schema/index.js';
import { MIRROR_DIRECTIONS } from './intent.js';
import { captureCountersSchema, mirrorCountersSchema } from './loss.js';
import { mirrorStateSchema } from './mirror-states.js';
import { portOctetsSchema } from './port-octets.js';
import { sessionDataSchema } from './protocol.js';

/** What manifests are written as. 1 had no run id and counters that were never unknown: it is read, not resumed. */
export const MANIFEST_VERSION = 2;

const count = number(0);
const timeUs = v.number();

const captureRecordSchema = v.object({
  listener: v.string(),
  /** The listener's short name; its archive is `<label>_packet_trace.tgz`. */
  label: v.string(),
  nicPort: v.string(),
  interface: v.string(),
  mirror: v.string(),
  /** The switch port every packet of the files crossed. */
  source: v.string(),
  direction: v.picklist(MIRROR_DIRECTIONS),
  window: count,
  slot: count,
  startUs: timeUs,
  endUs: timeUs,
  /** `partial`: cut short, what came before is there. `failed`: nothing usable. */
  status: v.picklist(['complete', 'partial', 'failed']),
  reason: v.optional(v.string()),
  /** Paths in the listener's home and archive. */
  files: v.array(v.string()),
  /** Absent when a stage that is counted could not be read (its switch or listener is gone). */
  counters: v.optional(captureCountersSchema),
  /** States of its mirror over the capture, the first from its start; absent on testbeds whose mirrors have none. */
  mirrorStates: v.optional(v.array(mirrorStateSchema)),
  /** What its source port counted around it, where the testbed has no counters of the mirror but those of its ports. */
  portOctets: v.optional(portOctetsSchema),
  /** What the capture tool itself says it lost. */
  toolDroppedPackets: v.optional(count),
});

const processSchema = v.object({
  pid: integer(1),
  /** Clock ticks from boot to its start: no later process with its number is taken for it. */
  startTicks: count,
});

const underwaySchema = v.object({
  mirror: v.string(),
  window: count,
  slot: count,
  /** Path in the listener's home, and the folder there with the tool's words. */
  file: v.string(),
  logs: v.string(),
  startUs: timeUs,
  process: processSchema,
  /** What the mirror had counted when the capture began. */
  base: mirrorCountersSchema,
});

const archivedFileSchema = v.object({ path: v.string(), bytes: count, sha256: v.string() });

const archiveRecordSchema = v.object({
  ...archivedFileSchema.entries,
  listener: v.string(),
  label: v.string(),
  entries: v.array(archivedFileSchema),
});

// An event's own members go with it as they are.
const eventSchema = v.looseObject({ atUs: timeUs, kind: v.string() });

const manifestSchema = v.object({
  format: v.literal('mooring-twine'),
  version: v.union([v.literal(1), v.literal(MANIFEST_VERSION)]),
  site: v.string(),
  /** Name of the run folder. */
  run: v.pipe(v.string(), v.regex(/^[\w.-]+$/)),
  createdUs: count,
  /** Who carries it out: a process on this machine, and where its testbed is found again. */
  orchestrator: processSchema,
  driver: v.object({ kind: v.string(), testbed: v.string() }),
  captureMethod: v.string(),
  session: sessionDataSchema,
  events: v.array(eventSchema),
  captures: v.array(captureRecordSchema),
  underway: v.array(underwaySchema),
  /** Listeners and mirrors that were asked for and not yet seen removed. */
  held: v.object({ listeners: v.array(v.string()), mirrors: v.array(v.string()) }),
  archives: v.array(archiveRecordSchema),
  /** What could not be removed or brought home. */
  leftovers: v.array(v.string()),
});

/** One capture of one mirror in one window. Times are microseconds since the Unix epoch. */
export type CaptureRecord = Readonly<v.InferOutput<typeof captureRecordSchema>>;
/** A process that cannot be mistaken for a later one with its number. */
export type ProcessRecord = Readonly<v.InferOutput<typeof processSchema>>;
/** A capture that runs now: what it takes to end it, and to account for it, after a crash. */
export type UnderwayCapture = Readonly<v.InferOutput<typeof underwaySchema>>;
/** A file of an archive. */
export type ArchivedFile = Readonly<v.InferOutput<typeof archivedFileSchema>>;
/** A listener's archive in the run folder. */
export type ArchiveRecord = Readonly<v.InferOutput<typeof archiveRecordSchema>>;
/** Something that happened, in order. `kind` is an event's or command's. */
export type ManifestEvent = Readonly<v.InferOutput<typeof eventSchema>>;
/** `manifest.json`: what a run is, was and left. */
export type Manifest = v.InferOutput<typeof manifestSchema>;

/**
 * A manifest from its JSON text. Throws MOORING_ERR_TWINE_MANIFEST.
 *
 * @example
 * ```ts
 * try {
 *   console.log(parseManifest('{}').captures.length);
 * } catch (error) {
 *   if (error instanceof MooringError) console.log(error.code); // MOORING_ERR_TWINE_MANIFEST
 * }
 * ```
 */
export function parseManifest(text: string, name = 'manifest.json'): Manifest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new MooringError(ERROR.MOORING_ERR_TWINE_MANIFEST, `${name} is not JSON: ${String(error)}`, { name }, error);
  }
  const result = v.safeParse(manifestSchema, value);
  if (result.success) return result.output;
  const diagnostics = fieldDiagnostics(result.issues, 'a manifest');
  const [first] = diagnostics;
  throw new MooringError(
    ERROR.MOORING_ERR_TWINE_MANIFEST,
    `${name}: ${first?.path.join('.') || 'top'}: ${first?.message}`,
    { name, diagnostics },
  );
}

/**
 * A manifest as JSON text, one trailing newline.
 *
 * @example
 * ```ts fragment
 * import { readFileSync } from 'node:fs';
 * const manifest = parseManifest(readFileSync('runs/INDI/manifest.json', 'utf8'));
 * process.stdout.write(formatManifest({ ...manifest, leftovers: [] }));
 * ```
 */
export function formatManifest(manifest: Manifest): string {
  return `${JSON.stringify(manifest, null, 1)}\n`;
}

/**
 * The capture that wrote `path` (as it stands in the listener's archive), if the manifest has it:
 * its `source` is the switch port every packet of that file crossed.
 *
 * @example
 * ```ts fragment
 * import { readFileSync } from 'node:fs';
 * const manifest = parseManifest(readFileSync('runs/INDI/manifest.json', 'utf8'));
 * console.log(captureOfFile(manifest, 'INDI_node0', 'captures/p1.pcap')?.source); // HundredGigE0/0/0/5
 * ```
 */
export function captureOfFile(manifest: Manifest, label: string, path: string): CaptureRecord | undefined {
  return manifest.captures.find((capture) => capture.label === label && capture.files.includes(path));
}
