import { estimate } from '../../base/index.js';
import type { SweepJobs, SweepPlan } from './plan.js';
import type { Row } from './rows.js';
import type { SweepStore } from './store.js';
import { runSweep, type SweepOptions, type SweepOutcome, type SweepWorkers } from './sweep.js';
import type { Until } from './until-text.js';

/** What a sweep with a stopping rule gave beside its rows. */
export interface UntilOutcome extends SweepOutcome {
  /** Combinations that ran `most` times and are not narrow yet. */
  readonly wide: number;
  /** Combinations of whose runs the column says nothing. */
  readonly unknown: number;
}

/**
 * Repeats each combination of `plan`, whose `repeat` is the most there may be, until its interval is narrow. Rounds make
 * half as many again of those that are not, so what runs follows from results alone: not from who works, nor in what order.
 */
export async function runUntil(
  plan: SweepPlan,
  store: SweepStore,
  workers: SweepWorkers,
  until: Until,
  options: SweepOptions,
): Promise<UntilOutcome> {
  const repeats = new Uint32Array(plan.cells);
  const failures: { run: Row; error: string }[] = [];
  let open = Array.from(repeats, (_, cell) => cell);
  let wide = 0;
  let unknown = 0;
  let before = 0;
  let complete = true;
  for (let from = 0, to = until.least; open.length > 0 && complete; ) {
    const jobs = roundOf(plan, open, from, to);
    const failed = new Set<number>();
    const round = await runSweep(jobs, store, workers, {
      ...(options.signal ? { signal: options.signal } : {}),
      onProgress: (done, total) => options.onProgress?.(before + done, before + total),
    });
    complete = round.complete;
    before += jobs.length;
    for (const cell of open) repeats[cell] = to;
    for (const failure of round.failures) {
      failures.push(failure);
      failed.add(Math.floor(Number(failure.run['run']) / plan.repeat));
    }
    const standings = complete
      ? open.map((cell) => (failed.has(cell) ? 'failed' : standing(plan, store, until, cell, to)))
      : [];
    unknown += standings.filter((one) => one === 'unknown').length;
    const still = open.filter((_, at) => standings[at] === 'wide');
    if (to === until.most) wide = still.length;
    open = to === until.most ? [] : still;
    from = to;
    to = Math.min(until.most, Math.ceil(to * 1.5));
  }
  return { ...numbered(plan, store, repeats, failures), complete, wide, unknown };
}

function roundOf(plan: SweepPlan, cells: readonly number[], from: number, to: number): SweepJobs {
  return {
    length: cells.length * (to - from),
    *[Symbol.iterator]() {
      for (const cell of cells) yield* plan.runsOf(cell, from, to);
    },
  };
}

function standing(
  plan: SweepPlan,
  store: SweepStore,
  { ci, column }: Until,
  cell: number,
  repeats: number,
): 'narrow' | 'wide' | 'unknown' {
  const samples: (string | number | null)[] = [];
  for (let at = 0; at < repeats; at += 1) {
    const row = store.done.get(cell * plan.repeat + at)?.[0];
    // Nothing was drawn: more repeats are the same run.
    if (row?.['runDrawn'] === 0) return 'narrow';
    samples.push(row?.[column] ?? null);
  }
  const { mean, ci95 } = estimate(samples);
  if (mean === null) return 'unknown';
  return ci95 !== null && ci95 <= ci * Math.abs(mean) ? 'narrow' : 'wide';
}

/** The runs that count, without gaps in their numbers. */
function numbered(
  plan: SweepPlan,
  store: SweepStore,
  repeats: Uint32Array,
  failed: readonly { readonly run: Row; readonly error: string }[],
): Pick<SweepOutcome, 'rows' | 'failures'> {
  const rows: Row[] = [];
  const numbers = new Map<number, number>();
  let run = 0;
  for (const [cell, count] of repeats.entries()) {
    for (const job of plan.runsOf(cell, 0, count)) {
      for (const row of store.done.get(job.index) ?? []) rows.push({ ...job.rows, run, ...row });
      numbers.set(job.index, run);
      run += 1;
    }
  }
  const failures = failed.map(({ run: row, error }) => ({
    run: { ...row, run: numbers.get(Number(row['run'])) ?? null },
    error,
  }));
  return { rows, failures };
}
