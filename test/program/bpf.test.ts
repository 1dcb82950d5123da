import { expect, test } from 'vitest';
import { BPF_OFFSET } from '../../src/generated/bpf.js';
import { compileOrThrow, disassembleBpf, programToBpf } from '../../src/program/index.js';

// Programs as eBPF: what is written for each kind of instruction. That it means the same as elsewhere is test/bpf's.

const code = (source: string): string => disassembleBpf(programToBpf(compileOrThrow(source)).instructions);

test('a whole program: events jump forward, to the next one and to the end', () => {
  expect(
    code('(def (Report (volatile acked 0))) (when true (:= Report.acked (+ Report.acked Ack.bytes_acked)) (report))'),
  ).toMatchInlineSnapshot(`
    "0: w7 = 0
    1: w2 = 1
    2: *(u64 *)(r6 + 880) = r2
    3: r1 = *(u64 *)(r6 + 880)
    4: if r1 == 0 goto +16
    5: r1 = *(u64 *)(r6 + 0)
    6: r2 = *(u64 *)(r6 + 928)
    7: r3 = r1
    8: r3 += r2
    9: if r3 >= r1 goto +2
    10: r7 = -603
    11: goto +9
    12: *(u64 *)(r6 + 1264) = r3
    13: r2 = *(u64 *)(r6 + 1264)
    14: *(u64 *)(r6 + 0) = r2
    15: w2 = 1
    16: *(u64 *)(r6 + 896) = r2
    17: r1 = *(u64 *)(r6 + 880)
    18: if r1 == 0 goto +2
    19: r1 = *(u64 *)(r6 + 888)
    20: if r1 == 0 goto +0"
  `);
});

/** What stands between the condition of the one event and its end. */
const body = (expression: string): string =>
  code(`(def (x 5)) (when true (:= x ${expression}))`).split('\n').slice(5, -4).join('\n');

test('an error leaves with its code and instruction, before anything is written', () => {
  expect(body('(- x 3)')).toMatchInlineSnapshot(`
    "5: r1 = *(u64 *)(r6 + 1392)
    6: w2 = 3
    7: r3 = r1
    8: r3 -= r2
    9: if r3 <= r1 goto +2
    10: r7 = -606
    11: goto +7
    12: *(u64 *)(r6 + 1264) = r3
    13: r2 = *(u64 *)(r6 + 1264)
    14: *(u64 *)(r6 + 1392) = r2"
  `);
  expect(body('(* x 3)')).toMatchInlineSnapshot(`
    "5: r1 = *(u64 *)(r6 + 1392)
    6: w2 = 3
    7: r3 = r1
    8: r3 *= r2
    9: if r2 == 0 goto +3
    10: if r3 >= r1 goto +2
    11: r7 = -605
    12: goto +7
    13: *(u64 *)(r6 + 1264) = r3
    14: r2 = *(u64 *)(r6 + 1264)
    15: *(u64 *)(r6 + 1392) = r2"
  `);
});

test('a divisor that is known is an immediate, and cannot be 0; another is asked', () => {
  expect(body('(/ x 3)')).toMatchInlineSnapshot(`
    "5: r1 = *(u64 *)(r6 + 1392)
    6: w2 = 3
    7: r3 = r1
    8: r3 /= 3
    9: *(u64 *)(r6 + 1264) = r3
    10: r2 = *(u64 *)(r6 + 1264)
    11: *(u64 *)(r6 + 1392) = r2"
  `);
  expect(body('(/ x Ack.packets_acked)')).toMatchInlineSnapshot(`
    "5: r1 = *(u64 *)(r6 + 1392)
    6: r2 = *(u64 *)(r6 + 976)
    7: if r2 != 0 goto +2
    8: r7 = -604
    9: goto +9
    10: r3 = r1
    11: r3 /= r2
    12: *(u64 *)(r6 + 1264) = r3
    13: r2 = *(u64 *)(r6 + 1264)
    14: *(u64 *)(r6 + 1392) = r2"
  `);
});

