/**
 * The typed boundary between threads, and between this process and one it started: Comlink with
 * errors that keep their code and detail, and calls that end when the other side does. It carries
 * control (start, stop, statistics, events), never a report or a packet; it knows no thread by itself, only endpoints.
 */
export { type Endpoint, remoteCallback } from './callback.js';
export {
  type CaptureOverview,
  type CaptureService,
  type ConnectionColumns,
  createCaptureService,
  type DirectionColumns,
  SESSION_COLUMNS,
} from './capture-session.js';
export { type ErrorValue, errorFromValue, errorToValue } from './errors.js';
export { openRemote, type RemoteService, type Service, serve, threadGone } from './remote.js';
export {
  createSimService,
  type OwnAlgorithms,
  type ScenarioFault,
  type SimOutcome,
  type SimRun,
  type SimService,
  type SimSnapshot,
} from './sim-session.js';
