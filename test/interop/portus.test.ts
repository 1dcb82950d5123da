import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { compile, Datapath, type Primitives } from 'mooring';
import { closeSocket, MessageSocket, openSocket, RECEIVED, SENT, type SocketDescriptor } from 'mooring/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BUILD_MS, buildPeer, type Peer, startPeer, until, whyNoPeer } from './rust-peers.js';
import { programText } from './source-arbitrary.js';

const lacking = whyNoPeer('portus-agent');
if (lacking) console.log(`test/interop/portus: skipped, ${lacking}`);

let folder = '';
beforeAll(() => {
  if (!lacking) folder = buildPeer('portus-agent');
}, BUILD_MS);

describe.skipIf(lacking)('the original portus as compiler', () => {
  // Answers in the order of the sources: `rows HEX` or `refused KIND …`.
  const askPortus = (sources: readonly string[]): string[] => {
    const input = sources.map((source, index) => `${index} ${Buffer.from(source).toString('hex')}\n`).join('');
    const { status, stdout, stderr } = spawnSync(join(folder, 'portus-compile'), {
      input,
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    });
    expect(status, stderr).toBe(0);
    return stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.slice(line.indexOf(' ') + 1));
  };
  const ours = (source: string): string => {
    const result = compile(source);
    return result.ok
      ? `rows ${Buffer.from(result.program.rows()).toString('hex')}`
      : result.diagnostics.map(String).join();
  };

  const file = '../shared/vectors/lang.jsonl';
  it.skipIf(!existsSync(file))('gives the vectors, today as when they were made', () => {
    const vectors = readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { id: string; source: string; rows?: string[]; error?: string });
    const answers = askPortus(vectors.map(({ source }) => source));
    const differing = vectors.filter(({ rows, error }, index) => {
      const answer = answers[index]!;
      return rows ? answer !== `rows ${rows.join('')}` : !answer.startsWith(`refused ${error}`);
    });
    expect(differing.map(({ id }) => id)).toEqual([]);
    expect(vectors.length).toBeGreaterThan(100);
  });

  it('gives our rows for random programs', () => {
    const batch = fc.array(programText, { minLength: 400, maxLength: 400 });
    let compared = 0;
    fc.assert(
      fc.property(batch, (sources) => {
        const answers = askPortus(sources);
        for (const [index, source] of sources.entries()) {
          // Past its limits portus refuses; we may tell the same otherwise, but not accept.
          if (answers[index]!.startsWith('rows ')) compared += 1;
          else if (!compile(source).ok) continue;
          expect(ours(source), source).toBe(answers[index]);
        }
      }),
      { numRuns: 10, endOnFailure: true },
    );
    expect(compared).toBeGreaterThan(3000);
  }, 120_000);
});

