import { createHash } from 'node:crypto';
import { ERROR, MooringError } from '../../base/index.js';
import type { Scenario } from '../../sim/index.js';
import { jobKey } from './job-key.js';
import { applyOverrides, OVERRIDES, type Overrides } from './overrides.js';
import { createPacker, type PackedScenario, type Part, type Reach } from './parts.js';
import type { Row } from './rows.js';

/** One run of a sweep; `rows` holds its number, what was varied, which repeat, which seed. */
export interface SweepJob {
  readonly index: number;
  readonly scenario: Scenario;
  readonly rows: Row;
}

/** One run as it can go anywhere: what is run, and what it is known by; nothing of its place in a sweep. */
export interface KeyedJob {
  readonly index: number;
  readonly key: string;
  readonly packed: PackedScenario;
}

/** The jobs with their keys, and what they name by path. Throws MOORING_ERR_ALGORITHM_FILE, MOORING_ERR_FILE_UNREADABLE. */
export async function packJobs(
  jobs: readonly SweepJob[],
  reach: Reach,
): Promise<{ readonly jobs: readonly KeyedJob[]; readonly parts: ReadonlyMap<string, Part> }> {
  const packer = createPacker(reach);
  const keyed: KeyedJob[] = [];
  for (const { index, scenario } of jobs) {
    const packed = await packer.pack(scenario);
    keyed.push({ index, key: jobKey(packed), packed });
  }
  return { jobs: keyed, parts: packer.parts };
}

/** All runs of a sweep, and what tells this sweep from another one. */
export interface SweepPlan {
  readonly jobs: readonly SweepJob[];
  readonly axes: readonly Axis[];
  /** How often each combination runs. */
  readonly repeat: number;
  readonly hash: string;
}

export interface Axis {
  readonly key: keyof Overrides;
  readonly values: readonly string[];
}

const MAX_RUNS = 1_000_000;

/** Every combination of the axes' values, each `repeat` times with seeds that count up. */
export function planSweep(base: Scenario, axes: readonly Axis[], repeat: number): SweepPlan {
  const runs = axes.reduce((product, { values }) => product * values.length, repeat);
  if (runs > MAX_RUNS) throw refused(`the sweep would take ${runs} runs; at most ${MAX_RUNS} fit in one`);
  const combinations = axes.reduce<Overrides[]>(
    (all, { key, values }) => all.flatMap((chosen) => values.map((value) => ({ ...chosen, [key]: value }))),
    [{}],
  );
  const jobs = combinations.flatMap((chosen) =>
    Array.from({ length: repeat }, (_, index) => {
      const scenario = applyOverrides(base, chosen);
      const seed = (scenario.seed ?? 1) + index;
      return { rows: { ...chosen, repeat: index + 1, seed }, scenario: { ...scenario, seed, series: false } };
    }),
  );
  const numbered = jobs.map((job, index) => ({ index, ...job, rows: { run: index, ...job.rows } }));
  return { jobs: numbered, axes, repeat, hash: createHash('sha256').update(JSON.stringify(numbered)).digest('hex') };
}

/**
 * `rate=1,10,100Mbit` as an axis. A unit on the last value holds for those before it that have none.
 * Throws MOORING_ERR_BAD_ARGUMENT.
 */
export function parseAxis(text: string): Axis {
  const match = /^(\w+)=(.+)$/.exec(text);
  const key = OVERRIDES.find((name) => name === match?.[1]);
  if (!match || !key) {
    throw refused(`--sweep wants NAME=VALUE,VALUE… with NAME one of ${OVERRIDES.join(', ')}, not "${text}"`);
  }
  const values = match[2]!.split(',').map((value) => value.trim());
  if (values.includes('')) throw refused(`--sweep ${text}: a value is empty`);
  const unit = /^[\d.]+\s*([a-zµ]+)$/i.exec(values.at(-1)!)?.[1] ?? '';
  const plain = /^[\d.]+$/;
  return { key, values: values.map((value) => (unit && plain.test(value) ? `${value}${unit}` : value)) };
}

function refused(message: string): MooringError {
  return new MooringError(ERROR.MOORING_ERR_BAD_ARGUMENT, message, { argument: 'sweep' });
}
