import { type Provenance, seedRanges } from '../../parquet/index.js';
import type { Scenario } from '../../sim/index.js';
import { applyOverrides } from '../../sweep/index.js';
import { isRange, valuesOf } from './axis.js';
import { buildOf, RESULT_SCHEMA, versionOf } from './job-key.js';
import { createPacker } from './parts.js';
import type { SweepDescription, SweepPlan } from './plan.js';
import type { Row } from './rows.js';
import { type Until, untilText } from './until-text.js';

// What a file of rows says of itself. It follows from what was computed alone: not from who did the runs, nor in how many
// sittings, so that the same sweep is the same bytes.

/** Runs that were made elsewhere or before. */
export interface Origin {
  readonly build: string;
  /** The hash of what scenarios name by path. */
  readonly files: Readonly<Record<string, string>>;
}

/** The hash of each file that the scenarios of a sweep name by path. `known` are believed; without them files are read. */
export async function filesOf(
  { base, axes }: SweepDescription,
  known?: Readonly<Record<string, string>>,
): Promise<Record<string, string>> {
  const packer = createPacker('here', known);
  const valuesOr = (key: 'alg' | 'trace'): readonly (string | undefined)[] => {
    const axis = axes.find((one) => one.key === key);
    return axis === undefined ? [undefined] : valuesOf(axis);
  };
  for (const alg of valuesOr('alg')) {
    for (const trace of valuesOr('trace'))
      await packer.pack(
        applyOverrides(base, { ...(alg === undefined ? {} : { alg }), ...(trace === undefined ? {} : { trace }) }),
      );
  }
  return Object.fromEntries([...packer.files].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Of the rows of a sweep. */
export async function sweepProvenance(
  { sweep }: Pick<SweepPlan, 'sweep'>,
  rows: readonly Row[],
  { until, origin }: { readonly until?: Until | undefined; readonly origin?: Origin | undefined } = {},
): Promise<Provenance> {
  const build = origin?.build ?? buildOf();
  return {
    schema: `results/${RESULT_SCHEMA}`,
    command: sweepCommand(sweep, until),
    ...{ version: versionOf(build), build, seeds: seedsOf(rows) },
    sources: await filesOf(sweep, origin?.files),
    scenario: sweep.base,
  };
}

/** Of the rows of one run. */
export async function runProvenance(scenario: Scenario, rows: readonly Row[], command: string): Promise<Provenance> {
  const build = buildOf();
  return {
    schema: `results/${RESULT_SCHEMA}`,
    ...{ command, version: versionOf(build), build, seeds: seedsOf(rows) },
    sources: await filesOf({ base: scenario, axes: [], repeat: 1, where: [] }),
    scenario,
  };
}

function seedsOf(rows: readonly Row[]): [number, number][] {
  const seeds = new Set<number>();
  for (const { seed } of rows) if (typeof seed === 'number') seeds.add(seed);
  return seedRanges(seeds);
}

/** What of the command line decides the rows; its scenario stands beside it. */
function sweepCommand({ axes, repeat, design, where }: SweepDescription, until: Until | undefined): string {
  const words = axes.map((axis) => {
    if (!isRange(axis)) return `--sweep ${quoted(`${axis.key}=${axis.values.join(',')}`)}`;
    return `--sweep ${quoted(`${axis.key}=${axis.low}..${axis.high}${axis.unit}${axis.isLog ? ':log' : ''}`)}`;
  });
  if (design) words.push(`--design ${design.kind}:${design.points}:${design.seed}`);
  words.push(...where.map((text) => `--where ${quoted(text)}`));
  if (until) words.push(`--until ${untilText(until)}`);
  else if (repeat > 1) words.push(`--repeat ${repeat}`);
  return ['mooring sim scenario.json', ...words].join(' ');
}

/** A word as a shell takes it. */
function quoted(word: string): string {
  return /^[\w./:=,%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
