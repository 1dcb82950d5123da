/**
 * What a run is, wherever it comes from: a simulation, a capture, a recording. Views of it hold no values; they ask for what
 * they show, a part of a series in so many columns, and get the same answers from memory, from a worker, from a run that
 * still grows and out of a report. It knows no page, no clock and no file.
 */
export { type Calibration, calibrate, type Fitted, whyNotCalibrated } from './calibrate.js';
export { type ColumnRun, readColumnRun, runOfColumns } from './columns.js';
export { type Difference, difference, type FlowDifference, pairedFlows, type RunDifference } from './difference.js';
export { runBytes } from './fingerprint.js';
export { type FrozenRun, freezeRun, thawRun } from './freeze.js';
export { type CaptureFlow, fromCapture, fromConnection, type WholeCapture } from './from-capture.js';
export { fromComparison } from './from-comparison.js';
export { type LiveFlowState, LiveRun } from './from-live.js';
export { fromQlog } from './from-qlog.js';
export { columnsOfRecording } from './from-recording.js';
export { columnsOfSimulation, fromSimulation, type Origin } from './from-simulation.js';
export { fromSweep } from './from-sweep.js';
export { type Column, type LiveSource, liveSource, memorySource } from './memory.js';
export type {
  Answer,
  Fact,
  FlowTotals,
  Provenance,
  Run,
  RunFlow,
  RunLimit,
  RunLink,
  RunSource,
  SeriesInfo,
  SeriesKind,
  Unit,
} from './model.js';
export type { EventKind, EventQuery, EventTable, Point, Quantity, SeriesColumns, SeriesQuery } from './query.js';
export { answer, remoteSource, type SourceCall } from './remote.js';
export { type Samples, samplesOf } from './samples.js';
export {
  SEQUENCE_KINDS,
  type SequenceAnswer,
  type SequenceKind,
  type SequencePacket,
  type SequenceQuery,
  type SequenceSource,
  type SequenceSpans,
  sequenceSource,
} from './sequence.js';
export { shifted } from './shifted.js';
export { deviationEllipse, type Ellipse, quantile } from './statistics.js';
