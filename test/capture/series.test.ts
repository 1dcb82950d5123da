import { expect, test } from 'vitest';
import { type ConnectionSeries, MARK_KIND, openCapture } from '../../src/capture/index.js';
import { ack, Conversation, data } from './conversation.js';

/** Segments at 100 ms and on, each acknowledged after its own time; then data alone, far later. */
async function seriesOf(rttsMs: readonly number[], lastMs: number): Promise<ConnectionSeries> {
  const talk = new Conversation().handshake();
  for (const [i, rttMs] of rttsMs.entries()) talk.out(100 + i * 50, data(i)).back(100 + i * 50 + rttMs, ack(i + 1));
  talk.out(lastMs, data(rttsMs.length));
  return (await openCapture(talk.bytes())).series({ connection: 1, binUs: 10_000, maxBins: 64, marks: true });
}

/** The values of the marks of one kind in each bin. */
function markedBins({ marks, binUs, timeUs }: ConnectionSeries, kind: number): number[][] {
  const bins: number[][] = Array.from(timeUs, () => []);
  for (let i = 0; i < marks!.length; i += 1) {
    if (marks!.kind[i] === kind && marks!.direction[i] === 0) {
      bins[Math.floor(marks!.timeUs[i]! / binUs)]!.push(marks!.a[i]!);
    }
  }
  return bins;
}

// The series of data is as coarse as the last segment makes it, those of RTT and of bytes in flight end
// early and stay finer: they are made coarser when they are read.
test.each([
  ['the lesser first', [12, 15, 35, 20, 18]],
  ['the greater first', [12, 35, 15, 20, 18]],
])('bins that are made coarser keep least, greatest and mean: %s', async (_, rttsMs) => {
  const series = await seriesOf(rttsMs, 5000);
  expect(series.binUs).toBe(80_000);
  const bins = markedBins(series, MARK_KIND.RTT);
  expect(bins.filter((values) => values.length > 1).length).toBeGreaterThan(0);
  bins.forEach((values, i) => {
    const { rttMinUs, rttMeanUs, rttMaxUs } = series.forward;
    if (values.length === 0) expect([rttMinUs[i], rttMeanUs[i], rttMaxUs[i]]).toEqual([NaN, NaN, NaN]);
    else {
      expect([rttMinUs[i], rttMaxUs[i]]).toEqual([Math.min(...values), Math.max(...values)]);
      expect(rttMeanUs[i]).toBeCloseTo(values.reduce((sum, value) => sum + value, 0) / values.length, 6);
    }
  });
  const inFlight = markedBins(series, MARK_KIND.IN_FLIGHT);
  inFlight.forEach((values, i) => {
    expect(series.forward.inFlightMaxBytes[i]).toBe(values.length ? Math.max(...values) : NaN);
  });
});
