import { type SweepPoint, sweepPanel } from '../../draw/index.js';
import { createChart } from './chart.js';
import { currentTheme } from './theme.js';

/** Throughput against the 95th percentile of `delay`, such as `round-trip time`: up and left is better. */
export function drawSweep(parent: HTMLElement, delay: string, points: readonly SweepPoint[]): void {
  const { title, xLabel, yLabel, x, curves } = sweepPanel(delay, points, currentTheme());
  createChart(parent, { title, xLabel, yLabel, heightPx: 420 }).show(x, curves);
}
