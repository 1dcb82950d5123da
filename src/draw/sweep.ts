import { seriesColour, type Theme } from '../palette/index.js';
import type { Curve, Panel } from './figure.js';

/** One run of a sweep, as the scatter shows it. */
export interface SweepPoint {
  /** Points of a group share a colour: an algorithm, or another swept value. */
  readonly group: string;
  readonly p95DelayUs: number;
  readonly throughputBytesPerSecond: number;
}

/** Throughput against the 95th percentile of `delay`, such as `round-trip time`: up and left is better. */
export function sweepPanel(delay: string, points: readonly SweepPoint[], theme: Theme): Panel {
  const sorted = [...points].sort((a, b) => a.p95DelayUs - b.p95DelayUs);
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
    })),
  };
}
