import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type CrossingSummary, compareCaptures, openCapture } from '../../src/capture/index.js';
import { MooringError } from '../../src/index.js';
import { transfer, twoCaptures } from './two-points.js';

// Bytes from outside give a comparison or a declared error, and a comparison adds up.

const crossings = transfer({
  segments: 60,
  everyUs: 1000,
  delayUs: (i) => 5000 + (i % 7) * 300,
  lost: new Set([7, 30]),
});
const [a, b] = twoCaptures(crossings, {}, { clock: (us) => us + 1e6 });

/** Where a byte is changed, and to what. */
const changes = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 40 });

function changed(bytes: Uint8Array, at: ReadonlyArray<readonly [number, number]>): Uint8Array<ArrayBuffer> {
  const copy = Uint8Array.from(bytes);
  // The file header stays, so that there are packets.
  for (const [place, value] of at) copy[24 + (place % (copy.length - 24))] = value;
  return copy;
}

function addsUp(way: CrossingSummary): void {
  expect(way.arrived + way.lost + way.notCapturedAfter).toBe(way.packets);
  const counts = [way.arrived, way.lost, way.notCapturedAfter, way.notCapturedBefore, way.outside, way.reordered];
  for (const count of counts) expect(count).toBeGreaterThanOrEqual(0);
  expect(way.series.arrived.reduce((sum, count) => sum + count, 0)).toBe(way.arrived);
  expect(way.series.lost.reduce((sum, count) => sum + count, 0)).toBe(way.lost);
  for (const value of Object.values(way.queue ?? {})) expect(value).toBeGreaterThanOrEqual(0);
}

test('captures of which bytes were changed', async () => {
  await fc.assert(
    fc.asyncProperty(changes, changes, async (ofA, ofB) => {
      const [left, right] = [await openCapture(changed(a, ofA)), await openCapture(changed(b, ofB))];
      const found = await compareCaptures(left, right).catch((error: unknown) => {
        expect(error).toBeInstanceOf(MooringError);
        expect((error as MooringError).code).not.toBe('MOORING_ERR_WASM_TRAP');
      });
      if (!found) return;
      addsUp(found.aToB);
      addsUp(found.bToA);
    }),
    { numRuns: 150 },
  );
}, 60_000);

test('times at the ends of what a file can say', async () => {
  for (const seconds of [0, 0xffff_ffff]) {
    const copy = Uint8Array.from(b);
    const view = new DataView(copy.buffer);
    for (let at = 24; at + 16 <= copy.length; at += 16 + view.getUint32(at + 8, true)) {
      if (at % 3 === 0) view.setUint32(at, seconds, true);
    }
    const found = await compareCaptures(await openCapture(a), await openCapture(copy));
    addsUp(found.aToB);
    addsUp(found.bToA);
  }
});

test('twenty thousand packets that are all alike', async () => {
  const same = transfer({ segments: 1, everyUs: 1, delayUs: () => 5000, ids: false })[0]!;
  const many = Array.from({ length: 20_000 }, (_, i) => ({ ...same, us: i }));
  const captures = twoCaptures(many);
  const found = await compareCaptures(await openCapture(captures[0]), await openCapture(captures[1]));
  addsUp(found.aToB);
  addsUp(found.bToA);
}, 60_000);
