// Runs an agent in a process of its own: node supervised.mjs SOCKET WORKERS; events on stdout, a JSON line each.

import { connect } from '../../../dist/node.js';
import * as algorithms from './failing-algorithms.mjs';

const [path, workers] = [process.argv[2], Number(process.argv[3])];
const source = workers === 0 ? algorithms : new URL('./failing-algorithms.mjs', import.meta.url);
const agent = await connect('unix', source, {
  socket: { path },
  default: 'good',
  watchdogMs: 2000,
  firstCallMs: 2000,
  ...(workers === 0 ? {} : { workers, workerMemoryMb: 64 }),
});
agent.events.on((event) => console.log(JSON.stringify(event)));
console.log(JSON.stringify({ kind: 'agentReady' }));
agent.closed.catch(({ message }) => {
  console.log(JSON.stringify({ kind: 'agentEnded', message }));
  process.exitCode = 1;
});
process.on('SIGTERM', () => void agent.close());
