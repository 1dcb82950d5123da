import { expect, onTestFailed, test, vi } from 'vitest';
import { Agent, type AgentOutputs, createLedger } from '../../src/agent/index.js';
import { ALGORITHMS, AlgBase, type Algorithm } from '../../src/algorithms/index.js';
import { createRng } from '../../src/base/index.js';
import { describeEvent } from '../../src/node/agent/describe-event.js';
import { decodeMessage, encodeMessage } from '../../src/wire/index.js';
import { SECONDS, SEED, tellRan } from './time.js';

vi.setConfig({ testTimeout: SECONDS * 1000 + 120_000 });

const TEXTS = [
  '(def (Report (volatile a 0))) (when true (:= Report.a Ack.bytes_acked) (report))',
  '(def (Report (volatile a 0) (b 7)) (c 5)) (when (> Micros 10000) (:= Report.b c) (report) (:= Micros 0))',
  '(def (c 0)) (when true (:= Cwnd c))',
  '(def (Report.x 0) (Report.x 0)) (when true (report))',
  '(when true (nonsense',
  '',
];

/** Whatever can be thrown. */
const THROWN: ReadonlyArray<() => unknown> = [
  () => new Error('x'),
  () => undefined,
  () => null,
  () => 7n,
  () => Symbol('x'),
  () => () => 1,
  () => Object.assign(new Error('x'), { message: () => 1, stack: 7, code: Symbol('c'), detail: { f: () => 1, n: 1n } }),
  () =>
    Object.defineProperty(new Error('x'), 'stack', {
      get: () => {
        throw new Error('inner');
      },
    }),
  () =>
    new Proxy(new Error('x'), {
      get: () => {
        throw 1;
      },
      getPrototypeOf: () => {
        throw 1;
      },
    }),
  () =>
    Object.assign(Object.create(null), {
      toString: () => {
        throw 2;
      },
    }),
];

