/**
 * Tables as Parquet files, and in each where it comes from. The one writer of them: captures, sweeps and samples of runs hand
 * it columns. It knows no room and no host; compression is handed in.
 */
export { type Provenance, provenanceEntries, seedRanges } from './provenance.js';
export { type Cell, type FilledColumn, writeParquet } from './write.js';
