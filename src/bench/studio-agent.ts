import { Aimd } from '../algorithms/index.js';
import { connect, LiveFeed } from '../node/agent/index.js';
import { createChannel, serveWebSocket } from '../node/transports/index.js';
import { decodeMessages, encodeMessage } from '../wire/index.js';
import { AIMD_REPORT } from './aimd-report.js';

const MSS = 1448;

/** An agent to be watched, whose flows are made up: each reports every `everyMs`. */
export interface WatchedAgent {
  readonly url: string;
  close(): Promise<void>;
}

export async function watchedAgent(flows: number, everyMs: number): Promise<WatchedAgent> {
  const server = await serveWebSocket({ port: 0 });
  const channel = createChannel();
  const agent = await connect(channel.transport, Aimd);
  const feed = new LiveFeed(agent, { version: 'bench', algorithm: 'aimd', ipc: 'channel', canSet: false });
  server.onLive((viewer) => feed.join(viewer));
  const datapath = channel.datapath();
  const programs = new Map<number, number>();
  datapath.onMessage((bytes) => {
    for (const decoded of decodeMessages(bytes))
      if (decoded.ok && decoded.message.type === 'changeProg')
        programs.set(decoded.message.sid, decoded.message.programUid);
  });
  datapath.send(encodeMessage({ type: 'ready', id: 1 }));
  for (let sid = 1; sid <= flows; sid += 1) {
    const ends = { srcIp: 0x0100000a, srcPort: sid, dstIp: 0x0200000a, dstPort: 0xbb01 };
    datapath.send(encodeMessage({ type: 'create', sid, initCwnd: 10 * MSS, mss: MSS, ...ends }));
  }
  let turn = 0;
  const timer = setInterval(() => {
    turn += 1;
    for (const [sid, programUid] of programs) {
      // Round trips that rise and fall, and now and then a loss: curves that do not stand still.
      const rttUs = 20_000 + Math.round(4000 * Math.sin(turn / 10 + sid));
      const lost = (turn + sid) % 97 === 0 ? 1 : 0;
      const fields = [AIMD_REPORT[0]!, lost, ...AIMD_REPORT.slice(2, -1), rttUs];
      datapath.send(encodeMessage({ type: 'measure', sid, programUid, fields }));
    }
  }, everyMs);
  return {
    url: server.url,
    async close() {
      clearInterval(timer);
      feed.close();
      await agent.close();
      await server.close();
    },
  };
}