test('whatever comes, the agent throws nothing, its events are plain and its messages are messages', () => {
  onTestFailed(() => tellRan('agent', counts));
  const rng = createRng(SEED >>> 0);
  const below = (n: number) => Math.floor(rng.nextUnit() * n);
  const pick = <T>(list: readonly T[]): T => list[below(list.length)]!;
  const sometimes = (p: number) => rng.nextUnit() < p;
  const value = () =>
    pick<unknown>([0, 1, 14_480, 2 ** 32, 2 ** 53, -1, 1.5, Number.NaN, 10n ** 19n, 5n, '7', undefined, below(1e9)]);

  class Wild extends AlgBase {
    #act() {
      const flow = this.datapath;
      const name = pick(['Cwnd', 'Rate', 'c', 'nobody', 'constructor']);
      switch (below(12)) {
        case 0:
          throw pick(THROWN)();
        case 1:
          return Promise.reject(pick(THROWN)());
        case 2:
          flow.install(pick(TEXTS), sometimes(0.5) ? { fields: { [name]: value() as number } } : {});
          break;
        case 3:
          flow.updateFields({ [name]: value() as number, Cwnd: 20_000 });
          break;
        case 4:
          flow.after(below(1e6) - 5, () => this.#act());
          break;
        case 5:
          flow.every(below(1e6) + 1000, () => this.#act());
          break;
        case 6:
          flow.note(pick(['x', 'y', '', 'z'.repeat(65)]), value() as number);
          break;
        default:
          flow.updateField('Cwnd', 10_000 + below(1e6));
      }
      return undefined;
    }
    override onCreate() {
      this.datapath.install(pick(TEXTS.slice(0, 3)));
      if (sometimes(0.2)) return this.#act() as undefined;
    }
    override onReport() {
      return this.#act() as undefined;
    }
    override close() {
      if (sometimes(0.1)) throw pick(THROWN)();
    }
  }
  const algorithms = { wild: Wild as unknown as Algorithm, ...ALGORITHMS };
  const make = () =>
    new Agent({
      algorithms,
      default: 'wild',
      maxDatapaths: 8,
      maxFlows: 200,
      ledger: createLedger(),
      readyDelayUs: below(2) * 1000,
    });

  const addresses = Array.from({ length: 12 }, (_, i) => `/tmp/ccp/${i}\n\u001b[2J`);
  const u32 = () => pick([0, 1, 2, 1448, 14_480, 0xffff_ffff, below(2 ** 32)]);
  const sid = () => pick([0, 1, 2, 3, below(50), below(2 ** 32)]);
  const message = (): Uint8Array => {
    switch (below(8)) {
      case 0:
        return encodeMessage({ type: 'ready', id: u32() });
      case 1:
      case 2:
        return encodeMessage({
          type: 'create',
          sid: sid(),
          initCwnd: u32(),
          mss: u32(),
          srcIp: u32(),
          srcPort: u32(),
          dstIp: u32(),
          dstPort: u32(),
          ...(sometimes(0.5) ? { congAlg: pick(['wild', 'reno', 'cubic', 'nobody', '__proto__', 'toString']) } : {}),
        });
      case 3:
        return encodeMessage({ type: 'measure', sid: sid(), programUid: 0, fields: [] });
      case 4:
        return encodeMessage({ type: 'updateField', sid: sid(), updates: [] });
      default: {
        const fields = Array.from({ length: below(5) }, () => BigInt(below(2 ** 31)) << BigInt(below(34)));
        return encodeMessage({ type: 'measure', sid: sid(), programUid: pick([0, 1, 2, 3, 4, u32()]), fields });
      }
    }
  };
  const bytes = (): Uint8Array => {
    const parts = Array.from({ length: 1 + below(3) }, message);
    const whole = Uint8Array.from(parts.flatMap((part) => [...part]));
    if (sometimes(0.15)) for (let i = 0; i < 3; i += 1) whole[below(whole.length)] = below(256);
    if (sometimes(0.1)) return whole.subarray(0, below(whole.length));
    if (sometimes(0.05)) return Uint8Array.from({ length: below(300) }, () => below(256));
    return whole;
  };

  const counts = { calls: 0, events: 0, messages: 0, agents: 0 };
  const kinds = new Set<string>();
  const check = ({ messages, events }: AgentOutputs) => {
    for (const event of events) {
      kinds.add(event.kind);
      const text = JSON.stringify(event);
      expect(JSON.parse(text)).toEqual(structuredClone(event));
      expect(describeEvent(event)).not.toMatch(/[^\P{Cc}\t\n]/u);
    }
    for (const sent of messages) {
      const decoded = decodeMessage(sent.bytes);
      if (!decoded.ok || !['install', 'updateField', 'changeProg'].includes(decoded.message.type)) {
        throw new Error(`sent ${Buffer.from(sent.bytes).toString('hex')}`);
      }
    }
    counts.events += events.length;
    counts.messages += messages.length;
  };
  let agent = make();
  let nowUs = 0;
  for (const end = performance.now() + SECONDS * 1000; performance.now() < end; ) {
    if (counts.calls % 5000 === 0) {
      agent = make();
      counts.agents += 1;
    }
    nowUs += sometimes(0.01) ? below(1e8) : below(5000);
    counts.calls += 1;
    const address = pick(addresses);
    switch (below(40)) {
      case 0:
        check(agent.poke(address, nowUs, sometimes(0.3) ? [1, 2, 3, below(100)] : []));
        break;
      case 1:
        check(agent.disconnect(address, nowUs));
        break;
      case 2:
        agent.remember(bytes(), address);
        break;
      case 3:
        check(agent.quarantine(bytes(), address, nowUs));
        break;
      case 4:
        check(agent.failLater(undefined, pick(THROWN)(), nowUs));
        break;
      case 5:
      case 6:
        check(agent.tick(nowUs));
        if (agent.nextWakeupUs() <= nowUs) throw new Error('what is due is not done');
        break;
      case 7:
        if (sometimes(0.02)) check(agent.close(nowUs));
        break;
      default:
        check(agent.handle(bytes(), address, nowUs));
    }
    const { flows, flowsWithoutProgram, datapaths } = agent.stats();
    if (flows > 200 || datapaths > 8 || flowsWithoutProgram > flows) throw new Error(JSON.stringify(agent.stats()));
  }
  tellRan('agent', counts);
  // It reaches what it is for.
  if (SECONDS >= 5)
    expect([...kinds].sort()).toEqual(
      expect.arrayContaining([
        'algorithmFailed',
        'flowAdopted',
        'flowClosed',
        'limitReached',
        'malformedMessage',
        'noted',
        'staleReport',
        'strayFailure',
        'unknownFlow',
      ]),
    );
});
