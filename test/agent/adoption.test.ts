import { AlgBase, Datapath, decodeMessage, encodeMessage, type Message } from 'mooring';
import { describe, expect, it } from 'vitest';
import { Agent, type AgentOutputs } from '../../src/agent/index.js';

const PROGRAM =
  '(def (Report (volatile acked 0))) (when true (:= Report.acked (+ Report.acked Ack.bytes_acked)) (report))';
const WINDOW = 99_000;

class Sets extends AlgBase {
  override onCreate() {
    this.datapath.install(PROGRAM);
  }
  override onReport() {
    this.datapath.updateField('Cwnd', WINDOW);
  }
}

const make = () => new Agent({ algorithms: { sets: Sets } });
const at = '/tmp/ccp/dp';
const create = (sid: number) =>
  encodeMessage({ type: 'create', sid, initCwnd: 14_480, mss: 1448, srcIp: 1, srcPort: sid, dstIp: 2, dstPort: 80 });
const measure = (sid: number, programUid: number, fields: readonly (number | bigint)[]) =>
  encodeMessage({ type: 'measure', sid, programUid, fields: fields.map(BigInt) });
const sent = ({ messages }: AgentOutputs) =>
  messages.map(({ bytes }) => {
    const decoded = decodeMessage(bytes);
    if (!decoded.ok) throw new Error(decoded.message);
    return decoded.message;
  });
const changes = (messages: Message[]) =>
  messages.filter((message): message is Message & { type: 'changeProg' } => message.type === 'changeProg');
const kinds = ({ events }: AgentOutputs) => events.map(({ kind }) => kind);

