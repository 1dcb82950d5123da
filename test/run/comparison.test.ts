import { expect, test } from 'vitest';
import { LIGHT } from '../../src/palette/index.js';
import { fromComparison, samplesOf } from '../../src/run/index.js';
import { firstState } from '../../src/web/view.js';
import { VIEWS } from '../../src/web/views.js';
import { type Crossing, compareBytes, transfer, twoCaptures, type View } from '../capture/two-points.js';

// Two captures of one path as a run: what is known of both ways, over time.

const lost = new Set([40, 41, 42, 300]);
const shape = { segments: 600, everyUs: 10_000, delayUs: (i: number) => (i > 400 ? 30_000 : 20_000), lost };
const clock = (us: number): number => us * (1 + 20e-6) + 1.5e6;

async function runOf(crossings: readonly Crossing[], b: View = { clock }) {
  return fromComparison(await compareBytes(twoCaptures(crossings, {}, b)), ['near.pcap', 'far.pcap']);
}

const known = async (run: Awaited<ReturnType<typeof runOf>>, quantity: 'oneWay' | 'oneWayLeast', owner: number) => {
  const { max, count } = (await run.source.query({ quantity, owner, ...run.span, pixels: 100 }))!;
  return [...max].filter((_, i) => count[i]! > 0);
};

test('both ways are flows, with the delay of each, whatever the clocks say', async () => {
  const run = await runOf(transfer({ ...shape, backDelayUs: () => 20_000 }));
  expect(run.flows.map(({ name }) => name)).toEqual(['near.pcap → far.pcap', 'far.pcap → near.pcap']);
  const there = await known(run, 'oneWay', 0);
  expect(Math.abs(there[0]! - 20_000)).toBeLessThan(100);
  expect(Math.abs(there.at(-1)! - 30_000)).toBeLessThan(100);
  const back = await known(run, 'oneWay', 1);
  expect(Math.max(...back) - Math.min(...back)).toBeLessThan(100);
  expect(run.facts.find(({ name }) => name === 'loss rate A → B')!.value).toBeCloseTo(4 / 604, 5);
  expect(run.facts.find(({ name }) => name === 'clock of B ahead by')!.value).toBeCloseTo(1.5e6, -3);
});

test('what is lost is an event of its way, at its time', async () => {
  const run = await runOf(transfer(shape));
  const found = await run.source.events({ ...run.span, kind: 'loss', flow: null, limit: 100 });
  expect([...found.flow]).toEqual([...found.flow].map(() => 0));
  expect([...found.times].reduce((sum, count) => sum + count, 0)).toBe(4);
  // The 300th segment leaves 3 s after the first.
  expect(Math.abs(found.timeUs.at(-1)! - 3e6)).toBeLessThan(50_000);
  expect(run.flows.map(({ totals }) => totals.packetsLost)).toEqual([4, 0]);
});

test('what comes out of order is counted where it left', async () => {
  // One in fifty takes so long that the next overtakes it; the last has none behind it.
  const run = await runOf(transfer({ ...shape, lost: new Set(), delayUs: (i) => (i % 50 === 49 ? 35_000 : 20_000) }));
  const { timeUs, values } = await samplesOf(run.source, { quantity: 'reordered', owner: 0 }, run.span);
  expect(values.reduce((sum, count) => sum + count, 0)).toBe(11);
  expect(run.facts.find(({ name }) => name === 'out of order A → B')!.value).toBe(11);
  expect(timeUs[values.findIndex((count) => count > 0)]! / 1e6).toBeCloseTo(0.49, 1);
});

test('delays that are known above their least alone are another series, and no delay', async () => {
  const oneWay = transfer(shape).filter(({ toB }) => toB);
  const run = await runOf(oneWay);
  expect(new Set(run.series.map(({ quantity }) => quantity))).toEqual(
    new Set(['aboveLeast', 'aboveLeastMost', 'lostBetween', 'reordered']),
  );
  expect(run.about).toContain('clocks one-way');
  expect(run.warnings.join()).toMatch(/one way/);
  expect(run.facts.find(({ name }) => name === 'clock of B ahead by')!.value).toBeNull();
});

test('captures that have nothing in common are a run without series, which says so', async () => {
  const other = transfer(shape).map((one) => ({ ...one, of: { ...one.of, src: '10.9.0.1', dst: '10.9.0.2' } }));
  const [a] = twoCaptures(transfer(shape));
  const [, b] = twoCaptures(other.map((one) => ({ ...one, of: { ...one.of, seq: one.of.seq! + 77 } })));
  const run = fromComparison(await compareBytes([a, b]), ['a', 'b']);
  expect(run.series).toEqual([]);
  expect(run.about).toContain('unmatched');
  expect(run.flows.map(({ startUs }) => startUs)).toEqual([null, null]);
  expect(run.span.toUs).toBeGreaterThan(run.span.fromUs);
});

test('its views are a sentence, a table and a picture each', async () => {
  const run = await runOf(transfer(shape));
  const state = firstState(run, LIGHT);
  const shown = VIEWS.filter((view) => view.needs(run) === true);
  expect(shown.map(({ id }) => id)).toEqual(['flows', 'one-way', 'between']);
  for (const view of shown) {
    expect(await view.describe(run, state)).toMatch(/^[A-Z0-9].*\d.*\.$/);
    const { columns, rows } = await view.table(run, state);
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.every((row) => row.length === columns.length)).toBe(true);
    expect((await view.scene(run, state, { width: 640, height: 300 })).marks.length).toBeGreaterThan(5);
  }
});
