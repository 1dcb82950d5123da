import { describe, expect, it } from 'vitest';
import { Datapath, type Primitives } from '../../src/datapath/index.js';
import { EXTRA_PRIMITIVES, type ExtraPrimitive } from '../../src/index.js';
import { compileOrThrow } from '../../src/program/index.js';
import { decodeMessage, encodeMessage } from '../../src/wire/index.js';

const INFINITY = 4_294_967_295;
const flow = { initCwnd: 14_480, mss: 1448, srcIp: 1, srcPort: 1, dstIp: 2, dstPort: 2 };

function install(datapath: Datapath, source: string, primitives?: readonly ExtraPrimitive[]): number {
  const program = compileOrThrow(source, primitives ? { primitives } : {});
  const { uid, events, instructions } = program;
  return datapath.handle(
    encodeMessage({ type: 'install', sid: 0, programUid: uid, events, instructions, rows: program.rows() }),
    0,
  );
}

/** What the fields of one report are. */
function report(datapath: Datapath, source: string, primitives: Primitives, names?: readonly ExtraPrimitive[]) {
  const { sockId } = datapath.startFlow(flow, 0);
  expect(install(datapath, source, names)).toBe(0);
  datapath.handle(encodeMessage({ type: 'changeProg', sid: sockId, programUid: 1, updates: [] }), 0);
  const { messages } = datapath.invoke(sockId, primitives, 10);
  const decoded = decodeMessage(messages[0]!);
  if (!decoded.ok || decoded.message.type !== 'measure') throw new Error('no report');
  return decoded.message.fields;
}

const ALL = `(def (Report (a 0) (b 0) (c 0) (d 0) (e 0)))
(when true (:= Report.a Flow.srtt_us) (:= Report.b Flow.min_rtt_us) (:= Report.c Ack.delivered)
  (if Flow.app_limited (:= Report.d 1)) (:= Report.e Flow.ecn_ce) (report))`;

describe.each(['jit', 'interpreter'] as const)('a datapath with more inputs than libccp, %s', (engine) => {
  it('gives them to programs', () => {
    const datapath = new Datapath({ engine, primitives: EXTRA_PRIMITIVES });
    const values = { srttUs: 41_000, minRttUs: 40_000, delivered: 2896, appLimited: true, ecnCe: 7 };
    expect(report(datapath, ALL, values)).toEqual([41_000, 40_000, 2896, 1, 7]);
  });

  it('an RTT that is left out is infinity, as a sample is; the rest is 0', () => {
    const datapath = new Datapath({ engine, primitives: EXTRA_PRIMITIVES });
    expect(report(datapath, ALL, {})).toEqual([INFINITY, INFINITY, 0, 0, 0]);
  });

  it('an RTT that nobody has written yet is infinity for the fast path too', () => {
    const datapath = new Datapath({ engine, primitives: EXTRA_PRIMITIVES });
    const { sockId } = datapath.startFlow(flow, 0);
    install(datapath, ALL);
    datapath.handle(encodeMessage({ type: 'changeProg', sid: sockId, programUid: 1, updates: [] }), 0);
    datapath.flow(sockId).invoke(10);
    const decoded = decodeMessage(datapath.outbox()[0]!);
    expect(decoded.ok && decoded.message.type === 'measure' && decoded.message.fields).toEqual([
      INFINITY,
      INFINITY,
      0,
      0,
      0,
    ]);
  });

  it('takes names of its own, 64 bits wide, up to the last register', () => {
    const own = [
      { name: 'Flow.delivery_rate', index: 15 },
      { name: 'Ack.last', index: 31 },
    ];
    const source =
      '(def (Report (a 0) (b 0))) (when true (:= Report.a Flow.delivery_rate) (:= Report.b Ack.last) (report))';
    const datapath = new Datapath({ engine, primitives: own });
    const extra = { 'Flow.delivery_rate': 12_500_000_000, 'Ack.last': 2n ** 63n };
    expect(report(datapath, source, { extra, sndCwnd: 3 }, own)).toEqual([12_500_000_000, 2n ** 63n]);
  });
});

describe('a datapath that lacks an input', () => {
  it('refuses the program and names it; what was there stays', () => {
    const datapath = new Datapath({ primitives: EXTRA_PRIMITIVES.slice(0, 1) });
    expect(install(datapath, '(def) (when true (:= Cwnd 100))')).toBe(0);
    expect(install(datapath, ALL)).toBeLessThan(0);
    expect(datapath.missingPrimitives).toEqual(['Flow.min_rtt_us', 'Ack.delivered', 'Flow.app_limited', 'Flow.ecn_ce']);
    const { sockId } = datapath.startFlow(flow, 0);
    expect(datapath.handle(encodeMessage({ type: 'changeProg', sid: sockId, programUid: 1, updates: [] }), 0)).toBe(0);
    expect(datapath.invoke(sockId, {}, 1)).toMatchObject({ code: 0, cwndBytes: 100 });
    expect(install(datapath, '(def) (when true (:= Cwnd Flow.srtt_us))')).toBe(0);
    expect(datapath.missingPrimitives).toEqual([]);
  });

  it('has none of them unless it says so', () => {
    const datapath = new Datapath();
    expect(install(datapath, '(def) (when Flow.app_limited (:= Cwnd 1))')).toBeLessThan(0);
    expect(datapath.missingPrimitives).toEqual(['Flow.app_limited']);
  });

  it('calls one without a name by its number', () => {
    const own = [{ name: 'Flow.theirs', index: 27 }];
    const datapath = new Datapath({ primitives: EXTRA_PRIMITIVES });
    expect(install(datapath, '(def) (when true (:= Cwnd Flow.theirs))', own)).toBeLessThan(0);
    expect(datapath.missingPrimitives).toEqual(['primitive 27']);
  });

  it('takes a value only for a name it has', () => {
    const datapath = new Datapath({ primitives: [{ name: 'Flow.mine', index: 15 }] });
    const { sockId } = datapath.startFlow(flow, 0);
    expect(() => datapath.invoke(sockId, { extra: { 'Flow.yours': 1 } }, 1)).toThrow(/no primitive Flow\.yours/);
    expect(() => datapath.invoke(sockId, { extra: { 'Flow.mine': -1 } }, 1)).toThrow(/Flow\.mine is -1/);
    expect(() => new Datapath({ primitives: [{ name: 'x', index: 15 }] })).toThrow(/no name/);
  });
});
