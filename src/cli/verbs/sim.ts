import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { type Command, Option } from 'commander';
import { parseDurationUs, parseRateBytesPerSecond } from '../../base/index.js';
import {
  type Axis,
  applyOverrides,
  type Overrides,
  parseAxis,
  type Row,
  readScenarioFile,
  resultRows,
  toCsv,
  toParquet,
  writeRunReport,
} from '../../node/jobs/index.js';
import {
  describeScenario,
  PRESETS,
  type PresetName,
  parseQueueSize,
  presetScenario,
  resultToJson,
  type Scenario,
} from '../../sim/index.js';
import { checkedBy, collect, share, wholeNumber } from '../arguments.js';
import { UsageError } from '../failure.js';
import { runWatched } from '../sim/live-table.js';
import { sweepScenario } from '../sim/sweep.js';
import { problemText, summaryText } from '../sim/text.js';

/** Options of `mooring sim`, as commander gives them. */
export interface SimOptions extends Overrides {
  readonly preset?: PresetName;
  readonly html?: string;
  readonly json?: boolean;
  readonly series?: boolean;
  readonly csv?: string | true;
  readonly parquet?: string;
  readonly sweep: readonly Axis[];
  readonly repeat: number;
  readonly out?: string;
  readonly workers: number;
}

const DEFAULT: Scenario = {
  rate: '12Mbit',
  rtt: '40ms',
  queue: '1bdp',
  flows: [{ algorithm: 'aimd' }],
  duration: '30s',
  seed: 1,
};

export function addSim(program: Command): void {
  const presets = PRESETS.map(({ name, description }) => `  ${name.padEnd(12)} ${description}`).join('\n');
  program
    .command('sim')
    .description('simulate flows over a link: a scenario file, a preset, or options')
    .argument('[scenario]', 'scenario file (JSON; spec/scenario.schema.json)')
    .addOption(new Option('--preset <name>', 'start from a preset (below)').choices(PRESETS.map(({ name }) => name)))
    .option('--alg <name|path>', 'algorithm of all flows: aimd, reno, cubic, builtin:cubic, … or a module')
    .option('--flows <n>', 'number of flows', checkedBy(wholeNumber(1)))
    .option('--rate <rate>', 'rate of the bottleneck, such as 12Mbit', checkedBy(parseRateBytesPerSecond))
    .option('--rtt <duration>', 'base round trip, such as 40ms', checkedBy(parseDurationUs))
    .option('--queue <size>', 'bottleneck queue: 1bdp, 100pkt or 64KiB', checkedBy(parseQueueSize))
    .option('--loss <share>', 'random loss, such as 0.001', checkedBy(share))
    .option('--duration <duration>', 'simulated time, such as 30s', checkedBy(parseDurationUs))
    .option('--seed <n>', 'seed of everything random', checkedBy(wholeNumber(0)))
    .addOption(new Option('--engine <name>', 'how datapath programs run').choices(['jit', 'interpreter']))
    .option('--html <file>', 'write a report with plots')
    .option('--json', 'print one JSON document')
    .option('--series', 'with --json: the series over time, too')
    .option('--csv [file]', 'one row per flow and run, to a file or standard output')
    .option('--parquet <file>', 'the same rows as Parquet')
    .option('--sweep <name=a,b,…>', 'run every combination; may be given several times', collect(parseAxis), [])
    .option('--repeat <n>', 'run each combination so many times, seeds counting up', wholeNumber(1), 1)
    .option('--out <dir>', 'keep the results of a sweep here, and go on where it stopped')
    .option('--workers <n>', 'threads of a sweep', wholeNumber(1), availableParallelism())
    .addHelpText('after', `\nPresets:\n${presets}`)
    .action(async (file: string | undefined, options: SimOptions) => {
      const scenario = applyOverrides(await base(file, options), options);
      if (options.sweep.length > 0 || options.repeat > 1) await sweepScenario(scenario, options);
      else await runOnce(scenario, options);
    });
}

async function base(file: string | undefined, { preset }: SimOptions): Promise<Scenario> {
  if (file !== undefined && preset !== undefined) throw new UsageError('give a scenario file or --preset, not both');
  if (file !== undefined) return readScenarioFile(file);
  return preset === undefined ? DEFAULT : presetScenario(preset);
}

async function runOnce(scenario: Scenario, options: SimOptions): Promise<void> {
  if (options.out !== undefined) throw new UsageError('--out belongs to a sweep: add --sweep or --repeat');
  const result = await runWatched(scenario, { stream: process.stderr.isTTY ? process.stderr : undefined });
  const rows = (): Row[] => resultRows({ seed: result.scenario.seed }, result);
  if (options.html !== undefined) process.stderr.write(`report: ${await writeRunReport(options.html, result)}\n`);
  if (options.parquet !== undefined) await writeFile(options.parquet, toParquet(rows()));
  if (typeof options.csv === 'string') await writeFile(options.csv, toCsv(rows()));
  if (options.json) {
    process.stdout.write(`${JSON.stringify(resultToJson(result, { series: options.series ?? false }), null, 2)}\n`);
  } else if (options.csv === true) {
    process.stdout.write(toCsv(rows()));
  } else {
    process.stdout.write(`${describeScenario(result.scenario)}\n${summaryText(result)}\n`);
  }
  process.stderr.write(problemText(result));
  if (result.problems.length > 0) process.exitCode = 1;
}
