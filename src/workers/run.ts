// A thread that runs scenarios: each message is a job; it answers with frames while it goes on, with
// the outcome, and that it is idle again, which it never is where an algorithm left an endless promise.
import { parentPort, workerData } from 'node:worker_threads';
import { type RunThreadData, runJob } from '../node/jobs/index.js';

const { stop } = (workerData ?? {}) as Partial<RunThreadData>;
const isStopped = (): boolean => stop !== undefined && Atomics.load(stop, 0) !== 0;

parentPort?.on('message', async (job) => {
  const outcome = await runJob(job, (frame) => parentPort?.postMessage({ frame }), isStopped);
  parentPort?.postMessage({ outcome });
  setImmediate(() => parentPort?.postMessage({ idle: true }));
});
