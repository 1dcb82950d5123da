import type { CompareInstance } from '../../core/index.js';
import { CROSSING_COLUMN as at, CROSSING_COLUMNS } from '../../generated/capture.js';
import { type Bins, binsAt } from '../overall.js';
import { coarsen } from '../series.js';
import type { Points } from './clock.js';
import type { CrossingSummary, DelaySummary, QueuePeriod } from './types.js';

/** One way, as the module counted it. */
export interface RawCrossing {
  readonly row: Float64Array;
  readonly delays: Bins;
  readonly losses: Bins;
  readonly late: Bins;
  /** Share → delay above the floor that matching supposed, µs. */
  readonly percentiles: readonly [number, number, number];
}

/** A queue stands when the mean delay of a bin is above the least by this share of the round trip, µs at least. */
const QUEUE_SHARE = 1 / 20;
const QUEUE_LEAST_US = 100;

/** Both ways, in bins of one width. */
export function readCrossings(wasm: CompareInstance): readonly [RawCrossing, RawCrossing] {
  const handles = [0, 1].flatMap((way) => [wasm.delaySeries(way), wasm.lossSeries(way), wasm.lateSeries(way)]);
  const series = handles.map((handle) =>
    binsAt(wasm.memory, wasm.seriesRows(handle), wasm.seriesLength(handle), wasm.seriesWidth(handle) / 1000),
  );
  const binUs = Math.max(...series.map((bins) => bins.binUs));
  const length = Math.max(...series.map((bins) => Math.ceil((bins.count.length * bins.binUs) / binUs)));
  const even = series.map((bins) => coarsen(bins, binUs, length));
  const raw = (way: number): RawCrossing => ({
    row: new Float64Array(wasm.memory.buffer, wasm.crossingRow(way) >>> 0, CROSSING_COLUMNS.length).slice(),
    delays: even[3 * way]!,
    losses: even[3 * way + 1]!,
    late: even[3 * way + 2]!,
    percentiles: [0.5, 0.95, 0.99].map((share) => wasm.delayPercentileUs(way, share)) as [number, number, number],
  });
  return [raw(0), raw(1)];
}

const NO_BINS: Bins = {
  binUs: 1,
  timeUs: new Float64Array(0),
  count: new Float64Array(0),
  sum: new Float64Array(0),
  min: new Float64Array(0),
  max: new Float64Array(0),
};

/** A way of which nothing is known. */
export const NO_CROSSING: RawCrossing = {
  row: new Float64Array(CROSSING_COLUMNS.length),
  delays: NO_BINS,
  losses: NO_BINS,
  late: NO_BINS,
  percentiles: [0, 0, 0],
};

/** The least delay of each bin, at its middle; `sign` −1 turns delays into differences of times. */
export function leastDelays({ delays }: RawCrossing, sign: 1 | -1): Points {
  const bins = Array.from(delays.count.keys()).filter((i) => delays.count[i]);
  return {
    t: Float64Array.from(bins, (i) => (i + 0.5) * delays.binUs),
    d: Float64Array.from(bins, (i) => sign * delays.min[i]!),
  };
}

/** How delays are to be read. */
export interface Reading {
  /** The floor that matching supposed, µs. */
  readonly floorUs: number;
  /** What is to be added to a delay, µs at the first bin and per µs from there. */
  readonly addUs: number;
  readonly slope: number;
  readonly roundTripUs: number | null;
  /** False where delays are known above their least alone. */
  readonly known: boolean;
  /** False where not even that is known. */
  readonly steady: boolean;
  /** Start of the first bin, µs since A's first packet. */
  readonly fromUs: number;
}

