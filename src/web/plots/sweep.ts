import type { Curve } from './chart.js';
import { createChart } from './chart.js';
import { currentTheme, seriesColour } from './theme.js';

/** One run of a sweep, as the scatter shows it. */
export interface SweepPoint {
  /** Points of a group share a colour: an algorithm, or another swept value. */
  readonly group: string;
  readonly p95DelayUs: number;
  readonly throughputBytesPerSecond: number;
}

/** Throughput against the 95th percentile of `delay`, such as `round-trip time`: up and left is better. */
export function drawSweep(parent: HTMLElement, delay: string, points: readonly SweepPoint[]): void {
  const sorted = [...points].sort((a, b) => a.p95DelayUs - b.p95DelayUs);
  const theme = currentTheme();
  const groups = [...new Set(points.map(({ group }) => group))].sort();
  const curves = groups.map<Curve>((group, index) => ({
    label: group,
    values: sorted.map((point) => (point.group === group ? point.throughputBytesPerSecond * 8e-6 : null)),
    colour: seriesColour(theme, index),
    shape: 'points',
  }));
  createChart(parent, {
    title: `Throughput against 95th-percentile ${delay}: up and left is better`,
    xLabel: `p95 ${delay}, ms`,
    yLabel: 'Mbit/s',
    heightPx: 420,
  }).show(
    sorted.map((point) => point.p95DelayUs / 1000),
    curves,
  );
}
