import { describe, expect, test } from 'vitest';
import { type Box, drawFrom, type Passage, type Shape, throughBox } from './boxes.js';
import { compareBytes } from './two-points.js';

// Boxes that keep the payload and rewrite what stands before it.

const shape: Shape = {
  connections: 4,
  segments: 120,
  bytes: () => 1000,
  lostPercent: 3,
  delayUs: (draw) => 20_000 + draw(400),
};
const redrawn: Box = { isn: (connection) => [(0x9e3779b1 * (connection + 1)) >>> 0, 0] };
const seed = Math.floor(Math.random() * 2 ** 31) + 1;

async function passed(box: Box, of: Shape = shape) {
  const truth = throughBox(box, of, drawFrom(seed));
  return { truth, found: await compareBytes([truth.a, truth.b]) };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** What is told is what happened: losses to the packet, delays to half of what the two ways' least delays differ by. */
function isTrue(found: Awaited<ReturnType<typeof compareBytes>>, truth: Passage): void {
  const why = `seed ${seed}`;
  expect(found.clock.status, why).toBe('joined');
  expect([found.aToB.lost, found.aToB.lostBytes, found.aToB.arrived], why).toEqual([
    truth.lost,
    truth.lostBytes,
    truth.arrived,
  ]);
  expect([found.bToA.lost, found.bToA.arrived, found.a.untied, found.b.untied], why).toEqual([0, truth.back, 0, 0]);
  expect([found.aToB.notCapturedBefore, found.aToB.notCapturedAfter, found.aToB.outside], why).toEqual([0, 0, 0]);
  const least = Math.min(...truth.delaysUs);
  expect(Math.abs(found.aToB.queue!.meanUs - (mean(truth.delaysUs) - least)), why).toBeLessThan(50);
}

describe('what a box rewrites and a comparison still tells', () => {
  test.each<[string, Box, Partial<Shape>]>([
    ['initial sequence numbers of one side', redrawn, {}],
    ['of both sides', { isn: (c) => [12_345 + c, 0xf000_0000 - c] }, {}],
    ['from the middle of the connections', { isn: (c) => [99 + c, 77 + c] }, { midway: true }],
    ['and addresses and ports', { ...redrawn, translates: true }, {}],
    ['and addresses from the middle', { ...redrawn, translates: true }, { midway: true }],
    ['and timestamps', { ...redrawn, stamps: 5_000_000 }, { stamps: true }],
    ['timestamps alone', { stamps: 5_000_000 }, { stamps: true }],
    ['timestamps, which it strips', { stamps: 'strip' }, { stamps: true }],
    ['windows alone', { windows: true }, {}],
    ['everything', { ...redrawn, translates: true, stamps: 'strip', windows: true }, { stamps: true }],
    ['numbers of a payload of zeros, by its SYN', redrawn, { zeros: true }],
    ['numbers of zeros from the middle, by timestamps', redrawn, { zeros: true, midway: true, stamps: true }],
  ])('%s', async (_, box, of) => {
    const { truth, found } = await passed(box, { ...shape, ...of });
    isTrue(found, truth);
    expect(found.rewritten).toBe(box.isn ? shape.connections : 0);
    expect(found.translated).toBe(box.translates === true);
  });
});

test('zeros from the middle, without timestamps: nothing ties them, which is said and is no loss', async () => {
  const { found } = await passed(redrawn, { ...shape, zeros: true, midway: true });
  expect(found.clock.status).toBe('unmatched');
  expect([found.aToB.lost, found.bToA.lost, found.rewritten]).toEqual([0, 0, 0]);
});

describe('segments cut anew', () => {
  test.each<[string, Box, Partial<Shape>]>([
    ['at a smaller size', { cut: 1360 }, { bytes: () => 1460 }],
    ['with numbers drawn anew', { ...redrawn, cut: 1360 }, { bytes: () => 1460 }],
    ['of uneven sizes', { cut: 536 }, { bytes: (draw) => 300 + draw(1100) }],
    [
      'and joined, behind a translator',
      { ...redrawn, translates: true, join: 4000 },
      { bytes: (draw) => 300 + draw(400) },
    ],
  ])('%s: bytes are compared', async (_, box, of) => {
    const { truth, found } = await passed(box, { ...shape, ...of });
    const why = `seed ${seed}`;
    expect(found.resegmented, why).toBe(shape.connections);
    expect(found.bToA, why).toMatchObject({ lost: 0, arrived: truth.back });
    expect([found.aToB.notCapturedBefore, found.aToB.notCapturedAfter, found.a.unaligned], why).toEqual([0, 0, 0]);
    expect(found.aToB.lostBytes, why).toBe(truth.lostBytes);
    if (box.join) return;
    const queueUs = mean(truth.delaysUs) - Math.min(...truth.delaysUs);
    expect(Math.abs(found.aToB.queue!.meanUs - queueUs), why).toBeLessThan(60);
  });
});
