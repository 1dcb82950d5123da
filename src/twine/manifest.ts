import * as z from 'zod';
import { ERROR, MooringError } from '../base/index.js';
import { MIRROR_DIRECTIONS } from './intent.js';
import { captureCountersSchema, mirrorCountersSchema } from './loss.js';
import { sessionDataSchema } from './protocol.js';

/** What manifests are written as. 1 had no run id and counters that were never unknown: it is read, not resumed. */
export const MANIFEST_VERSION = 2;

const count = z.number().min(0);
const timeUs = z.number();

const captureRecordSchema = z.object({
  listener: z.string(),
  /** The listener's short name; its archive is `<label>_packet_trace.tgz`. */
  label: z.string(),
  nicPort: z.string(),
  interface: z.string(),
  mirror: z.string(),
  /** The switch port every packet of the files crossed. */
  source: z.string(),
  direction: z.enum(MIRROR_DIRECTIONS),
  window: count,
  slot: count,
  startUs: timeUs,
  endUs: timeUs,
  /** `partial`: cut short, what came before is there. `failed`: nothing usable. */
  status: z.enum(['complete', 'partial', 'failed']),
  reason: z.string().optional(),
  /** Paths in the listener's home and archive. */
  files: z.array(z.string()),
  /** Absent when a stage that is counted could not be read (its switch or listener is gone). */
  counters: captureCountersSchema.optional(),
  /** What the capture tool itself says it lost. */
  toolDroppedPackets: count.optional(),
});

const processSchema = z.object({
  pid: z.int().min(1),
  /** Clock ticks from boot to its start: no later process with its number is taken for it. */
  startTicks: count,
});

const underwaySchema = z.object({
  mirror: z.string(),
  window: count,
  slot: count,
  /** Path in the listener's home, and the folder there with the tool's words. */
  file: z.string(),
  logs: z.string(),
  startUs: timeUs,
  process: processSchema,
  /** What the mirror had counted when the capture began. */
  base: mirrorCountersSchema,
});

const archivedFileSchema = z.object({ path: z.string(), bytes: count, sha256: z.string() });

const archiveRecordSchema = archivedFileSchema.extend({
  listener: z.string(),
  label: z.string(),
  entries: z.array(archivedFileSchema),
});

// An event's own members go with it as they are.
const eventSchema = z.looseObject({ atUs: timeUs, kind: z.string() });

const manifestSchema = z.object({
  format: z.literal('mooring-twine'),
  version: z.union([z.literal(1), z.literal(MANIFEST_VERSION)]),
  site: z.string(),
  /** Name of the run folder. */
  run: z.string().regex(/^[\w.-]+$/),
  createdUs: count,
  /** Who carries it out: a process on this machine, and where its testbed is found again. */
  orchestrator: processSchema,
  driver: z.object({ kind: z.string(), testbed: z.string() }),
  captureMethod: z.string(),
  session: sessionDataSchema,
  events: z.array(eventSchema),
  captures: z.array(captureRecordSchema),
  underway: z.array(underwaySchema),
  /** Listeners and mirrors that were asked for and not yet seen removed. */
  held: z.object({ listeners: z.array(z.string()), mirrors: z.array(z.string()) }),
  archives: z.array(archiveRecordSchema),
  /** What could not be removed or brought home. */
  leftovers: z.array(z.string()),
});

/** One capture of one mirror in one window. Times are microseconds since the Unix epoch. */
export type CaptureRecord = Readonly<z.infer<typeof captureRecordSchema>>;
/** A process that cannot be mistaken for a later one with its number. */
export type ProcessRecord = Readonly<z.infer<typeof processSchema>>;
/** A capture that runs now: what it takes to end it, and to account for it, after a crash. */
export type UnderwayCapture = Readonly<z.infer<typeof underwaySchema>>;
/** A file of an archive. */
export type ArchivedFile = Readonly<z.infer<typeof archivedFileSchema>>;
/** A listener's archive in the run folder. */
export type ArchiveRecord = Readonly<z.infer<typeof archiveRecordSchema>>;
/** Something that happened, in order. `kind` is an event's or command's. */
export type ManifestEvent = Readonly<z.infer<typeof eventSchema>>;
/** `manifest.json`: what a run is, was and left. */
export type Manifest = z.infer<typeof manifestSchema>;

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
  const result = manifestSchema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new MooringError(
    ERROR.MOORING_ERR_TWINE_MANIFEST,
    `${name}: ${issue?.path.join('.') || 'top'}: ${issue?.message}`,
    { name, diagnostics: result.error.issues },
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
