// An agent that can be killed: node agent.mjs SOCKET WORKERS; with `relayed` for WORKERS a helper holds its socket. It tells
// the process that began it when it is there.
import { ALGORITHMS } from '../../dist/index.js';
import { connect, relayTransport } from '../../dist/node.js';

const [path, workers] = process.argv.slice(2);
if (workers === 'relayed') await connect(await relayTransport('unix', { path }), ALGORITHMS.reno);
else await connect('unix', 'reno', { socket: { path }, workers: Number(workers) });
process.send('there');
setInterval(() => {}, 1000);
