import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Datapath, type Engine, type Primitives } from '../../src/datapath/index.js';
import {
  compile,
  type EventForm,
  type Program,
  parseProgram,
  printProgram,
  verifyRows,
} from '../../src/program/index.js';
import { decodeMessage, encodeMessage } from '../../src/wire/index.js';
import { REGISTERS, wellTyped } from './arbitraries.js';
import { invoke } from './oracle.js';

// Compiled programs on both engines against what their trees mean (oracle.ts): conditional
// statements, comparisons, n-ary forms, hidden fields, and portus' own forms alike.

const FLOW = { initCwnd: 14480, mss: 1448, srcIp: 1, srcPort: 1, dstIp: 2, dstPort: 2 };

const primitives: fc.Arbitrary<Primitives> = fc.record({
  bytesAcked: fc.nat(3000),
  lostPktsSample: fc.nat(1),
  rttSampleUs: fc.nat(100_000),
  rateOutgoing: fc.oneof(fc.nat(1_000_000), fc.bigInt({ min: 0n, max: (1n << 64n) - 1n })),
  wasTimeout: fc.boolean(),
});

function start(program: Program, engine: Engine) {
  const datapath = new Datapath({ engine });
  const { sockId } = datapath.startFlow(FLOW, 0);
  const { uid, events, instructions } = program;
  const rows = program.rows();
  expect(
    datapath.handle(encodeMessage({ type: 'install', sid: 0, programUid: uid, events, instructions, rows }), 0),
  ).toBe(0);
  expect(datapath.handle(encodeMessage({ type: 'changeProg', sid: sockId, programUid: uid, updates: [] }), 0)).toBe(0);
  return (values: Primitives, nowUs: number) => {
    const { code, cwndBytes, rateBytesPerSecond, messages } = datapath.invoke(sockId, values, nowUs);
    const decoded = messages[0] && decodeMessage(messages[0]);
    const fields = decoded?.ok && decoded.message.type === 'measure' ? decoded.message.fields.map(BigInt) : undefined;
    return { code, cwndBytes, rateBytesPerSecond, fields };
  };
}

function eventsOf(text: string): EventForm[] {
  const result = parseProgram(text);
  if (!result.ok) throw new Error(text);
  return result.ast.events.filter((item) => item.kind === 'event');
}

function textOf(events: readonly EventForm[]): string {
  const definitions = `(def ${REGISTERS.definitions})\n`;
  // Locals are given a value where they are first met.
  const locals = '(when false (:= l0 0) (:= l1 0))\n';
  return definitions + locals + printProgram({ leading: [], definitions: [], events }).replace('(def)\n', '');
}

const DEFS: ReadonlyArray<readonly [name: string, value: bigint, volatile: boolean]> = [
  ['Report.n0', 0n, true],
  ['Report.n1', 0xffff_ffffn, false],
  ['Report.b0', 0n, true],
  ['c0', 5n, false],
  ['c1', 1448n, true],
  ['f0', 1n, false],
];

test.each(['interpreter', 'jit'] as const)('programs do what their trees say (%s)', (engine) => {
  const step = fc.tuple(fc.nat(50_000), primitives);
  fc.assert(
    fc.property(wellTyped, fc.array(step, { minLength: 1, maxLength: 6 }), (events, steps) => {
      const result = compile(textOf(events), { reportCwnd: true });
      // Random programs may be too long, and nothing else.
      if (!result.ok) expect(result.diagnostics.filter(isError).filter(({ code }) => !TOO_LONG.has(code))).toEqual([]);
      fc.pre(result.ok);
      const { program } = result;
      const { instructions, reports } = program;
      expect(verifyRows(program.rows(), program.events, instructions)).toEqual({ ok: true, reports });
      const run = start(program, engine);
      const registers = new Map(DEFS.map(([name, value]) => [name, value]));
      let nowUs = 0;
      // The program is switched in, and Micros starts, at the first invocation.
      let timeZeroUs = BigInt(steps[0]![0]);
      const used = { cwnd: 14480n, rate: 0n };
      for (const [advanceUs, values] of steps) {
        nowUs += advanceUs;
        const micros = BigInt(nowUs) - timeZeroUs;
        load(registers, values, { ...used, micros });
        const wanted = invoke(events, registers);
        const got = run(values, nowUs);
        expect(got.code).toBe(wanted.code);
        if (registers.get('Micros') !== micros) timeZeroUs = BigInt(nowUs) - registers.get('Micros')!;
        if (wanted.code !== 0) {
          // Nothing was set, and what the hidden fields followed until then is not reported.
          expect([got.cwndBytes, got.rateBytesPerSecond, got.fields]).toEqual([undefined, undefined, undefined]);
          continue;
        }
        const cwnd = registers.get('Cwnd')!;
        const rate = registers.get('Rate')!;
        if (cwnd > 0n) used.cwnd = cwnd & 0xffff_ffffn;
        if (rate > 0n) used.rate = rate & 0xffff_ffffn;
        expect(got.cwndBytes).toBe(cwnd > 0n ? Number(used.cwnd) : undefined);
        expect(got.rateBytesPerSecond).toBe(rate > 0n ? Number(used.rate) : undefined);
        if (!wanted.reported) {
          expect(got.fields).toBeUndefined();
          continue;
        }
        const names = ['Report.n0', 'Report.n1', 'Report.b0'];
        expect(got.fields!.slice(0, 3)).toEqual(names.map((name) => registers.get(name)));
        if (cwnd > 0n) expect(got.fields![3]).toBe(cwnd);
        if (rate > 0n) expect(got.fields![4]).toBe(rate);
        for (const [name, value, volatile] of DEFS) if (volatile) registers.set(name, value);
      }
    }),
    { numRuns: engine === 'jit' ? 200 : 500, examples: [[SELF_GUARDED, [[0, {}]]]] },
  );
});

/** The first assignment changes what the condition of both has read. */
const SELF_GUARDED = eventsOf('(def) (when true (if c0 (:= c1 (:= c0 0))) (:= Report.n0 c1) (report))');

const TOO_LONG = new Set(['too-many-temporaries', 'too-many-instructions']);
const isError = ({ severity }: { severity: string }): boolean => severity === 'error';

function load(
  registers: Map<string, bigint>,
  values: Primitives,
  { cwnd, rate, micros }: { cwnd: bigint; rate: bigint; micros: bigint },
): void {
  const rtt = BigInt(values.rttSampleUs ?? 0);
  registers.set('Cwnd', cwnd);
  registers.set('Rate', rate);
  registers.set('Micros', micros & ((1n << 64n) - 1n));
  registers.set('Ack.bytes_acked', BigInt(values.bytesAcked ?? 0));
  registers.set('Ack.lost_pkts_sample', BigInt(values.lostPktsSample ?? 0));
  registers.set('Flow.rtt_sample_us', rtt === 0n ? 0xffff_ffffn : rtt);
  registers.set('Flow.rate_outgoing', BigInt(values.rateOutgoing ?? 0));
  registers.set('Flow.was_timeout', values.wasTimeout ? 1n : 0n);
}
