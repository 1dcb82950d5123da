import { createHash } from 'node:crypto';
import { ERROR, MooringError } from '../../base/index.js';
import type { Scenario } from '../../sim/index.js';
import { applyOverrides, type Overrides } from '../../sweep/index.js';
import { type Axis, isRange, valuesOf } from './axis.js';
import { type Design, designPoints } from './design.js';
import { jobKey } from './job-key.js';
import { createPacker, type PackedScenario, type Part, type Reach } from './parts.js';
import type { Row } from './rows.js';
import type { Constraint } from './where.js';

/** One run of a sweep; `rows` holds its number, what was varied, which repeat, which seed. */
export interface SweepJob {
  readonly index: number;
  readonly scenario: Scenario;
  readonly rows: Row;
}

/** Runs that are made as they are asked for, the same each time. */
export interface SweepJobs extends Iterable<SweepJob> {
  readonly length: number;
}

/** One run as it can go anywhere: what is run, and what it is known by; nothing of its place in a sweep. */
export interface KeyedJob {
  readonly job: SweepJob;
  readonly key: string;
  readonly packed: PackedScenario;
}

/**
 * Gives runs their keys, one after another. What they name by path is in `parts` from then on; with `made` no file is read,
 * and they are known as they were where they were made. `keyed` throws MOORING_ERR_ALGORITHM_FILE,
 * MOORING_ERR_FILE_UNREADABLE, and MOORING_ERR_JOB_PART for a path whose hash `made` does not have.
 */
export function packJobs(
  reach: Reach,
  made?: { readonly build: string; readonly files: Readonly<Record<string, string>> },
): {
  readonly parts: ReadonlyMap<string, Part>;
  keyed(jobs: Iterable<SweepJob>): AsyncGenerator<KeyedJob>;
} {
  const packer = createPacker(reach, made?.files);
  return {
    parts: packer.parts,
    async *keyed(jobs) {
      for (const job of jobs) {
        const packed = await packer.pack(job.scenario);
        yield { job, key: jobKey(packed, made?.build), packed };
      }
    },
  };
}

/** What a sweep varies, and of what. */
export interface SweepDescription {
  readonly base: Scenario;
  readonly axes: readonly Axis[];
  readonly repeat: number;
  readonly design?: Design | undefined;
  /** Conditions as they were written. */
  readonly where: readonly string[];
}

/** All runs of a sweep, and what tells this sweep from another one. */
export interface SweepPlan {
  readonly jobs: SweepJobs;
  readonly axes: readonly Axis[];
  /** How many combinations there are; each has `repeat` runs that follow one another. */
  readonly cells: number;
  /** How often each combination runs. */
  readonly repeat: number;
  readonly hash: string;
  /** All of it as it can be written down. */
  readonly sweep: SweepDescription;
  /** The runs `from` to before `to` of a combination's repeats. */
  runsOf(cell: number, from: number, to: number): SweepJob[];
}

export interface PlanOptions {
  /** The full grid where there is none. */
  readonly design?: Design;
  /** What combinations must hold to be run. */
  readonly where?: readonly Constraint[];
}

const MAX_RUNS = 10_000_000;

/**
 * The combinations of the axes' values, or those a design draws, that keep the constraints; each `repeat` times with seeds
 * that count up. Runs are made when they are asked for. Throws MOORING_ERR_BAD_ARGUMENT.
 */
export function planSweep(
  base: Scenario,
  axes: readonly Axis[],
  repeat: number,
  { design, where = [] }: PlanOptions = {},
): SweepPlan {
  const twice = axes.find(({ key }, at) => axes.findIndex((axis) => axis.key === key) < at);
  if (twice) throw refused(`${twice.key} is swept twice: write all of its values in one --sweep`);
  const range = axes.find(isRange);
  if (range && !design) throw refused(`--sweep ${range.key}: a range wants --design lhs:N or --design sobol:N`);
  const points = design ? design.points : axes.reduce((product, axis) => product * valuesOf(axis).length, 1);
  if (points * repeat > MAX_RUNS)
    throw refused(`the sweep would take ${points * repeat} runs; at most ${MAX_RUNS} fit in one`);
  const all = design ? designPoints(design, axes) : (at: number) => gridPoint(axes, at);
  const kept = where.length === 0 ? undefined : keptPoints(base, points, all, where);
  const cells = kept?.length ?? points;
  const chosenOf = (cell: number): Overrides => all(kept ? kept[cell]! : cell);
  const runsOf = (cell: number, from: number, to: number): SweepJob[] => {
    const chosen = chosenOf(cell);
    const scenario = applyOverrides(base, chosen);
    return Array.from({ length: to - from }, (_, offset) => {
      const at = from + offset;
      const seed = (scenario.seed ?? 1) + at;
      const index = cell * repeat + at;
      return {
        index,
        scenario: { ...scenario, seed, series: false },
        rows: { run: index, ...chosen, repeat: at + 1, seed },
      };
    });
  };
  const jobs: SweepJobs = {
    length: cells * repeat,
    *[Symbol.iterator]() {
      for (let cell = 0; cell < cells; cell += 1) yield* runsOf(cell, 0, repeat);
    },
  };
  const described: SweepDescription = { base, axes, repeat, design, where: where.map(({ text }) => text) };
  const hash = createHash('sha256').update(JSON.stringify(described)).digest('hex');
  return { jobs, axes, cells, repeat, hash, sweep: described, runsOf };
}

/** The last axis moves first. */
function gridPoint(axes: readonly Axis[], at: number): Overrides {
  const chosen: [string, string][] = [];
  let rest = at;
  for (const axis of [...axes].reverse()) {
    const values = valuesOf(axis);
    chosen.push([axis.key, values[rest % values.length]!]);
    rest = Math.floor(rest / values.length);
  }
  return Object.fromEntries(chosen.reverse());
}

/** Four bytes a combination. */
function keptPoints(
  base: Scenario,
  points: number,
  all: (at: number) => Overrides,
  where: readonly Constraint[],
): Uint32Array {
  const kept = new Uint32Array(points);
  let count = 0;
  for (let at = 0; at < points; at += 1) {
    const scenario = applyOverrides(base, all(at));
    if (where.every((constraint) => constraint.holds(scenario))) kept[count++] = at;
  }
  if (count === 0)
    throw refused(`no combination of ${points} keeps ${where.map(({ text }) => `"${text}"`).join(', ')}`);
  return kept.slice(0, count);
}

function refused(message: string): MooringError {
  return new MooringError(ERROR.MOORING_ERR_BAD_ARGUMENT, message, { argument: 'sweep' });
}
