/**
 * Captures as tables of a dataset: what an analysis, series, marks and echoes are as rows and columns, with null where
 * something is not known; the columns stand in spec/dataset.json. It opens no file.
 */
export { DATASET_VERSION } from '../generated/dataset.js';
export { type Cell, columnsOf, type DatasetColumn, type DatasetTable, type TableColumns } from './columns.js';
export { type CaptureTables, DATASET_DEFAULTS, type DatasetOptions, readTables } from './read.js';
export { type CapturePoint, isCaptureName, type JoinFiles, joinFiles } from './rotation.js';
export type { CaptureIdentity } from './rows.js';
