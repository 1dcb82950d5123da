import { expect, test } from 'vitest';
import { type ConnectionMarks, decimateMarks, MARK_KIND } from '../../src/capture/index.js';

const AREA = { fromUs: 1000, toUs: 2000, low: 100, high: 200, width: 10, height: 10 };

/** Marks of [time, a, b], of data going forward. */
function marksOf(...marks: ReadonlyArray<readonly [number, number, number]>): ConnectionMarks {
  return {
    length: marks.length,
    timeUs: Float64Array.from(marks, ([timeUs]) => timeUs),
    a: Float64Array.from(marks, ([, a]) => a),
    b: Float64Array.from(marks, ([, , b]) => b),
    kind: new Uint8Array(marks.length).fill(MARK_KIND.DATA),
    direction: new Uint8Array(marks.length),
  };
}

test.each([
  ['ends at the lower edge', [1500, 50, 100], true],
  ['ends below the lower edge', [1500, 50, 99.9], false],
  ['begins below the lower edge and reaches in', [1500, 50, 150], true],
  ['falls to below the lower edge', [1500, 150, 0], true],
  ['is a point at the lower edge', [1500, 100, 100], true],
  ['begins at the upper edge', [1500, 200, 210], true],
  ['begins above the upper edge', [1500, 200.1, 210], false],
  ['stands at the left edge', [1000, 150, 150], true],
  ['stands before the left edge', [999.9, 150, 150], false],
  ['stands before the right edge', [1999.9, 150, 150], true],
  ['stands at the right edge', [2000, 150, 150], false],
] as const)('a mark that %s', (_, mark, drawn) => {
  expect(decimateMarks(marksOf(mark), AREA).length).toBe(drawn ? 1 : 0);
});

test('what begins below the lower edge is drawn in the lowest row, once a pixel', () => {
  const { a } = decimateMarks(marksOf([1500, 50, 150], [1510, 20, 150], [1550, 100, 150], [1550, 110, 150]), AREA);
  expect([...a]).toEqual([50, 110]);
});

test('kinds and directions hide nothing of each other', () => {
  const marks = marksOf([1500, 150, 150], [1500, 150, 150], [1500, 150, 150]);
  marks.kind[1] = MARK_KIND.RETRANSMISSION;
  marks.direction[2] = 1;
  expect(decimateMarks(marks, AREA).length).toBe(3);
});
