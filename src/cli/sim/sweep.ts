import { formatDuration, formatShare } from '../../base/index.js';
import {
  type Axis,
  type Constraint,
  createMemoryStore,
  type Design,
  loadScenario,
  openFolderStore,
  planSweep,
  runSweep,
  runUntil,
  type SweepPlan,
  type SweepStore,
  type Until,
  type UntilOutcome,
} from '../../node/jobs/index.js';
import { normaliseScenario, type Scenario } from '../../sim/index.js';
import { EXIT } from '../exit-codes.js';
import { UsageError } from '../failure.js';
import { STANDARD_OUTPUT, tell } from '../output.js';
import { stopOnSignal } from '../signals.js';
import { shown } from '../table.js';
import { bar, createStatusLine } from './progress.js';
import { type ResultOptions, runText, writeResults } from './results.js';
import { type WorkersCliOptions, workersOf } from './workers.js';

/** The options of `mooring sim` that a sweep reads. */
export interface SweepCliOptions extends WorkersCliOptions, ResultOptions {
  readonly sweep: readonly Axis[];
  readonly repeat: number;
  readonly design?: Design;
  readonly where: readonly Constraint[];
  readonly until?: Until;
  readonly progress: boolean;
}

/** About 1 kB a flow of each. */
const MOST_RUNS = 1_000_000;

/** Runs a sweep on worker threads and writes its results where the options say. */
export async function sweepScenario(base: Scenario, options: SweepCliOptions): Promise<void> {
  const { until, design, where } = options;
  const repeat = until?.most ?? options.repeat;
  const plan = planSweep(base, options.sweep, repeat, { ...(design ? { design } : {}), where });
  if (!until && plan.jobs.length > MOST_RUNS)
    throw new UsageError(
      `the sweep would take ${plan.jobs.length} runs; the results of at most ${MOST_RUNS} fit in memory`,
    );
  // Every combination is checked before the first one runs.
  for (let cell = 0; cell < plan.cells; cell += 1)
    normaliseScenario(await loadScenario(plan.runsOf(cell, 0, 1)[0]!.scenario));
  const store =
    options.out === undefined
      ? createMemoryStore()
      : await openFolderStore(options.out, { ...plan, sweep: { ...plan.sweep, until } });
  try {
    await runPlan(plan, store, options);
  } finally {
    store.close();
  }
}

async function runPlan(plan: SweepPlan, store: SweepStore, options: SweepCliOptions): Promise<void> {
  const { until } = options;
  const kept = store.done.size;
  if (kept > 0) tell(`going on: ${kept}${until ? '' : ` of ${plan.jobs.length}`} runs are done already`);
  let who = '';
  const logs = options.json || options.csv === STANDARD_OUTPUT ? { logs: process.stderr } : {};
  const { workers, close } = await workersOf(options, {
    ...logs,
    onWorkers: (workers, threads) => {
      who = `   ${threads} threads of ${workers} workers`;
    },
  });
  const stop = stopOnSignal();
  const line = options.progress ? await createStatusLine(process.stderr, () => performance.now()) : undefined;
  const begunMs = performance.now();
  const standing = (done: number, total: number): string =>
    `${bar(done / total)} ${done} of ${total} runs   ${timeLeft(done - kept, total - done, begunMs)} left${who}`;
  const watched = {
    signal: stop.signal,
    onProgress: (done: number, total: number) => line?.show(standing(done, total)),
  };
  const running = until ? runUntil(plan, store, workers, until, watched) : runSweep(plan.jobs, store, workers, watched);
  const outcome = await running.finally(async () => {
    line?.end();
    stop.close();
    await close();
  });
  await writeResults(plan, outcome, options, { until });
  for (const { run, error } of outcome.failures) tell(`failed: ${runText(run)}: ${error}`);
  if (until) tellUntil(outcome as UntilOutcome, plan, until);
  if (!outcome.complete)
    tell(
      `stopped: ${store.done.size}${until ? '' : ` of ${plan.jobs.length}`} runs done${options.out ? '; run it again to go on' : ''}`,
    );
  if (outcome.failures.length > 0) process.exitCode = EXIT.FAILED;
  if (!outcome.complete) process.exitCode = EXIT.CUT_SHORT;
}

function tellUntil({ wide, unknown }: UntilOutcome, { cells }: SweepPlan, { column, ci, most }: Until): void {
  if (wide > 0)
    tell(
      `${wide} of ${cells} combinations are not within ${formatShare(ci)} after ${most} repeats: give --until a larger max`,
    );
  if (unknown > 0) tell(`${unknown} of ${cells} combinations have no ${column}: they were not repeated further`);
}

/** What is left at the pace of this sitting, which runs kept from an earlier one say nothing about. */
function timeLeft(done: number, left: number, begunMs: number): string {
  const perRunMs = (performance.now() - begunMs) / done;
  return shown(perRunMs * left * 1000, formatDuration, done);
}
