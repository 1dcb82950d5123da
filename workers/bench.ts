// One case of `mooring bench vm`, measured in a thread that has run nothing else.
import { parentPort, workerData } from 'node:worker_threads';
import type { Engine } from '../src/datapath/index.js';
import { timeInvocations } from '../src/node/bench/vm-case.js';

const { name, engine } = workerData as { name: string; engine: Engine };
parentPort!.postMessage(timeInvocations(name, engine));
