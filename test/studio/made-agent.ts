import { Aimd, decodeMessages, encodeMessage } from 'mooring';
import { connect, createChannel, LiveFeed, serveWebSocket } from 'mooring/node';

/** An agent that is watched, with so many flows that are made up: each reports every `everyMs`. */
export async function madeAgent(flows: number, everyMs: number) {
  const server = await serveWebSocket({ port: 0 });
  const channel = createChannel();
  const agent = await connect(channel.transport, Aimd);
  const feed = new LiveFeed(agent, { version: 'test', algorithm: 'aimd', ipc: 'channel', canSet: true });
  server.onLive((viewer) => feed.join(viewer));
  agent.events.on((event) => feed.tell(event));
  const datapath = channel.datapath();
  const programs = new Map<number, number>();
  datapath.onMessage((bytes) => {
    for (const decoded of decodeMessages(bytes))
      if (decoded.ok && decoded.message.type === 'changeProg')
        programs.set(decoded.message.sid, decoded.message.programUid);
  });
  datapath.send(encodeMessage({ type: 'ready', id: 1 }));
  for (let sid = 1; sid <= flows; sid += 1) {
    const to = { srcIp: 0x0100000a, srcPort: sid, dstIp: 0x0200000a, dstPort: 0xbb01 };
    datapath.send(encodeMessage({ type: 'create', sid, initCwnd: 14_480, mss: 1448, ...to }));
  }
  let turn = 0;
  const timer = setInterval(() => {
    turn += 1;
    for (const [sid, programUid] of programs) {
      const rtt = 20_000 + Math.round(4000 * Math.sin(turn / 10 + sid));
      datapath.send(
        encodeMessage({ type: 'measure', sid, programUid, fields: fieldsOf(rtt, (turn + sid) % 97 === 0) }),
      );
    }
  }, everyMs);
  return {
    url: server.url,
    agent,
    async close() {
      clearInterval(timer);
      feed.close();
      await agent.close();
      await server.close();
    },
  };
}

/** acked, loss, timeout, used, inflight and rtt, as Aimd's program has them. */
function fieldsOf(rtt: number, lost: boolean): number[] {
  return [14_480, lost ? 1 : 0, 0, 14_480, 28_960, rtt];
}
