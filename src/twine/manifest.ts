import { z } from 'zod';
import { ERROR, MooringError } from '../base/index.js';
import type { CaptureCounters } from './loss.js';
import type { SessionData } from './protocol.js';

/** One capture of one mirror in one window. Times are microseconds since the Unix epoch. */
export interface CaptureRecord {
  readonly listener: string;
  /** The listener's short name; its archive is `<label>_packet_trace.tgz`. */
  readonly label: string;
  readonly nicPort: string;
  readonly interface: string;
  readonly mirror: string;
  /** The switch port every packet of the files crossed. */
  readonly source: string;
  readonly direction: string;
  readonly window: number;
  readonly slot: number;
  readonly startUs: number;
  readonly endUs: number;
  /** `partial`: cut short, what came before is there. `failed`: nothing usable. */
  readonly status: 'complete' | 'partial' | 'failed';
  readonly reason?: string | undefined;
  /** Paths in the listener's home and archive. */
  readonly files: readonly string[];
  /** Absent when a stage could not be read (its switch or listener is gone). */
  readonly counters?: CaptureCounters | undefined;
  /** What the capture tool itself says it lost. */
  readonly toolDroppedPackets?: number | undefined;
}

/** A capture that runs now: what it takes to end it, and to account for it, after a crash. */
export interface UnderwayCapture {
  readonly mirror: string;
  readonly window: number;
  readonly slot: number;
  /** Path on the listener, and of the tool's words here. */
  readonly file: string;
  readonly logs: string;
  readonly startUs: number;
  readonly process: { readonly pid: number; readonly startTicks: number };
  /** What the mirror had counted when the capture began. */
  readonly base: StageCounters;
}

/** Frames of a mirror since it was made, before the capture. */
export interface StageCounters {
  readonly mirroredPackets: number;
  readonly destinationDroppedPackets: number;
  readonly nicReceivedPackets: number;
}

/** A file of an archive. */
export interface ArchivedFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** A listener's archive in the run folder. */
export interface ArchiveRecord extends ArchivedFile {
  readonly listener: string;
  readonly label: string;
  readonly entries: readonly ArchivedFile[];
}

/** Something that happened, in order. `kind` is an event's or command's, or `note`. */
export interface ManifestEvent {
  readonly atUs: number;
  readonly kind: string;
  readonly [detail: string]: unknown;
}

/** `manifest.json`: what a run is, was and left. */
export interface Manifest {
  readonly format: 'mooring-twine';
  readonly version: 1;
  readonly site: string;
  /** Name of the run folder. */
  readonly run: string;
  readonly createdUs: number;
  /** Who carries it out: a process on this machine, and where its testbed is found again. */
  orchestrator: { readonly pid: number; readonly startTicks: number };
  readonly driver: { readonly kind: string; readonly testbed: string };
  readonly captureMethod: string;
  session: SessionData;
  events: ManifestEvent[];
  captures: CaptureRecord[];
  underway: UnderwayCapture[];
  /** Listeners and mirrors that were asked for and not yet seen removed. */
  held: { listeners: string[]; mirrors: string[] };
  archives: ArchiveRecord[];
  /** What could not be removed or brought home. */
  leftovers: string[];
}

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
  if (result.success) return result.data as unknown as Manifest;
  const [issue] = result.error.issues;
  throw new MooringError(
    ERROR.MOORING_ERR_TWINE_MANIFEST,
    `${name}: ${issue?.path.join('.') || 'top'}: ${issue?.message}`,
    { name, issues: result.error.issues },
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

const count = z.number().min(0);
const file = z.looseObject({ path: z.string(), bytes: count, sha256: z.string() });

// What readers lean on; the rest may grow.
const manifestSchema = z.looseObject({
  format: z.literal('mooring-twine'),
  version: z.literal(1),
  site: z.string(),
  run: z.string().regex(/^[\w.-]+$/),
  createdUs: count,
  orchestrator: z.looseObject({ pid: z.int().min(1), startTicks: count }),
  driver: z.looseObject({ kind: z.string(), testbed: z.string() }),
  captureMethod: z.string(),
  session: z.looseObject({
    state: z.enum([
      'planned',
      'requesting',
      'ready',
      'sampling',
      'rotating',
      'draining',
      'gathering',
      'closing',
      'closed',
    ]),
    plan: z.looseObject({ site: z.string(), basis: z.looseObject({ sliceName: z.string() }) }),
    reasons: z.array(z.looseObject({ reason: z.string() })),
    outcome: z.enum(['completed', 'degraded', 'interrupted', 'failed']).nullable(),
  }),
  events: z.array(z.looseObject({ atUs: z.number(), kind: z.string() })),
  captures: z.array(
    z.looseObject({
      label: z.string(),
      interface: z.string(),
      source: z.string(),
      files: z.array(z.string()),
      counters: z
        .looseObject({
          mirroredPackets: count,
          destinationDroppedPackets: count,
          nicReceivedPackets: count,
          ringDroppedPackets: count,
          filteredPackets: z.number(),
          filePackets: count,
        })
        .optional(),
    }),
  ),
  underway: z.array(z.looseObject({ mirror: z.string(), file: z.string(), logs: z.string() })),
  held: z.looseObject({ listeners: z.array(z.string()), mirrors: z.array(z.string()) }),
  archives: z.array(z.looseObject({ ...file.shape, label: z.string(), entries: z.array(file) })),
  leftovers: z.array(z.string()),
});
