import { expect, test, vi } from 'vitest';
import { Agent, type AgentOutputs } from '../../src/agent/index.js';
import { AlgBase } from '../../src/algorithms/index.js';
import { createRng } from '../../src/base/index.js';
import { decodeMessage, encodeMessage } from '../../src/wire/index.js';

// MOORING_SOAK_MESSAGES=100000000 npx vitest run test/agent/soak.test.ts
const messages = Number(process.env['MOORING_SOAK_MESSAGES'] ?? 300_000);
vi.setConfig({ testTimeout: 60_000 + messages / 20 });

const PROGRAM = '(def (Report (volatile acked 0))) (when true (:= Report.acked Ack.bytes_acked) (report))';
const LIVE = 2000;

class Sets extends AlgBase {
  override onCreate() {
    this.datapath.install(PROGRAM);
  }
  override onReport() {
    this.datapath.updateField('Cwnd', 20_000);
  }
}

test(`${messages} messages, flows and datapaths coming and going, in bounded memory`, () => {
  const agent = new Agent({ algorithms: { sets: Sets } });
  const rng = createRng(7);
  const info = { initCwnd: 14_480, mss: 1448, srcIp: 1, srcPort: 1, dstIp: 2, dstPort: 2 };
  const flows: Array<{ address: string; sid: number; report: Uint8Array }> = [];
  let born = 0;
  let nowUs = 0;
  let said = 0;
  let events = 0;
  const hear = (outputs: AgentOutputs) => {
    events += outputs.events.length;
    return outputs.messages;
  };
  const say = (bytes: Uint8Array, address: string) => {
    said += 1;
    return hear(agent.handle(bytes, address, nowUs));
  };
  const begin = () => {
    born += 1;
    // A datapath has 64 flows, and then another takes its place.
    const address = `/tmp/ccp/${Math.floor(born / 64)}`;
    const sid = 1 + (born % 64);
    let programUid = 1;
    for (const { bytes } of say(encodeMessage({ type: 'create', sid, ...info }), address)) {
      const decoded = decodeMessage(bytes);
      if (decoded.ok && decoded.message.type === 'changeProg') programUid = decoded.message.programUid;
    }
    flows.push({ address, sid, report: encodeMessage({ type: 'measure', sid, programUid, fields: [1448n] }) });
  };
  const end = (index: number) => {
    const { address, sid } = flows[index]!;
    say(encodeMessage({ type: 'measure', sid, programUid: 0, fields: [] }), address);
    flows[index] = flows.at(-1)!;
    flows.pop();
  };
  while (flows.length < LIVE) begin();
  const heap: number[] = [];
  for (let at = 0; said < messages; at += 1) {
    nowUs += 10;
    const { report, address } = flows[rng.nextBelow(flows.length)]!;
    say(report, address);
    if (at % 200 === 0) {
      end(rng.nextBelow(flows.length));
      begin();
    }
    if (at % 2000 === 0) hear(agent.tick(nowUs));
    // Reports of flows nobody knows, from addresses nobody knows, garbage.
    if (at % 500 === 0) say(encodeMessage({ type: 'measure', sid: 9999, programUid: 3, fields: [] }), `/tmp/x/${at}`);
    if (at % 700 === 0) say(Uint8Array.of(at, 9, 9), address);
    if (at % Math.ceil(messages / 300) === 0) heap.push(process.memoryUsage().heapUsed);
  }
  const { flows: open, datapaths, flowsCreated } = agent.stats();
  expect(open).toBe(LIVE);
  expect(datapaths).toBeLessThanOrEqual(4096);
  // What is left after collections: the least of the middle and of the last third.
  const third = Math.floor(heap.length / 3);
  const [middle, last] = [heap.slice(third, 2 * third), heap.slice(-third)].map((part) => Math.min(...part));
  const mb = [middle, last].map((bytes) => Math.round(bytes! / 1e6));
  process.stderr.write(`soak: ${JSON.stringify({ said, events, flowsCreated, datapaths, heapMb: mb })}\n`);
  if (messages >= 1e7) expect(last! / middle!).toBeLessThan(1.25);
  for (const { address } of [...flows]) hear(agent.disconnect(address, nowUs));
  expect(agent.stats().flows).toBe(0);
});
