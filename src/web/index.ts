/**
 * The room with the DOM: spawning workers from a page, file input, plots. It shows what the
 * host-free rooms computed and decides nothing.
 */

export {
  type CaptureOverview,
  type ConnectionColumns,
  remoteCallback,
} from '../client/index.js';
export * from '../index.js';
export { type CaptureWorker, spawnCapture } from './capture-worker.js';
export { type Chart, type ChartOptions, type Curve, createChart } from './plots/chart.js';
export { createRunPlots, type RunPlots } from './plots/run.js';
export { type SimWorker, spawnSim } from './sim-worker.js';
