/**
 * A sweep as its reader looks at it: many runs, each a row of what was varied for it and of what came of it, in columns. In:
 * the rows of results, what a folder says of itself. Out: columns that are filtered, sorted, averaged and compared, and the
 * scenario that makes any one of the runs again. It knows no page, no clock and no file.
 */
export { type Bins, binsOf, type CellMeans, cellMeans, type PairTable, pairedDifferences } from './cells.js';
export { type Combination, combinationIds, combinations } from './combinations.js';
export { type FilteredRuns, filterRuns } from './filter.js';
export {
  areRows,
  type RunFile,
  readRunFile,
  readSweepDocument,
  SWEEP_FILE_SCHEMA,
  type SweepDocument,
} from './folder.js';
export { type FrozenSweep, freezeSweep, thawSweep } from './freeze.js';
export { type AboutSweep, type Cell, columnsOfSweep, type ResultTable, sweepOf, tableOfRows } from './from-table.js';
export { keySizes } from './key-sizes.js';
export type {
  KeyUnit,
  MeasureUnit,
  Sweep,
  SweepKey,
  SweepMeasure,
} from './model.js';
export { sortRuns } from './order.js';
export { applyOverrides, OVERRIDES, type Overrides } from './overrides.js';
export { needsFiles, scenarioOfRun, whyNoScenario } from './scenario.js';
