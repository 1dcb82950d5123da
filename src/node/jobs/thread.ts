import type { Writable } from 'node:stream';
import { Worker, type WorkerOptions } from 'node:worker_threads';

/** A thread whose standard output, which is what algorithms print, goes to `logs` where there is one. */
export function startThread(entry: URL, logs: Writable | undefined, options: WorkerOptions = {}): Worker {
  const worker = new Worker(entry, { ...options, stdout: logs !== undefined });
  // Not a pipe: each would hang listeners of its own on what all threads share.
  if (logs) worker.stdout.on('data', (chunk: Uint8Array) => void logs.write(chunk));
  return worker;
}
