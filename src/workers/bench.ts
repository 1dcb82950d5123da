// One case of `mooring bench vm`, measured in a thread that has run nothing else.
import { parentPort, workerData } from 'node:worker_threads';
import { timeInvocations } from '../bench/index.js';
import type { Engine } from '../datapath/index.js';

const { name, engine } = workerData as { name: string; engine: Engine };
parentPort!.postMessage(timeInvocations(name, engine));
