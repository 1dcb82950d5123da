import { ERROR, MooringError } from '../../base/index.js';
import { createMemoryJobs, type Outcome, runPool } from '../jobs/index.js';
import type { MadeCapture } from './made.js';
import type { CaptureFrame, CaptureJob } from './make.js';
import type { CaptureNames } from './names.js';

/** A capture of a dataset that is not in it yet. */
export interface WantedCapture {
  readonly names: CaptureNames;
  readonly options: CaptureJob['options'];
}

/**
 * Who makes captures into tables: threads of this machine, or workers elsewhere. Tells what became of each once, in the order
 * they end, and resolves when all are told or `signal` aborted.
 */
export type CaptureMakers = (
  wanted: readonly WantedCapture[],
  onOutcome: (wanted: WantedCapture, outcome: Outcome<MadeCapture>) => Promise<void>,
  signal: AbortSignal | undefined,
) => Promise<void>;

/** A disk or a share that hangs; a capture is read in chunks of a MiB. */
export const SILENCE_MS = 120_000;

/** Threads of this machine. */
export function captureThreads(workers: number): CaptureMakers {
  return async (wanted, onOutcome, signal) => {
    type Asked = CaptureJob & { readonly wanted: WantedCapture };
    const jobs = wanted.map(({ names, options }): Asked => {
      const { capture, file, files, sizeBytes } = names;
      return {
        files: names.parts.map((part) => ({ ...part, name: part.path, sha256: null })),
        identity: { capture, file, files, sizeBytes },
        options,
        wanted: { names, options },
      };
    });
    const source = createMemoryJobs<Asked, MadeCapture>(jobs, {
      onOutcome: (job, outcome) => onOutcome(job.wanted, outcome),
    });
    await runPool(source, {
      entry: tablesEntry(),
      workers: Math.max(1, Math.min(workers, jobs.length)),
      silenceMs: SILENCE_MS,
      silent: hangs,
      ...(signal ? { signal } : {}),
    });
  };
}

/** The module of a thread that makes tables; it stands beside the bundle this file becomes part of. */
export function tablesEntry(): URL {
  return new URL('./workers/tables.js', import.meta.url);
}

/** The error of a thread that stopped answering. */
export function hangs(): MooringError {
  const message = `nothing was read for ${SILENCE_MS / 1000} s: the disk or the share it is on may hang`;
  return new MooringError(ERROR.MOORING_ERR_CAPTURE_UNREADABLE, message, {});
}

/** How far a capture was. */
export function wordsOf(frame: unknown): string {
  if (frame === undefined) return 'had shown nothing yet';
  const { doing, packets } = frame as CaptureFrame;
  if (doing === 'check') return 'was checking the files';
  return doing === 'read' ? `was at packet ${packets}` : `was writing tables of ${packets} packets`;
}
