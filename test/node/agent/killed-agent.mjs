// An agent that can be killed: node killed-agent.mjs SOCKET WORKERS; its counts on stdout, a JSON line every 20 ms.
import { connect } from '../../../dist/node.js';

const [path, workers] = [process.argv[2], Number(process.argv[3])];
const agent = await connect('unix', 'reno', { socket: { path }, workers });
setInterval(async () => console.log(JSON.stringify(await agent.stats())), 20);
