/**
 * Datasets of captures on disk: a folder a table, in it a Parquet file a capture, none under its name before it is whole.
 * What stands in the tables is decided in src/dataset.
 */
export { type DatasetStep, writeDataset } from './write.js';
