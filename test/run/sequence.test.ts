import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ConnectionMarks, MARK_KIND } from '../../src/capture/index.js';
import { type SequenceQuery, sequenceSource } from '../../src/run/index.js';
import { type EachGroup, SequenceBlocks } from '../../src/run/sequence-blocks.js';

// The time–sequence graph in pixels: what is rare is there at any zoom, what is common is joined.

type Row = readonly [timeUs: number, kind: number, a: number, b: number, side?: number];

function marksOf(rows: readonly Row[]): ConnectionMarks {
  return {
    length: rows.length,
    timeUs: Float64Array.from(rows, ([us]) => us),
    kind: Uint8Array.from(rows, ([, kind]) => kind),
    a: Float64Array.from(rows, ([, , a]) => a),
    b: Float64Array.from(rows, ([, , , b]) => b),
    direction: Uint8Array.from(rows, ([, , , , side = 0]) => side),
  };
}

const MSS = 1000;
/** A segment every 10 µs, an ACK of all but it behind each second one. */
const steady = (count: number): Row[] =>
  Array.from({ length: count }, (_, i): Row[] => {
    const sent: Row = [i * 10, MARK_KIND.DATA, i * MSS, (i + 1) * MSS];
    return i % 2 ? [sent, [i * 10 + 5, MARK_KIND.ACK, i * MSS, i * MSS + 60_000]] : [sent];
  }).flat();
const query = (toUs: number, more: Partial<SequenceQuery> = {}): SequenceQuery => ({
  ...{ flow: 0, fromUs: 0, toUs, low: null, high: null, width: 800, height: 400 },
  ...more,
});

describe('a million packets in 800 pixels', () => {
  const rows = steady(700_000);
  const at = rows.findIndex(([us, kind]) => us >= 4_000_000 && kind === MARK_KIND.DATA);
  rows.splice(at, 0, [rows[at]![0], MARK_KIND.RETRANSMISSION, 399_000_000, 399_001_000]);
  const source = sequenceSource(marksOf(rows));

  test.each([
    ['all of it', 7_000_000, 0],
    ['a second', 4_500_000, 3_500_000],
    ['a millisecond', 4_000_500, 3_999_500],
  ])('one retransmission is in the answer: %s', (_, toUs, fromUs) => {
    const { spans } = source.spans(query(toUs, { fromUs }));
    const found = spans.find(({ kind }) => kind === 'retransmission')!;
    expect([...found.timeUs, ...found.from, ...found.to]).toEqual([rows[at]![0], 399_000_000, 399_001_000]);
    expect(spans.at(-1)!.kind).toBe('retransmission');
  });

  test('the answer is as large as the pixels are, and stands for all there is', () => {
    const { spans } = source.spans(query(7_000_000));
    const data = spans.find(({ kind }) => kind === 'data')!;
    expect(data.timeUs.length).toBeLessThanOrEqual(1600);
    expect(data.count.reduce((sum, many) => sum + many, 0)).toBe(700_000);
    expect(data.to.at(-1)).toBe(700_000 * MSS);
  });

  test('the packet under a pointer is found, and none far from any', () => {
    const q = query(4_000_500, { fromUs: 3_999_500, low: 399_500_000, high: 400_500_000 });
    const found = source.nearest(q, 400, 200, 7)!;
    expect(Math.abs(found.timeUs - 4_000_000)).toBeLessThan(10);
    expect(source.nearest(q, 10, 10, 7)).toBeNull();
  });
});

test('ACKs that say the same again are duplicates; one with another window is none', () => {
  const source = sequenceSource(
    marksOf([
      [0, MARK_KIND.DATA, 0, 1000],
      [10, MARK_KIND.ACK, 1000, 5000],
      [20, MARK_KIND.ACK, 1000, 5000],
      [30, MARK_KIND.ACK, 1000, 6000],
    ]),
  );
  expect(source.packets(0, 0, 100, 10).map(({ kind }) => kind)).toEqual(['data', 'ack', 'duplicate-ack', 'ack']);
  expect(source.counts(0, 0, 100)).toEqual({ data: 1, ack: 2, 'duplicate-ack': 1, window: 3 });
});

