// A thread that runs scenarios: each message is a job; it answers with frames while it goes on, with
// the outcome, and that it is idle again, which it never is where an algorithm left an endless promise.
import { parentPort } from 'node:worker_threads';
import { runJob } from '../src/node/jobs/index.js';

parentPort?.on('message', async (job) => {
  const outcome = await runJob(job, (frame) => parentPort?.postMessage({ frame }));
  parentPort?.postMessage({ outcome });
  setImmediate(() => parentPort?.postMessage({ idle: true }));
});
