// A thread that makes captures into tables: each message is a job; it answers with frames while it goes on, then with the
// outcome, after which it is idle.
import { parentPort } from 'node:worker_threads';
import { makeCapture } from '../node/dataset/index.js';

parentPort?.on('message', async (job) => {
  const outcome = await makeCapture(job, (frame) => parentPort?.postMessage({ frame }));
  parentPort?.postMessage({ outcome, idle: true });
});