describe('flows that run when an agent begins', () => {
  it('of our datapath are announced again: it is asked when a flow nobody knows reports', () => {
    const datapath = new Datapath();
    const info = { initCwnd: 14_480, mss: 1448, srcIp: 1, srcPort: 1, dstIp: 2, dstPort: 2 };
    const flows = [1, 2, 3].map(() => datapath.startFlow(info, 0));
    const first = make();
    for (const { message } of flows)
      for (const { bytes } of first.handle(message, at, 0).messages) datapath.handle(bytes, 1);
    // The first agent dies without a word. One flow's report is enough for the next agent to hear of all.
    const second = make();
    const obeyed = new Set<number>();
    for (let now = 1_000_000; now < 4_000_000 && obeyed.size < 3; now += 50_000) {
      for (const { sockId } of flows) {
        if (now < 1_500_000 && sockId !== 2) continue;
        const { messages, cwndBytes } = datapath.invoke(sockId, { bytesAcked: 1448, packetsAcked: 1 }, now);
        if (cwndBytes === WINDOW) obeyed.add(sockId);
        for (const message of messages)
          for (const { bytes } of second.handle(message, at, now).messages) datapath.handle(bytes, now);
      }
      for (const { bytes } of second.tick(now).messages) datapath.handle(bytes, now);
    }
    expect([...obeyed].sort()).toEqual([1, 2, 3]);
    expect([...second.flows()].map(({ sockId }) => sockId)).toEqual([1, 2, 3]);
  });

  it('of one that never announces them are taken as the agent before had them', () => {
    const agent = make();
    for (const sid of [4, 9]) agent.remember(create(sid), at);
    expect(sent(agent.poke(at, 0)).map(({ type }) => type)).toContain('install');
    expect(kinds(agent.tick(299_000))).toEqual([]);
    const taken = agent.tick(300_000);
    expect(taken.events.filter(({ kind }) => kind === 'flowAdopted')).toMatchObject([
      { kind: 'flowAdopted', address: at, sockId: 4, by: 'remembered' },
      { kind: 'flowAdopted', address: at, sockId: 9, by: 'remembered' },
    ]);
    expect(changes(sent(taken)).map(({ sid }) => sid)).toEqual([4, 9]);
    const [flow] = [...agent.flows()];
    agent.handle(measure(4, flow!.programUid!, [1448]), at, 400_000);
    // The other says nothing: it is gone, and its number may be another's.
    const later = agent.tick(31_000_000);
    expect(later.events).toEqual([{ kind: 'flowClosed', address: at, sockId: 9, reason: 'neverHeard' }]);
    expect([...agent.flows()].map(({ sockId }) => sockId)).toEqual([4]);
    agent.tick(32_000_000);
    expect(agent.nextWakeupUs()).toBe(Number.POSITIVE_INFINITY);
  });

  it('that are remembered are left out where the datapath announces its flows again, for it is without them', () => {
    const agent = make();
    for (const sid of [4, 9]) agent.remember(create(sid), at);
    agent.poke(at, 0);
    agent.handle(create(4), at, 1000);
    for (let now = 100_000; now < 3_000_000; now += 100_000)
      expect(kinds(agent.tick(now))).not.toContain('flowAdopted');
    expect([...agent.flows()].map(({ sockId }) => sockId)).toEqual([4]);
  });

  it('and are remembered by nobody are measured: window, segment; addresses are unknown', () => {
    const agent = make();
    agent.handle(measure(7, 3, [1]), at, 0);
    expect(sent(agent.tick(200_000)).map(({ type }) => type)).toContain('install');
    const asked = sent(agent.tick(500_000));
    const [change] = changes(asked);
    expect(change).toMatchObject({ sid: 7, updates: [] });
    // It counts from the switch on.
    expect(kinds(agent.handle(measure(7, change!.programUid, [0, 0, 14_480]), at, 510_000))).toEqual(['unknownFlow']);
    const taken = agent.handle(measure(7, change!.programUid, [14_480, 10, 20_000]), at, 520_000);
    expect(taken.events).toContainEqual({
      ...{ kind: 'flowAdopted', address: at, sockId: 7, by: 'measured' },
      info: expect.objectContaining({ sockId: 7, address: at, initCwnd: 20_000, mss: 1448, srcIp: 0 }),
    });
    expect(changes(sent(taken)).map(({ sid }) => sid)).toEqual([7]);
    agent.handle(measure(7, changes(sent(taken))[0]!.programUid, [1448]), at, 530_000);
    expect([...agent.flows()][0]).toMatchObject({ sockId: 7, cwndBytes: WINDOW });
  });

  it('are all heard before their datapath is asked: it empties its table then, and the rest would be silent', () => {
    const agent = make();
    const flows = Array.from({ length: 20 }, (_, index) => index + 1);
    for (const sid of flows) {
      const outputs = agent.handle(measure(sid, 3, [1]), at, sid * 9_000);
      expect([sid, sent(outputs), sent(agent.tick(sid * 9_000))]).toEqual([sid, [], []]);
    }
    const asked = sent(agent.tick(209_000));
    expect(asked.filter(({ type }) => type === 'install')).toHaveLength(1);
    expect(changes(asked)).toEqual([]);
    expect(changes(sent(agent.tick(509_000))).map(({ sid }) => sid)).toEqual(flows);
  });

  it('leave nothing due behind that was done: a datapath may be asked when it is time to settle', () => {
    const agent = make();
    agent.remember(create(1), at);
    agent.handle(measure(1, 3, [1]), at, 0);
    agent.handle(measure(7, 3, [1]), at, 1000);
    agent.disconnect(at, 2000);
    agent.handle(measure(8, 3, [1]), at, 3000);
    agent.poke(at, 4000, [8, 9]);
    for (const now of [40_000_000, 80_000_000, 120_000_000]) {
      agent.tick(now);
      expect(agent.nextWakeupUs()).toBeGreaterThan(now);
    }
  });

  it('of a module that knows numbers only are all looked for', () => {
    const agent = make();
    agent.poke(
      'kernel',
      0,
      Array.from({ length: 20 }, (_, i) => i + 1),
    );
    expect(changes(sent(agent.tick(300_000))).map(({ sid }) => sid)).toEqual(
      Array.from({ length: 20 }, (_, i) => i + 1),
    );
    for (let now = 1e6; now < 40e6; now += 1e6) agent.tick(now);
    expect(agent.nextWakeupUs()).toBe(Number.POSITIVE_INFINITY);
  });

  it('are forgotten with READY: a datapath that begins has none', () => {
    const agent = make();
    agent.remember(create(4), at);
    agent.poke(at, 0);
    agent.handle(encodeMessage({ type: 'ready', id: 1 }), at, 1000);
    expect(kinds(agent.tick(400_000))).toEqual([]);
    expect([...agent.flows()]).toEqual([]);
  });

  it('of strangers fill no table: so many are asked, for so long', () => {
    const agent = make();
    let asked = 0;
    for (let sid = 1; sid <= 70_000; sid += 1) agent.handle(measure(sid, 3, [1]), `${at}${sid % 5000}`, 0);
    for (let now = 300_000; now < 40e6; now += 1e6) asked += changes(sent(agent.tick(now))).length;
    expect(asked).toBeLessThanOrEqual(65_536);
    expect(agent.nextWakeupUs()).toBe(Number.POSITIVE_INFINITY);
  });
});