test('a retransmission that a D-SACK answers was spurious, another was not', () => {
  const source = sequenceSource(
    marksOf([
      [0, MARK_KIND.DATA, 0, 1000],
      [5, MARK_KIND.DATA, 1000, 2000],
      [10, MARK_KIND.RETRANSMISSION, 0, 1000],
      [15, MARK_KIND.RETRANSMISSION, 1000, 2000],
      [20, MARK_KIND.DSACK, 0, 1000],
    ]),
  );
  const kinds = source.packets(0, 0, 100, 10, ['retransmission', 'spurious']);
  expect(kinds.map(({ kind, from }) => [kind, from])).toEqual([
    ['spurious', 0],
    ['retransmission', 1000],
  ]);
});

test('directions are apart, and a line comes in from before what is shown', () => {
  const source = sequenceSource(
    marksOf([
      [0, MARK_KIND.DATA, 0, 1000, 0],
      [1, MARK_KIND.ACK, 1000, 5000, 0],
      [2, MARK_KIND.DATA, 0, 300, 1],
      [1000, MARK_KIND.DATA, 1000, 2000, 0],
    ]),
  );
  expect(source.flows).toEqual([0, 1]);
  const { spans } = source.spans(query(2000, { fromUs: 500 }));
  const ack = spans.find(({ kind }) => kind === 'ack')!;
  expect([...ack.timeUs]).toEqual([1]);
  expect(spans.map(({ kind }) => kind)).toEqual(['window', 'ack', 'data']);
  expect(source.spans(query(2000, { flow: 1 })).spans.find(({ kind }) => kind === 'data')!.to[0]).toBe(300);
});

test('the window is what is allowed beyond what is acknowledged', () => {
  const source = sequenceSource(
    marksOf([
      [0, MARK_KIND.ACK, 0, 4000],
      [1, MARK_KIND.IN_FLIGHT, 1000, 1000],
      [10, MARK_KIND.ACK, 1000, 4000],
    ]),
  );
  const { windows, flights } = source.windows(0, 0, 20, 100);
  expect([...windows.to]).toEqual([4000, 3000]);
  expect([...flights.to]).toEqual([1000]);
});

test('nothing gives nothing', () => {
  const source = sequenceSource(marksOf([]));
  expect(source.flows).toEqual([]);
  expect(source.spans(query(1000))).toEqual({ low: 0, high: 1, spans: [] });
  expect(source.nearest(query(1000), 5, 5, 7)).toBeNull();
});

test('blocks of marks are the marks: as many of each kind in each column, and the same bytes', () => {
  const kinds = [0, 1, 2];
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 40 }), fc.constantFrom(...kinds)), {
        minLength: 900,
        maxLength: 2500,
      }),
      fc.integer({ min: 1, max: 2000 }),
      fc.integer({ min: 0, max: 700 }),
      (rows, wide, first) => {
        let us = 0;
        const timeUs = Float64Array.from(rows, ([step]) => (us += step));
        const from = Float64Array.from(rows, ([, byte]) => byte * 10);
        const kind = Uint8Array.from(rows, ([, , of]) => of);
        const direction = { length: rows.length, timeUs, from, to: from.map((byte) => byte + 10), kind };
        const columnOf = (at: number): number => Math.floor(at / wide);
        const toUs = us * 0.9;
        const seen = (give: (each: EachGroup) => void): unknown => {
          const cells = new Map<string, { count: number; bytes: Set<number> }>();
          give((at, of, low, high, count) => {
            const key = `${columnOf(at)} ${of}`;
            const cell = cells.get(key) ?? { count: 0, bytes: new Set() };
            cells.set(key, cell);
            cell.count += count;
            for (let byte = low; byte < high; byte += 10) cell.bytes.add(byte);
          });
          return [...cells].map(([key, { count, bytes }]) => [key, count, [...bytes].sort((a, b) => a - b)]).sort();
        };
        const blocks = new SequenceBlocks(direction, kinds.length, () => false);
        const inBlocks = seen((each) => blocks.walk(first, toUs, columnOf, each));
        const oneByOne = seen((each) => {
          for (let i = first; i < rows.length && timeUs[i]! <= toUs; i += 1)
            each(timeUs[i]!, kind[i]!, from[i]!, from[i]! + 10, 1);
        });
        expect(inBlocks).toEqual(oneByOne);
      },
    ),
    { numRuns: 40 },
  );
});
