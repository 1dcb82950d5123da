import { seriesColour, type Theme } from '../palette/index.js';
import type { Curve, Panel } from './figure.js';

/** One run of a sweep, as the scatter shows it. */
export interface SweepPoint {
  /** Points of a group share a colour: an algorithm, or another swept value. */
  readonly group: string;
  readonly p95DelayUs: number;
  readonly throughputBytesPerSecond: number;
}

/** Of so many points, those that fall into one cell of so many across and up are one, and all are drawn small. */
const MANY = 5_000;
const CELLS = { across: 300, up: 100 } as const;
const SMALL_PX = 4;

/** Throughput against the 95th percentile of `delay`, such as `round-trip time`: up and left is better. */
export function sweepPanel(delay: string, points: readonly SweepPoint[], theme: Theme): Panel {
  const sorted = [...drawnPoints(points)].sort((a, b) => a.p95DelayUs - b.p95DelayUs);
  const groups = [...new Set(points.map(({ group }) => group))].sort();
  return {
    title: `Throughput against 95th-percentile ${delay}: up and left is better`,
    xLabel: `p95 ${delay}, ms`,
    yLabel: 'Mbit/s',
    x: sorted.map((point) => point.p95DelayUs / 1000),
    curves: groups.map<Curve>((group, index) => ({
      label: group,
      values: sorted.map((point) => (point.group === group ? point.throughputBytesPerSecond * 8e-6 : null)),
      colour: seriesColour(theme, index),
      shape: 'points',
      ...(points.length > MANY ? { pointPx: SMALL_PX } : {}),
    })),
  };
}

/**
 * The points that are drawn: all of some; of many one of each cell, picked without regard to its group and to its place in the
 * sweep, so that where groups lie over each other none covers the others and each has its share of the cells.
 */
export function drawnPoints(points: readonly SweepPoint[]): readonly SweepPoint[] {
  if (points.length <= MANY) return points;
  const across = cellsOf(points, CELLS.across, ({ p95DelayUs }) => p95DelayUs);
  const up = cellsOf(points, CELLS.up, ({ throughputBytesPerSecond }) => throughputBytesPerSecond);
  const picked = new Int32Array(CELLS.across * CELLS.up).fill(-1);
  for (const [at, point] of points.entries()) {
    const cell = across(point) * CELLS.up + up(point);
    if (picked[cell] === -1 || lot(at) < lot(picked[cell]!)) picked[cell] = at;
  }
  return [...picked].filter((at) => at !== -1).map((at) => points[at]!);
}

/** A number that says nothing of `at`: Knuth's multiplicative hash, its high bits moved down (MurmurHash3's finaliser). */
function lot(at: number): number {
  const mixed = Math.imul(at + 1, 0x9e3779b1);
  return Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b) >>> 0;
}

function cellsOf(points: readonly SweepPoint[], cells: number, measure: (point: SweepPoint) => number) {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const point of points) {
    least = Math.min(least, measure(point));
    most = Math.max(most, measure(point));
  }
  const size = (most - least) / cells || 1;
  return (point: SweepPoint): number => Math.min(cells - 1, Math.floor((measure(point) - least) / size));
}
