// A thread that runs scenarios: each message is a job; it answers with frames while it goes on, with the outcome, and,
// all it printed told, that it is idle again, which it never is where an algorithm left an endless promise.
import { parentPort, workerData } from 'node:worker_threads';
import { type RunThreadData, runJob } from '../node/jobs/index.js';

const { stop } = (workerData ?? {}) as Partial<RunThreadData>;
const isStopped = (): boolean => stop !== undefined && Atomics.load(stop, 0) !== 0;

parentPort?.on('message', async (job) => {
  const outcome = await runJob(job, (frame) => parentPort?.postMessage({ frame }), isStopped);
  parentPort?.postMessage({ outcome });
  setImmediate(async () => {
    await Promise.all([printed(process.stdout), printed(process.stderr)]);
    parentPort?.postMessage({ idle: true });
  });
});

/** What was printed has reached the other thread, which ends this one once it is idle. */
function printed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.write('', () => resolve());
  });
}
