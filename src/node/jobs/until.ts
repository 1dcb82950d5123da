import { ERROR, estimate, MooringError, parseShare } from '../../base/index.js';
import type { SweepJobs, SweepPlan } from './plan.js';
import type { Row } from './rows.js';
import type { SweepStore } from './store.js';
import { runSweep, type SweepOptions, type SweepOutcome, type SweepWorkers } from './sweep.js';

/** When a combination has been repeated often enough. */
export interface Until {
  /** Half of the 95 % confidence interval of the mean, as a share of the mean. */
  readonly ci: number;
  /** Of which column of the results. */
  readonly column: string;
  readonly least: number;
  readonly most: number;
}

const COLUMNS: Readonly<Record<string, string>> = {
  throughput: 'runThroughputBytesPerSecond',
  goodput: 'runGoodputBytesPerSecond',
  utilisation: 'runUtilisation',
  jain: 'runJain',
  loss: 'runLossRate',
  rtt: 'runRttMeanUs',
  rttP95: 'runRttP95Us',
  queueDelay: 'runQueueDelayMeanUs',
  queueDelayP95: 'runQueueDelayP95Us',
  fct: 'runFctMeanUs',
  fctP95: 'runFctP95Us',
};

const LEAST = 5;
const MOST = 1000;
const MOST_EVER = 100_000;

/** `ci=2%`, `ci=1%,of=rttP95,min=10,max=500`. Throws MOORING_ERR_BAD_ARGUMENT, MOORING_ERR_BAD_UNIT. */
export function parseUntil(text: string): Until {
  const given = new Map<string, string>();
  for (const part of text.split(',')) {
    const [, name, value] = /^\s*(ci|of|min|max)=(.+?)\s*$/.exec(part) ?? [];
    if (name === undefined || value === undefined || given.has(name))
      throw refused(`--until wants ci=SHARE, and of=, min=, max= once each, not "${part}"`);
    given.set(name, value);
  }
  const ci = given.has('ci') ? parseShare(given.get('ci')!) : 0;
  if (ci === 0) throw refused(`--until ${text}: it wants ci=SHARE above 0, such as ci=2%`);
  const of = given.get('of') ?? 'throughput';
  const column = Object.hasOwn(COLUMNS, of) ? COLUMNS[of] : undefined;
  if (column === undefined)
    throw refused(`--until ${text}: of= is one of ${Object.keys(COLUMNS).join(', ')}, not ${of}`);
  const least = readCount(text, 'min', given.get('min') ?? String(Math.min(LEAST, Number(given.get('max') ?? LEAST))));
  const most = readCount(text, 'max', given.get('max') ?? String(Math.max(MOST, least)));
  if (least > most) throw refused(`--until ${text}: min is above max`);
  return { ci, column, least, most };
}

function readCount(text: string, name: string, given: string): number {
  const count = /^\d{1,6}$/.test(given) ? Number(given) : 0;
  if (count < 2 || count > MOST_EVER)
    throw refused(`--until ${text}: ${name} is a whole number from 2 to ${MOST_EVER}, not ${given}`);
  return count;
}

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

function refused(message: string): MooringError {
  return new MooringError(ERROR.MOORING_ERR_BAD_ARGUMENT, message, { argument: 'until' });
}