test('what chooses jumps over the other value', () => {
  expect(body('(max x 3)')).toMatchInlineSnapshot(`
    "5: r1 = *(u64 *)(r6 + 1392)
    6: w2 = 3
    7: r3 = r1
    8: if r1 > r2 goto +1
    9: r3 = r2
    10: *(u64 *)(r6 + 1264) = r3
    11: r2 = *(u64 *)(r6 + 1264)
    12: *(u64 *)(r6 + 1392) = r2"
  `);
  expect(body('(> x 3)')).toMatchInlineSnapshot(`
    "5: r1 = *(u64 *)(r6 + 1392)
    6: w2 = 3
    7: w3 = 1
    8: if r1 > r2 goto +1
    9: w3 = 0
    10: *(u64 *)(r6 + 1264) = r3
    11: r2 = *(u64 *)(r6 + 1264)
    12: *(u64 *)(r6 + 1392) = r2"
  `);
  expect(body('(ewma 2 Flow.rtt_sample_us)')).toMatchInlineSnapshot(`
    "5: w1 = 2
    6: r2 = *(u64 *)(r6 + 1032)
    7: r4 = *(u64 *)(r6 + 1392)
    8: r3 = r2
    9: if r4 == 0 goto +6
    10: r4 *= r1
    11: w3 = 10
    12: r3 -= r1
    13: r3 *= r2
    14: r3 += r4
    15: r3 /= 10
    16: *(u64 *)(r6 + 1392) = r3"
  `);
  expect(body('(wrapped_max x Ack.packets_acked)')).toMatchInlineSnapshot(`
    "5: r1 = *(u64 *)(r6 + 1392)
    6: r2 = *(u64 *)(r6 + 976)
    7: r3 = r2
    8: if r1 == 0 goto +13
    9: r3 = r1
    10: if r2 == 0 goto +11
    11: w3 = w1
    12: w3 -= w2
    13: if w1 > w2 goto +1
    14: w3 -= 1
    15: w4 = w2
    16: w4 -= w1
    17: if w2 > w1 goto +1
    18: w4 -= 1
    19: if w3 < w4 goto +1
    20: w1 = w2
    21: w3 = w1
    22: *(u64 *)(r6 + 1264) = r3
    23: r2 = *(u64 *)(r6 + 1264)
    24: *(u64 *)(r6 + 1392) = r2"
  `);
});

test('first values stand as resets, volatile and stable', () => {
  const { volatileResets, stableResets, reportFields } = programToBpf(
    compileOrThrow('(def (Report (volatile a 1) (b 2)) (volatile c 3) (d +infinity)) (when true (report))'),
  );
  expect(reportFields).toBe(2);
  expect(volatileResets).toEqual([
    { offset: BPF_OFFSET.REPORT, value: 1n },
    { offset: BPF_OFFSET.CONTROL, value: 3n },
  ]);
  expect(stableResets).toEqual([
    { offset: BPF_OFFSET.REPORT + 8, value: 2n },
    { offset: BPF_OFFSET.CONTROL + 8, value: 0xffff_ffffn },
  ]);
});

test('a program longer than a kernel takes is refused with the event and its place', () => {
  const rows = compileOrThrow('(def (x 0)) (when (> x 1) (:= x 1)) (when true (:= x (+ x 1)))');
  const bytes = rows.rows();
  // Events that share all instructions, again and again: few rows, much code.
  const events = 255;
  const shared = new Uint8Array(16 * (events + 255));
  const view = new DataView(shared.buffer);
  const instruction = bytes.subarray(bytes.length - 32, bytes.length - 16);
  for (let event = 0; event < events; event += 1) {
    view.setUint32(16 * event + 4, 255, true);
    view.setUint32(16 * event + 12, 255, true);
  }
  for (let index = 0; index < 255; index += 1) shared.set(instruction, 16 * (events + index));
  const range = { start: 1, end: 2, line: 3, column: 4, endLine: 3, endColumn: 5 };
  const long = { ...rows, events, instructions: 255, rows: () => shared, rangeOf: () => range };
  expect(() => programToBpf(long)).toThrow(
    expect.objectContaining({
      code: 'MOORING_ERR_LANG_TOO_LONG',
      message: expect.stringMatching(/^the program is longer than a kernel takes with event \d+ at 3:4: /),
      detail: { event: expect.any(Number), range },
    }),
  );
});

test('bytes that are no instructions are refused, unknown ones are shown', () => {
  expect(() => disassembleBpf(new Uint8Array(7))).toThrow(
    expect.objectContaining({ code: 'MOORING_ERR_BAD_ARGUMENT' }),
  );
  expect(disassembleBpf(new Uint8Array([0x85, 0x10, 1, 2, 3, 4, 5, 0xff]))).toBe('0: 85 10 01 02 03 04 05 ff');
  expect(disassembleBpf(new Uint8Array())).toBe('');
});
