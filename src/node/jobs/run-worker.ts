import { rm } from 'node:fs/promises';
import { ERROR, formatDuration, MooringError } from '../../base/index.js';
import { makeScratch } from '../process/index.js';
import { codeOf, createUnpacker, type Part, refusePaths } from './parts.js';
import { partKey, type StoredPart } from './redis-keys.js';
import type { Link } from './redis-link.js';
import { Refusal } from './redis-source.js';
import { serveQueue, type WorkerOptions, type WorkerTold } from './redis-worker.js';
import type { Row } from './rows.js';
import type { Frame, RunJob } from './run-job.js';
import { type QueuedRun, runKind } from './run-kind.js';
import { runEntry } from './sweep.js';
import type { Trust } from './trust.js';

/** Takes runs from a queue until `signal` aborts; what is under way then is given back. */
export async function runWorker(
  link: Link,
  { trust, ...options }: WorkerOptions & { readonly trust: Trust },
): Promise<WorkerTold> {
  const folder = makeScratch('mooring-worker');
  const partOf = (hash: string) => readPart(link, hash);
  const unpack = createUnpacker(folder, partOf);
  const refuseUntrusted = async (packed: QueuedRun['packed']): Promise<void> => {
    if (!trust.isLimited) return;
    for (const hash of codeOf(packed)) {
      const part = await partOf(hash);
      if (trust.has(part)) continue;
      options.tell(`not trusted: ${part.name}, --trust ${hash}`);
      throw new MooringError(ERROR.MOORING_ERR_JOBS_UNTRUSTED, `${part.name} is not trusted`, { hash });
    }
  };
  const prepare = async (data: unknown): Promise<RunJob> => {
    const packed: unknown = Object(data).packed;
    try {
      refusePaths(packed);
      await refuseUntrusted(packed);
    } catch (error) {
      const isRefusal = error instanceof MooringError && error.code === ERROR.MOORING_ERR_JOBS_UNTRUSTED;
      throw isRefusal ? new Refusal(error) : error;
    }
    return { scenario: await unpack(packed), rows: {} };
  };
  try {
    const work = { kind: runKind(), prepare, entry: runEntry(), words: wordsOf };
    return await serveQueue<RunJob, readonly Row[]>(link, work, options);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function readPart({ redis }: Link, hash: string): Promise<Part & Pick<StoredPart, 'signature'>> {
  const text = await redis.get(partKey(hash));
  if (text !== null) {
    const { name, text: content, signature } = JSON.parse(text) as StoredPart;
    return { hash, name, text: content, ...(signature === undefined ? {} : { signature }) };
  }
  const message = `part ${hash}: it is not in the queue; who put the run in will put it there again`;
  throw new MooringError(ERROR.MOORING_ERR_JOB_PART, message, { hash });
}

/** How far a run was. */
function wordsOf(frame: unknown): string {
  if (frame === undefined) return 'had shown nothing yet';
  const { timeUs, durationUs } = frame as Frame;
  return `was at ${formatDuration(timeUs)} of ${formatDuration(durationUs)}`;
}
