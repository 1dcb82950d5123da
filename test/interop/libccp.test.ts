import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AlgBase, type Report } from 'mooring';
import { type AgentHandle, connect } from 'mooring/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BUILD_MS, buildPeer, type Peer, startPeer, until, whyNoPeer } from './rust-peers.js';

const lacking = whyNoPeer('libccp-datapath');
if (lacking) console.log(`test/interop/libccp: skipped, ${lacking}`);

const FIRST = `
(def (Report (volatile acked 0)))
(when true (:= Report.acked (+ Report.acked Ack.bytes_acked)) (report))`;
const SECOND = `
(def (Report (volatile rtt 0)) (limit 0))
(when true (:= Report.rtt (max Report.rtt Flow.rtt_sample_us)) (report))`;

/** No flow counts as silent, however busy the machine: each message is then the answer to one report. */
const PATIENT = { silentUs: 3_600_000_000 };

const cwndOf = (sid: number, report: number) => 10_000 + 100 * sid + report;
const rateOf = (sid: number, report: number) => 500_000 + 10 * sid + report;

// What our algorithm saw, by flow.
interface Seen {
  readonly reports: string[];
  closed: boolean;
}

function scripted(seen: Map<number, Seen>) {
  return class Scripted extends AlgBase {
    readonly #seen: Seen = { reports: [], closed: false };
    #second = false;
    static datapathPrograms() {
      return { first: FIRST, second: SECOND };
    }
    override onCreate() {
      const { sockId } = this.datapathInfo;
      expect(this.datapathInfo).toMatchObject({ mss: 1448, initCwnd: 14_480, srcPort: 10_000 + sockId });
      expect(seen.has(sockId)).toBe(false);
      seen.set(sockId, this.#seen);
      this.datapath.setProgram('first', { Cwnd: cwndOf(sockId, 0) });
    }
    override onReport(report: Report) {
      const { sockId } = this.datapathInfo;
      const fields = report as unknown as Record<string, number>;
      this.#seen.reports.push(this.#second ? `second ${fields['rtt']}` : `first ${fields['acked']}`);
      const n = this.#seen.reports.length;
      const told = { Cwnd: cwndOf(sockId, n), Rate: rateOf(sockId, n) };
      if (n !== 2 && n !== 4) return this.datapath.updateFields(told);
      this.#second = n === 2;
      this.datapath.setProgram(this.#second ? 'second' : 'first', told);
    }
    override close() {
      this.#seen.closed = true;
    }
  };
}

describe.skipIf(lacking)('our agent with the original libccp as datapath', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mooring-libccp-'));
  let program = '';
  beforeAll(() => {
    program = join(buildPeer('libccp-datapath'), 'libccp-datapath');
  }, BUILD_MS);
  afterAll(() => rmSync(folder, { recursive: true }));

  const rounds = 6;

  // Lets libccp have its flows, and checks that each was told every window and rate there is, in order.
  const drive = async (agentPath: string, own: string, flows: number) => {
    const peer = startPeer(program, [join(folder, own), agentPath, String(flows), String(rounds)]);
    await Promise.race([peer.ended, until(() => peer.lines().at(-1)?.startsWith('refused') === true)]);
    const lines = peer.lines();
    expect(lines.at(-1)).toBe('refused ');
    expect(lines).toHaveLength(flows + 1);
    for (let sid = 1; sid <= flows; sid += 1) {
      const [, , , count, , cwnd, , rate, , errors] = lines[sid - 1]!.split(' ');
      // The answer to the last report finds the flow closed, or not yet: one message more or less.
      expect(Number(count)).toBeGreaterThanOrEqual(1 + rounds);
      expect(Number(count)).toBeLessThanOrEqual(2 + rounds);
      expect(errors).toBe('');
      expect(cwnd).toBe(Array.from({ length: rounds + 1 }, (_, n) => cwndOf(sid, n)).join(','));
      expect(rate).toBe(Array.from({ length: rounds }, (_, n) => rateOf(sid, n + 1)).join(','));
    }
    return peer;
  };
  const untilAllClosed = async (agent: AgentHandle, ...peers: readonly Peer[]) => {
    await until(async () => (await agent.stats()).flows === 0);
    for (const peer of peers) {
      peer.child.stdin!.end();
      await peer.ended;
    }
  };

  it.each([1, 50, 1000])('%i flows: every report arrives, every window and rate is applied', async (flows) => {
    const path = join(folder, `agent-${flows}`);
    const seen = new Map<number, Seen>();
    const kinds = new Set<string>();
    const agent = await connect('unix', scripted(seen), { ...PATIENT, socket: { path } });
    agent.events.on(({ kind }) => kinds.add(kind));
    try {
      const peer = await drive(path, `datapath-${flows}`, flows);
      await untilAllClosed(agent);
      // Nothing happened that was not meant to.
      expect([...kinds].sort()).toEqual(['datapathReady', 'flowClosed', 'flowCreated']);
      await untilAllClosed(agent, peer);
      expect(seen.size).toBe(flows);
      for (const [sid, { reports, closed }] of seen) {
        const expected = Array.from({ length: rounds + 1 }, (_, at) =>
          at === 2 || at === 3 ? `second ${20_001 + at}` : `first ${1000 * (at + 1) + sid}`,
        );
        expect({ sid, reports, closed }).toEqual({ sid, reports: expected, closed: true });
      }
    } finally {
      await agent.close();
    }
  });

  it.each([
    { workers: 1, blocking: true },
    { workers: 2, blocking: true },
    { workers: 1, blocking: false },
  ])('the same from worker threads: %o', async (threads) => {
    const path = join(folder, `agent-${threads.workers}-${threads.blocking}`);
    const agent = await connect('unix', new URL('./scripted.mjs', import.meta.url), {
      ...PATIENT,
      ...threads,
      socket: { path },
    });
    try {
      await untilAllClosed(agent, await drive(path, `datapath-${threads.workers}-${threads.blocking}`, 200));
    } finally {
      await agent.close();
    }
  });

  it('several libccp datapaths at once, with the same flow numbers', async () => {
    const path = join(folder, 'agent-several');
    const agent = await connect('unix', new URL('./scripted.mjs', import.meta.url), { ...PATIENT, socket: { path } });
    try {
      const peers = await Promise.all(['a', 'b', 'c'].map((name) => drive(path, `datapath-${name}`, 100)));
      await untilAllClosed(agent, ...peers);
    } finally {
      await agent.close();
    }
  });
});
