/**
 * Datasets of captures on disk: a folder a table, in it a Parquet file a capture, none under its name before it is whole; made
 * by threads of this machine or by workers of a queue. What stands in the tables is decided in src/dataset.
 */

export type { Blobs } from './blobs.js';
export type { MadeCapture } from './made.js';
export { type CaptureFrame, type CaptureJob, makeCapture } from './make.js';
export { type QueryResult, queryFolder } from './query.js';
export { type CaptureWorkerOptions, queueCaptures, runCaptureWorker } from './queued.js';
export { captureKind } from './queued-capture.js';
export { openStore } from './store.js';
export { type CaptureMakers, captureThreads } from './threads.js';
export { type FoundCaptures, findInTree } from './tree.js';
export { type DatasetStep, type WriteDatasetOptions, writeDataset } from './write.js';
