/**
 * Simulations as jobs: scenario and algorithm files, one run in a thread of its own, sweeps over a pool of
 * threads, their rows and reports. In: scenarios. Out: results, rows, files. What a run computes is
 * src/sim's; where jobs come from and go to stands behind the `JobSource` interface.
 */

export { applyOverrides, type Overrides } from '../../sweep/index.js';
export { type Aggregate, aggregateRuns, withEstimates } from './aggregate.js';
export { type Axis, axisText, parseAxis } from './axis.js';
export {
  type Alone,
  type Beside,
  type Comparison,
  type ComparisonPlan,
  compareRows,
  planComparison,
  type Rank,
} from './comparison.js';
export { type Design, parseDesign } from './design.js';
export { FLOW_FIELDS, parseFlow } from './flow-text.js';
export { buildOf, canonicalJson, versionOf } from './job-key.js';
export type { Claim, JobSource, Outcome } from './job-source.js';
export { createMemoryJobs } from './memory-jobs.js';
export { type Contradiction, type MergedSweep, readMerge } from './merge.js';
export type { PacketTap } from './packet-file.js';
export { planSweep, type SweepJobs, type SweepPlan } from './plan.js';
export { type PoolOptions, runPool } from './pool.js';
export { type Origin, runProvenance, sweepProvenance } from './provenance.js';
export type { QueueKind } from './queue-kind.js';
export { QueuedJobs } from './queued-jobs.js';
export { queueWorkers } from './queued-sweep.js';
export { type Link, openLink, parseQueueAddress } from './redis-link.js';
export { RedisSource, Refusal } from './redis-source.js';
export { serveQueue, type WorkerOptions, type WorkerTold } from './redis-worker.js';
export { writeFiguresReport, writeRunReport, writeSweepReport } from './report-file.js';
export { type Row, resultRows, seriesRows, toCsv, toParquet } from './rows.js';
export { type RunOptions, type RunThreadData, runScenario } from './run.js';
export { type Frame, runJob } from './run-job.js';
export { runWorker } from './run-worker.js';
export { loadScenario, readScenarioFile } from './scenario-file.js';
export { createMemoryStore, openFolderStore, type SweepStore } from './store.js';
export { SUITES, type Suite, type SuiteName } from './suites.js';
export { runSweep, type SweepOutcome, type SweepWorkers, sweepThreads } from './sweep.js';
export { createTrust, readSigner, type Trust } from './trust.js';
export { runUntil, type UntilOutcome } from './until.js';
export { parseUntil, type Until } from './until-text.js';
export { type Constraint, parseConstraint } from './where.js';
