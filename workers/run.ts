// A thread that runs scenarios: each message is a job; it answers with frames while it goes on, and
// with the outcome.
import { parentPort } from 'node:worker_threads';
import { runJob } from '../src/node/sim/run-job.js';

parentPort?.on('message', async (job) => {
  const outcome = await runJob(job, (frame) => parentPort?.postMessage({ frame }));
  parentPort?.postMessage({ outcome });
});
