import type { Writable } from 'node:stream';
import {
  openLink,
  parseQueueAddress,
  queueWorkers,
  readSigner,
  type SweepWorkers,
  sweepThreads,
} from '../../node/jobs/index.js';
import { tell } from '../output.js';

/** Who does runs, as options say. */
export interface WorkersCliOptions {
  readonly workers: number;
  readonly jobs?: string;
  readonly priority: number;
  readonly sign?: string;
}

/** Threads of this machine, or the workers of a queue. */
export async function workersOf(
  { jobs, workers: threads, priority, sign }: WorkersCliOptions,
  { logs, onWorkers }: { readonly logs?: Writable; readonly onWorkers?: (workers: number, threads: number) => void },
): Promise<{ readonly workers: SweepWorkers; close(): Promise<void> }> {
  if (jobs === undefined)
    return { workers: sweepThreads({ workers: threads, ...(logs ? { logs } : {}) }), close: async () => {} };
  const signer = sign === undefined ? {} : { sign: readSigner(sign) };
  const link = await openLink(parseQueueAddress(jobs), tell);
  const heard = onWorkers ? { onWorkers } : {};
  return { workers: queueWorkers(link, { priority, tell, ...heard, ...signer }), close: () => link.close() };
}
