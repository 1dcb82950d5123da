// A thread that runs a CCP agent for its share of the flows, or reads the socket for those that do.
import { parentPort } from 'node:worker_threads';
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs';
import { serve } from '../src/client/index.js';
import { createWorkerService } from '../src/node/agent/worker.js';

if (!parentPort) throw new Error('workers/agent.js is started as a worker thread by connect().');
serve(createWorkerService(), nodeEndpoint(parentPort));
