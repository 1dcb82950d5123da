import { realpathSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { ERROR, MooringError } from '../../base/index.js';
import { errorToValue } from '../../client/index.js';
import {
  type Link,
  type Outcome,
  QueuedJobs,
  Refusal,
  serveQueue,
  type WorkerOptions,
  type WorkerTold,
} from '../jobs/index.js';
import { type Blobs, fetchTables, forgetTables, handTables } from './blobs.js';
import { HeldFile } from './held-file.js';
import type { MadeCapture } from './made.js';
import type { CaptureJob } from './make.js';
import { captureKey, captureKind, type QueuedCapture, readQueuedCapture } from './queued-capture.js';
import { type CaptureMakers, hangs, SILENCE_MS, tablesEntry, type WantedCapture, wordsOf } from './threads.js';

export interface QueueCapturesOptions {
  /** A folder that holds all captures; workers have it, too, under a name of their own. */
  readonly root: string;
  /** Where tables are found that do not come through the queue. */
  readonly store?: Blobs;
  readonly priority?: number;
  readonly tell: (line: string) => void;
  readonly onWorkers?: (workers: number, threads: number) => void;
  readonly lookMs?: number;
}

/** The workers of a queue that see the same folder. */
export function queueCaptures(link: Link, options: QueueCapturesOptions): CaptureMakers {
  const root = realRoot(options.root);
  const told = new Set<string>();
  return async (wanted, onOutcome, signal) => {
    const unsent = async (one: WantedCapture, error: unknown): Promise<void> =>
      onOutcome(one, { ok: false, error: errorToValue(error) });
    async function* entries() {
      for (const one of wanted) {
        if (signal?.aborted) return;
        try {
          const data = await toQueue(one, root);
          yield { key: captureKey(data), data, asked: [one] };
        } catch (error) {
          await unsent(one, error);
        }
      }
    }
    const { root: _, store, ...rest } = options;
    const missed = new Set<WantedCapture>();
    const fetch = async (made: MadeCapture, one: WantedCapture): Promise<Outcome<MadeCapture> | 'again'> => {
      try {
        const result = await fetchTables(made, link, store);
        if (result) return { ok: true, result };
        // Kept for a day, or taken by another who asked; what is not there a second time is in another store.
        if (!missed.has(one)) {
          missed.add(one);
          return 'again';
        }
        const message = `${one.names.file}: its tables are not in ${store?.shown ?? 'the queue'}: do the workers have another --store?`;
        throw new MooringError(ERROR.MOORING_ERR_JOBS_STORE, message, { store: store?.shown ?? null });
      } catch (error) {
        return { ok: false, error: errorToValue(error) };
      }
    };
    const queued = new QueuedJobs<QueuedCapture, MadeCapture, WantedCapture>(link, {
      ...rest,
      kind: captureKind(),
      batch: 1,
      call: `mooring worker ${link.shown} --root FOLDER`,
      onOutcome: async (one, outcome) => {
        const fetched = outcome.ok ? await fetch(outcome.result, one) : outcome;
        if (fetched === 'again') return fetched;
        await onOutcome(one, fetched);
        if (outcome.ok && fetched.ok) await forgetTables(outcome.result, link);
        return undefined;
      },
      onFailure: ({ files }, { error }) => {
        if (error.code !== ERROR.MOORING_ERR_JOBS_CAPTURE) return undefined;
        const changed = changedHere(files, root);
        if (changed) return { ok: false, error: errorToValue(changed) };
        if (!told.has(error.message)) options.tell(`a worker does not have it; another is to: ${error.message}`);
        told.add(error.message);
        return 'later';
      },
    });
    await queued.run(entries(), signal);
  };
}

/** As it stands in the queue: files by their names below the root, with what they hold as a hash. */
async function toQueue({ names, options }: WantedCapture, root: string): Promise<QueuedCapture> {
  const files = [];
  for (const { path, mtimeMs } of names.parts) {
    const file = new HeldFile(path, { root });
    if (file.mtimeMs !== mtimeMs) throw changed(path);
    // Where it is reached by links, workers reach it by its place.
    const below = relative(root, realpathSync(path)).split(sep).join('/');
    files.push({ below, name: path, sizeBytes: file.sizeBytes, mtimeMs, sha256: await file.sha256() });
  }
  const { capture, file, files: count, sizeBytes } = names;
  return { files, identity: { capture, file, files: count, sizeBytes }, options };
}

function changedHere(files: QueuedCapture['files'], root: string): MooringError | undefined {
  for (const { below, name, sizeBytes, mtimeMs } of files) {
    try {
      const file = new HeldFile(join(root, below), { name, root });
      if (file.sizeBytes !== sizeBytes || file.mtimeMs !== mtimeMs) return changed(name);
    } catch (error) {
      return error as MooringError;
    }
  }
  return undefined;
}

function changed(name: string): MooringError {
  const message = `${name}: it changed since it was asked for; try again when nothing writes to it`;
  return new MooringError(ERROR.MOORING_ERR_JOBS_CAPTURE, message, { source: name });
}

export interface CaptureWorkerOptions extends WorkerOptions {
  /** The folder that captures are named below. Nothing outside of it is read. */
  readonly root: string;
  /** Where tables go; through the queue where there is none. */
  readonly store?: Blobs;
}

/** A worker whose captures are elsewhere would take one after the other. */
const PAUSE_MS = 2_000;

/** Takes captures from a queue until `signal` aborts; what is under way then is given back. */
export async function runCaptureWorker(
  link: Link,
  { root: given, store, ...options }: CaptureWorkerOptions,
): Promise<WorkerTold> {
  const root = realRoot(given);
  const prepare = async (data: unknown): Promise<CaptureJob> => {
    const asked = readQueuedCapture(data);
    if (asked instanceof MooringError) throw new Refusal(asked);
    const files = asked.files.map(({ below, name, sizeBytes, sha256 }) => ({
      path: join(root, below),
      name,
      sizeBytes,
      mtimeMs: null,
      sha256,
    }));
    for (const file of files) refuseAbsent(file, root);
    return { files, identity: asked.identity, options: asked.options, root };
  };
  return serveQueue<CaptureJob, MadeCapture>(
    link,
    {
      kind: captureKind(),
      prepare,
      hand: (made) => handTables(made, link, store),
      entry: tablesEntry(),
      words: wordsOf,
      silenceMs: SILENCE_MS,
      silent: hangs,
    },
    options,
  );
}

/** What is not here is another worker's; what leads out of the root is nobody's. */
function refuseAbsent({ path, name, sizeBytes }: CaptureJob['files'][number], root: string): void {
  try {
    const file = new HeldFile(path, { name, root });
    if (file.sizeBytes === sizeBytes) return;
  } catch (error) {
    if ((error as MooringError).code === ERROR.MOORING_ERR_JOBS_UNTRUSTED) throw new Refusal(error as MooringError);
  }
  const message = `${name}: it is not as it was asked for below --root of a worker`;
  throw new Refusal(new MooringError(ERROR.MOORING_ERR_JOBS_CAPTURE, message, { source: name }), PAUSE_MS);
}

function realRoot(folder: string): string {
  try {
    return realpathSync(folder);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new MooringError(ERROR.MOORING_ERR_FILE_UNREADABLE, `${folder}: ${code}`, { path: folder }, cause);
  }
}
