import { createHash } from 'node:crypto';
import { type Estimate, estimate } from '../../base/index.js';
import type { Scenario } from '../../sim/index.js';
import type { SweepJob } from './plan.js';
import type { Row } from './rows.js';
import { type Cell, SUITES, type SuiteName } from './suites.js';

// Algorithms on the networks of a suite: each alone, and each beside each, itself too.

/** What a comparison runs. */
export interface ComparisonPlan {
  readonly suite: SuiteName;
  readonly algorithms: readonly string[];
  readonly jobs: readonly SweepJob[];
  readonly hash: string;
}

/** An algorithm alone on one network. */
export interface Alone {
  readonly algorithm: string;
  readonly cell: string;
  readonly n: number;
  readonly goodputBytesPerSecond: Estimate;
  readonly utilisation: Estimate;
  readonly queueDelayP95Us: Estimate;
  readonly lossRate: Estimate;
  /** Unknown where there is one flow. */
  readonly jain: Estimate;
  /** Kleinrock's: utilisation over the 95th percentile of the round trip, as a share of the best there. */
  readonly power: number | null;
}

/** Places by the geometric mean of `power` over the networks. */
export interface Rank {
  readonly algorithm: string;
  readonly power: number | null;
}

/** What became of `algorithm` beside `beside`, over all networks. */
export interface Beside {
  readonly algorithm: string;
  readonly beside: string;
  /** Of what both got. */
  readonly share: Estimate;
  /** Ware et al., HotNets 2019: the part of its throughput alone that it has not beside the other. Below 0: it has more. */
  readonly harm: Estimate;
}

/** What a comparison gave. */
export interface Comparison {
  readonly alone: readonly Alone[];
  readonly ranking: readonly Rank[];
  readonly beside: readonly Beside[];
}

/** Every algorithm alone and every pair on every network, each `repeat` times with seeds that count up. */
export function planComparison(algorithms: readonly string[], suite: SuiteName, repeat: number): ComparisonPlan {
  const runs: { rows: Row; scenario: Scenario }[] = [];
  const add = (cell: Cell, kind: string, flows: Scenario['flows'], beside: string | null): void => {
    for (let index = 0; index < repeat; index += 1) {
      const seed = 1 + index;
      const scenario = { ...cell.network, flows, seed, series: false } as Scenario;
      const algorithm = String(flows[0]!.algorithm);
      runs.push({ rows: { cell: cell.name, kind, subject: algorithm, beside, seed }, scenario });
    }
  };
  for (const cell of SUITES[suite].cells as readonly Cell[]) {
    const { count = 1, flow = {} } = cell;
    const group = (algorithm: string, n: number) => ({ ...flow, algorithm, count: n }) as Scenario['flows'][number];
    for (const algorithm of algorithms) {
      add(cell, 'alone', [group(algorithm, count)], null);
      add(cell, 'solo', [group(algorithm, 1)], null);
    }
    for (const [index, algorithm] of algorithms.entries()) {
      for (const other of algorithms.slice(index)) add(cell, 'pair', [group(algorithm, 1), group(other, 1)], other);
    }
  }
  const jobs = runs.map((run, index) => ({ index, ...run, rows: { run: index, ...run.rows } }));
  return { suite, algorithms, jobs, hash: createHash('sha256').update(JSON.stringify(jobs)).digest('hex') };
}

/** What the rows of a comparison say. */
export function compareRows({ algorithms, suite }: ComparisonPlan, rows: readonly Row[]): Comparison {
  const runs = runsOf(rows);
  const cells = (SUITES[suite].cells as readonly Cell[]).map(({ name }) => name);
  const alone = cells.flatMap((cell) => withPower(algorithms.map((algorithm) => aloneOn(runs, cell, algorithm))));
  const ranking = algorithms
    .map((algorithm) => ({
      algorithm,
      power: geometricMean(alone.filter((one) => one.algorithm === algorithm).map(({ power }) => power)),
    }))
    .sort((a, b) => (b.power ?? -1) - (a.power ?? -1));
  const beside = algorithms.flatMap((algorithm) => algorithms.map((other) => besideOf(runs, cells, algorithm, other)));
  return { alone, ranking, beside };
}

/** The rows of one run: one for each of its flows. */
type Run = readonly Row[];

function runsOf(rows: readonly Row[]): Run[] {
  const runs = new Map<unknown, Row[]>();
  for (const row of rows) runs.set(row['run'], [...(runs.get(row['run']) ?? []), row]);
  return [...runs.values()];
}

type Measured = Omit<Alone, 'power'> & { readonly rawPower: number | null };

function aloneOn(runs: readonly Run[], cell: string, algorithm: string): Measured {
  const own = runs.filter(
    ([row]) => row!['cell'] === cell && row!['kind'] === 'alone' && row!['subject'] === algorithm,
  );
  const of = (column: string): Estimate => estimate(own.map(([row]) => row![column] ?? null));
  const utilisation = of('runUtilisation');
  const rtt = of('runRttP95Us').mean;
  const flows = own[0]?.length ?? 0;
  return {
    algorithm,
    cell,
    n: own.length,
    goodputBytesPerSecond: of('runGoodputBytesPerSecond'),
    utilisation,
    queueDelayP95Us: of('runQueueDelayP95Us'),
    lossRate: of('runLossRate'),
    jain: flows > 1 ? of('runJain') : estimate([]),
    rawPower: utilisation.mean !== null && rtt ? utilisation.mean / rtt : null,
  };
}

function withPower(measured: readonly Measured[]): Alone[] {
  const best = Math.max(...measured.map(({ rawPower }) => rawPower ?? 0));
  return measured.map(({ rawPower, ...one }) => ({ ...one, power: rawPower === null ? null : rawPower / best }));
}

function besideOf(runs: readonly Run[], cells: readonly string[], algorithm: string, other: string): Beside {
  const shares: number[] = [];
  const harms: number[] = [];
  for (const cell of cells) {
    for (const run of runs) {
      const [row] = run;
      if (row!['cell'] !== cell || row!['kind'] !== 'pair') continue;
      const isFirst = row!['subject'] === algorithm && row!['beside'] === other;
      const isSecond = row!['subject'] === other && row!['beside'] === algorithm;
      if (!isFirst && !isSecond) continue;
      const [first, second] = run.map((flow) => Number(flow['throughputBytesPerSecond']));
      const solo = soloOf(runs, cell, algorithm, row!['seed']);
      const sides = [...(isFirst ? [[first!, second!]] : []), ...(isSecond ? [[second!, first!]] : [])];
      for (const [own, theirs] of sides as [number, number][]) {
        if (own + theirs > 0) shares.push(own / (own + theirs));
        if (solo > 0) harms.push((solo - own) / solo);
      }
    }
  }
  return { algorithm, beside: other, share: estimate(shares), harm: estimate(harms) };
}

function soloOf(runs: readonly Run[], cell: string, algorithm: string, seed: unknown): number {
  const run = runs.find(
    ([row]) =>
      row!['cell'] === cell && row!['kind'] === 'solo' && row!['subject'] === algorithm && row!['seed'] === seed,
  );
  return run ? Number(run[0]!['throughputBytesPerSecond']) : 0;
}

/** Null where one is unknown: a place that leaves out what did badly would be none. */
function geometricMean(values: readonly (number | null)[]): number | null {
  if (values.length === 0 || values.includes(null)) return null;
  const logs = (values as number[]).map((value) => Math.log(Math.max(value, 1e-9)));
  return Math.exp(logs.reduce((sum, log) => sum + log, 0) / logs.length);
}
