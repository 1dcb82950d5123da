// Our datapath, to be killed or left alone: node datapath.mjs AGENT OWN FLOWS. Told 'mark', it counts from then on
// which flows have reported to an agent; it says how many each 10 ms. What is not controlled does not report.
import { LiveDatapath } from '../../dist/node.js';

const [agent, path] = process.argv.slice(2);
const flows = Number(process.argv[4]);
// Enough for each flow that its ACKs come often.
const rateBytesPerSecond = (Math.max(10, flows) * 1e6) / 8;
const link = { rateBytesPerSecond, rttUs: 40_000, queueBytes: 2 * rateBytesPerSecond * 0.04 };
const datapath = new LiveDatapath({ agent, path, flows, ...link });
let before = new Map();
process.on('message', () => {
  before = new Map(datapath.state().flows.map(({ sockId, reports }) => [sockId, reports]));
  process.send('marked');
});
datapath.start();
setInterval(() => {
  const state = datapath.state();
  const heard = state.flows.filter(({ sockId, reports }) => reports > (before.get(sockId) ?? 0)).length;
  process.send({ heard, messagesSent: state.messagesSent });
}, 10);
process.on('disconnect', () => process.exit());