/** A way as it is told. */
export function describeCrossing(raw: RawCrossing, reading: Reading): CrossingSummary {
  const { row, delays, losses, late } = raw;
  const correction = (i: number): number => reading.addUs + reading.slope * (i + 0.5) * delays.binUs;
  const seen = Array.from(delays.count.keys()).filter((i) => delays.count[i]);
  const leastUs = seen.reduce((low, i) => Math.min(low, delays.min[i]! + correction(i)), Number.POSITIVE_INFINITY);
  const above = (of: (i: number) => number): Float64Array =>
    Float64Array.from(delays.count, (count, i) =>
      count && reading.steady ? Math.max(0, of(i) + correction(i) - leastUs) : Number.NaN,
    );
  const series = {
    arrived: delays.count,
    lost: losses.count,
    reordered: late.count,
    queueMinUs: above((i) => delays.min[i]!),
    queueMeanUs: above((i) => delays.sum[i]! / delays.count[i]!),
    queueMaxUs: above((i) => delays.max[i]!),
  };
  const arrived = row[at.arrived]!;
  const lost = row[at.lost]!;
  const packets = arrived + lost + row[at.notCapturedAfter]!;
  const queue = seen.length > 0 && reading.steady ? summaryAbove(raw, reading, series, leastUs) : null;
  return {
    packets,
    arrived,
    lost,
    lostBytes: row[at.lostBytes]!,
    lostShare: packets > 0 ? lost / packets : null,
    notCapturedAfter: row[at.notCapturedAfter]!,
    notCapturedBefore: row[at.notCapturedBefore]!,
    outside: row[at.outside]!,
    givenUp: row[at.givenUp]!,
    reordered: row[at.reordered]!,
    ambiguous: row[at.ambiguous]!,
    delay: queue && reading.known ? plus(queue, leastUs) : null,
    queue,
    queued: queue ? periods(series, delays.binUs, reading) : [],
    series,
  };
}

function summaryAbove(
  { delays, percentiles }: RawCrossing,
  reading: Reading,
  series: CrossingSummary['series'],
  leastUs: number,
): DelaySummary {
  let packets = 0;
  let sum = 0;
  let maxUs = 0;
  let middle = 0;
  for (let i = 0; i < delays.count.length; i += 1) {
    const count = delays.count[i]!;
    if (!count) continue;
    packets += count;
    sum += count * series.queueMeanUs[i]!;
    middle += count * (i + 0.5) * delays.binUs;
    maxUs = Math.max(maxUs, series.queueMaxUs[i]!);
  }
  const correction = reading.addUs + (reading.slope * middle) / packets;
  const at = (us: number): number => Math.max(0, Math.min(maxUs, us + reading.floorUs + correction - leastUs));
  const [p50Us, p95Us, p99Us] = percentiles.map(at) as [number, number, number];
  return { minUs: 0, meanUs: sum / packets, p50Us, p95Us, p99Us, maxUs };
}

function plus(queue: DelaySummary, us: number): DelaySummary {
  return Object.fromEntries(
    Object.entries(queue).map(([name, value]) => [name, value + us]),
  ) as unknown as DelaySummary;
}

function periods(series: CrossingSummary['series'], binUs: number, { roundTripUs, fromUs }: Reading): QueuePeriod[] {
  const threshold = Math.max(QUEUE_LEAST_US, (roundTripUs ?? 0) * QUEUE_SHARE);
  const found: QueuePeriod[] = [];
  let packets = 0;
  let sum = 0;
  let maxUs = 0;
  let start = -1;
  let end = -1;
  const close = (): void => {
    if (start < 0) return;
    found.push({ fromUs: fromUs + start * binUs, toUs: fromUs + (end + 1) * binUs, meanUs: sum / packets, maxUs });
    start = -1;
  };
  for (let i = 0; i < series.arrived.length; i += 1) {
    const count = series.arrived[i]!;
    // A bin without packets says nothing.
    if (!count) continue;
    if (series.queueMeanUs[i]! <= threshold) {
      close();
      continue;
    }
    if (start < 0) {
      start = i;
      packets = 0;
      sum = 0;
      maxUs = 0;
    }
    end = i;
    packets += count;
    sum += count * series.queueMeanUs[i]!;
    maxUs = Math.max(maxUs, series.queueMaxUs[i]!);
  }
  close();
  return found;
}
