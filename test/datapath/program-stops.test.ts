import { expect, test } from 'vitest';
import { Datapath } from '../../src/datapath/index.js';
import { compileOrThrow } from '../../src/program/index.js';
import { encodeMessage } from '../../src/wire/index.js';

const FLOW = { initCwnd: 14480, mss: 1448, srcIp: 1, srcPort: 1, dstIp: 2, dstPort: 2 };

// Each statement fails where the primitive before it is 0, so that a test chooses which.
const PRIMITIVES = [
  'bytesAcked',
  'packetsAcked',
  'ecnBytes',
  'ecnPackets',
  'bytesInFlight',
  'packetsInFlight',
] as const;
const NAMES = [
  'Ack.bytes_acked',
  'Ack.packets_acked',
  'Ack.ecn_bytes',
  'Ack.ecn_packets',
  'Flow.bytes_in_flight',
  'Flow.packets_in_flight',
];
const TEXT = `(def (x 0)) (when true ${NAMES.map((name) => `(:= x (/ 1 ${name}))`).join(' ')})`;

test.each(['jit', 'interpreter'] as const)(
  'the %s counts arithmetic errors by program, instruction and code',
  (engine) => {
    const program = compileOrThrow(TEXT);
    const datapath = new Datapath({ engine });
    const { sockId } = datapath.startFlow(FLOW, 0);
    const { events, instructions } = program;
    const rows = program.rows();
    datapath.handle(encodeMessage({ type: 'install', sid: 0, programUid: 1, events, instructions, rows }), 0);
    datapath.handle(encodeMessage({ type: 'changeProg', sid: sockId, programUid: 1, updates: [] }), 0);
    const flow = datapath.flow(sockId);
    const whole = Object.fromEntries(PRIMITIVES.map((name) => [name, 1]));
    let nowUs = 1;
    const without = (name: string, times: number) => {
      for (let i = 0; i < times; i += 1) {
        nowUs += 1;
        expect(datapath.invoke(sockId, { ...whole, [name]: 0 }, nowUs).code).toBe(-92);
      }
    };
    expect(flow.programStops()).toEqual([]);
    expect(datapath.invoke(sockId, whole, 1).code).toBe(0);
    without('ecnBytes', 3);
    without('bytesAcked', 2);
    without('ecnBytes', 1);
    const texts = () =>
      flow.programStops().map(({ instruction, times, ...rest }) => {
        const { start, end } = program.rangeOf(instruction)!;
        return [TEXT.slice(start, end), times, rest];
      });
    const told = { programUid: 1, code: -92 };
    expect(texts()).toEqual([
      ['(/ 1 Ack.ecn_bytes)', 4, told],
      ['(/ 1 Ack.bytes_acked)', 2, told],
    ]);
    // The fifth place counts as the fourth.
    without('packetsAcked', 1);
    without('ecnPackets', 1);
    without('bytesInFlight', 1);
    expect(texts().at(-1)).toEqual(['(/ 1 Flow.bytes_in_flight)', 2, told]);
    // Traced, an instruction stops at the same place.
    flow.words.fill(0);
    flow.trace(nowUs + 1);
    expect(texts()[1]).toEqual(['(/ 1 Ack.bytes_acked)', 3, told]);
    datapath.endFlow(sockId, nowUs + 2);
    expect(flow.programStops()).toEqual([]);
  },
);

test('every instruction has its place in the source', () => {
  const source =
    '(def (Report (volatile acked 0)) (gain 2))\n(when (> Micros 5)\n  (if (> gain 1) (:= Cwnd (* gain Cwnd)))\n  (report))';
  const program = compileOrThrow(source);
  const places = Array.from({ length: program.instructions }, (_, index) => {
    const { start, end } = program.rangeOf(index)!;
    return source.slice(start, end);
  });
  expect(places[0]).toMatch(/acked|gain/);
  expect(places).toContain('(> Micros 5)');
  expect(places).toContain('(* gain Cwnd)');
  expect(places.every((text) => text.length > 0)).toBe(true);
  for (const bad of [-1, program.instructions, 0.5, Number.NaN]) expect(program.rangeOf(bad)).toBeUndefined();
});
