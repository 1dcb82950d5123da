// A thread that runs a CCP agent for its share of the flows, or reads the socket for those that do.
import { parentPort } from 'node:worker_threads';
import { serve } from '../client/index.js';
import { createWorkerService, threadEndpoint } from '../node/agent/index.js';

if (!parentPort) throw new Error('workers/agent.js is started as a worker thread by connect().');
serve(createWorkerService(), threadEndpoint(parentPort));
