/**
 * The room with the DOM: spawning workers from a page, file input, plots. It shows what the
 * host-free rooms computed and decides nothing.
 */

export {
  type CaptureOverview,
  type CaptureService,
  type ConnectionColumns,
  createCaptureService,
  createSimService,
  type DirectionColumns,
  type Endpoint,
  type OwnAlgorithms,
  type RemoteService,
  remoteCallback,
  type ScenarioFault,
  type Service,
  type SimOutcome,
  type SimRun,
  type SimService,
  type SimSnapshot,
  serve,
} from '../client/index.js';
export type { Curve } from '../draw/index.js';
export { type Chart, type ChartCurve, type ChartOptions, createChart } from './plots/chart.js';
export { createRunPlots, type RunPlots } from './plots/run.js';
export { installPalette } from './plots/theme.js';
export type { TrustedUrl, WorkerSource } from './service-thread.js';
export { type CaptureWorker, spawnCapture } from './spawn-capture.js';
export { type SimWorker, spawnSim } from './spawn-sim.js';