describe.skipIf(lacking)('our datapath with the original portus as agent', () => {
  const own = lacking ? '' : mkdtempSync(join(tmpdir(), 'mooring-portus-'));
  afterAll(() => own && rmSync(own, { recursive: true }));
  const rounds = 6;
  const mss = 1448;
  const cwndOf = (sockId: number, report: number) => 10_000 + 100 * sockId + report;
  const rateOf = (sockId: number, report: number) => 500_000 + 10 * sockId + report;

  // Our datapath behind a socket, in lockstep with its agent.
  class Driver {
    readonly datapath = new Datapath({ id: 3, maxFlows: 1024, maxPrograms: 10, fallbackUs: 1e9 });
    readonly #descriptor: SocketDescriptor;
    readonly #socket: MessageSocket;
    readonly #agent: number;
    readonly #bytes: Uint8Array<ArrayBuffer>;
    readonly #messages = new Map<number, number>();
    readonly codes = new Set<number>();
    nowUs = 1_000_000;

    constructor(path: string, agent: string) {
      this.#descriptor = openSocket('unix', { path });
      this.#socket = new MessageSocket(this.#descriptor);
      this.#agent = this.#socket.peerAt(agent);
      this.#bytes = new Uint8Array(this.#socket.receiveBytes);
    }

    send(message: Uint8Array): void {
      while (this.#socket.send(this.#agent, message) === SENT.FULL) this.take(1);
    }

    take(timeoutMs: number): void {
      for (let wait = timeoutMs; ; wait = 0) {
        const length = this.#socket.receive(this.#bytes, wait);
        if (length === RECEIVED.NOTHING) return;
        expect(length).toBeGreaterThan(0);
        const sockId = new DataView(this.#bytes.buffer).getUint32(4, true);
        this.#messages.set(sockId, (this.#messages.get(sockId) ?? 0) + 1);
        this.codes.add(this.datapath.handle(this.#bytes.subarray(0, length), this.nowUs));
      }
    }

    messagesOf(sockId: number): number {
      return this.#messages.get(sockId) ?? 0;
    }

    waitFor(flows: number, count: number): void {
      const giveUpMs = Date.now() + 30_000;
      for (let sockId = 1; sockId <= flows; ) {
        if (this.messagesOf(sockId) >= count) sockId += 1;
        else if (Date.now() > giveUpMs) throw new Error(`flow ${sockId} has no message ${count}`);
        else this.take(20);
      }
    }

    close(): void {
      closeSocket(this.#descriptor);
    }
  }

  const start = async (name: string): Promise<Peer> => {
    const peer = startPeer(join(folder, 'portus-agent'), [name]);
    await Promise.race([peer.ended, until(() => peer.lines()[0] === 'ready')]);
    return peer;
  };

  it.each([1, 50, 1000])(
    '%i flows: every report arrives, every window and rate is applied, two programs',
    async (flows) => {
      const name = `mooring-interop-${process.pid}-${flows}`;
      const peer = await start(name);
      const driver = new Driver(join(own, `datapath-${flows}`), `/tmp/ccp/${name}`);
      const told = Array.from({ length: flows + 1 }, () => ({ cwnd: [] as number[], rate: [] as number[] }));
      const keep = (list: number[], value: number | undefined) => {
        if (value !== undefined && list.at(-1) !== value) list.push(value);
      };
      try {
        driver.send(driver.datapath.ready());
        for (let index = 1; index <= flows; index += 1) {
          const info = {
            initCwnd: 10 * mss,
            mss,
            srcIp: 0x0100_007f,
            srcPort: 10_000 + index,
            dstIp: 0x0200_007f,
            dstPort: 5001,
          };
          const { sockId, message } = driver.datapath.startFlow(info, driver.nowUs);
          expect(sockId).toBe(index);
          driver.send(message);
          driver.take(0);
        }
        driver.waitFor(flows, 1);
        for (let round = 1; round <= rounds + 1; round += 1) {
          driver.nowUs += 1000;
          for (let sockId = 1; sockId <= flows; sockId += 1) {
            const { cwnd, rate } = told[sockId]!;
            const primitives: Primitives = {
              bytesAcked: 1000 * round + sockId,
              packetsAcked: 1,
              rttSampleUs: 20_000 + round,
              sndCwnd: cwnd.at(-1) ?? 10 * mss,
              sndRate: rate.at(-1) ?? 0,
            };
            const { code, cwndBytes, rateBytesPerSecond, messages } = driver.datapath.invoke(
              sockId,
              primitives,
              driver.nowUs,
            );
            expect(code).toBe(0);
            keep(cwnd, cwndBytes);
            keep(rate, rateBytesPerSecond);
            expect(messages).toHaveLength(1);
            driver.send(messages[0]!);
            driver.take(0);
          }
          driver.waitFor(flows, round + 1);
        }
        for (let sockId = 1; sockId <= flows; sockId += 1)
          driver.send(driver.datapath.endFlow(sockId, driver.nowUs).message);
        peer.child.stdin!.end();
        // What comes after the flows are closed is for nobody; portus must not wait for room for it.
        await until(() => {
          driver.take(0);
          return peer.child.exitCode !== null;
        });
        await peer.ended;

        expect([...driver.codes].filter((code) => code !== 0)).toEqual([]);
        const lines = new Set(peer.lines());
        for (let sockId = 1; sockId <= flows; sockId += 1) {
          expect(told[sockId]).toEqual({
            cwnd: Array.from({ length: rounds + 1 }, (_, n) => cwndOf(sockId, n)),
            rate: Array.from({ length: rounds }, (_, n) => rateOf(sockId, n + 1)),
          });
          for (let n = 1; n <= rounds + 1; n += 1) {
            const second = n === 3 || n === 4;
            expect(lines).toContain(
              `report ${sockId} ${n} ${second ? `second ${20_000 + n}` : `first ${1000 * n + sockId}`}`,
            );
          }
          expect(lines).toContain(`close ${sockId} ${rounds + 1}`);
        }
        expect(lines.size).toBe(1 + flows * (rounds + 2));
      } finally {
        driver.close();
        peer.child.kill();
      }
    },
  );

  it('behind `mooring datapath`, in real time: every flow has the window and rate it was told last', async () => {
    const name = `mooring-interop-${process.pid}-live`;
    const peer = await start(name);
    try {
      const words = ['datapath', '--agent', `/tmp/ccp/${name}`, '--path', join(own, 'live'), '--flows', '5'];
      const live = startPeer(process.execPath, ['dist/cli.js', ...words, '--duration', '2s', '--json']);
      await live.ended;
      const state = JSON.parse(live.lines().join('\n')) as {
        messagesRefused: number;
        sendFailures: number;
        flows: { sockId: number; cwndBytes: number; rateBytesPerSecond: number; reports: number }[];
      };
      expect(state.messagesRefused).toBe(0);
      expect(state.flows).toHaveLength(5);
      for (const { sockId, cwndBytes, rateBytesPerSecond, reports } of state.flows) {
        // Answers to the last reports may be under way or staged, more where portus waits for a processor; a
        // report that found its queue full is lost.
        const applied = cwndBytes - cwndOf(sockId, 0);
        expect(applied).toBeGreaterThan(0);
        expect(applied).toBeLessThanOrEqual(reports);
        expect(rateBytesPerSecond).toBe(rateOf(sockId, applied));
      }
    } finally {
      peer.child.stdin!.end();
      await peer.ended;
    }
  });
});
