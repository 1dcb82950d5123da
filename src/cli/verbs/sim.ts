import { availableParallelism } from 'node:os';
import { type Command, Option } from 'commander';
import { parseRateBytesPerSecond, parseShare } from '../../base/index.js';
import { runFigure } from '../../draw/index.js';
import {
  type Axis,
  applyOverrides,
  type Constraint,
  type Design,
  type Overrides,
  type PacketTap,
  parseAxis,
  parseConstraint,
  parseDesign,
  parseFlow,
  parseUntil,
  type Row,
  readScenarioFile,
  resultRows,
  runProvenance,
  seriesRows,
  toCsv,
  toParquet,
  type Until,
  writeRunReport,
} from '../../node/jobs/index.js';
import {
  describeScenario,
  PRESETS,
  type PresetName,
  parseQueueSize,
  presetScenario,
  type Scenario,
  TRACES,
} from '../../sim/index.js';
import { algorithmOption } from '../algorithm.js';
import { UsageError } from '../failure.js';
import { madeHere } from '../made.js';
import { keepStdout, print, printJson, STANDARD_OUTPUT, tell, writeResult } from '../output.js';
import { PICTURE_HELP, type PictureOptions, writePictures } from '../picture.js';
import { SENDER_HELP, SENDER_NAMES } from '../sim/senders.js';
import { sweepScenario } from '../sim/sweep.js';
import { failureLines, summaryText } from '../sim/text.js';
import { exitCodeOfRun, resultDocument, runWatched } from '../sim/watched.js';
import { checkedBy, collect, duration, parsedBy, wholeNumber } from '../values.js';

/** Runs that take less show no progress. */
const QUIET_MS = 1_000;

/** Options of `mooring sim`, as commander gives them. */
export interface SimOptions extends Overrides, PictureOptions {
  readonly preset?: PresetName;
  readonly html?: string;
  readonly json?: boolean;
  readonly series?: boolean;
  readonly csv?: string;
  readonly parquet?: string;
  readonly flow: Scenario['flows'];
  readonly pcap: readonly PacketTap[];
  readonly qlog?: string;
  readonly seriesCsv?: string;
  readonly sweep: readonly Axis[];
  readonly repeat: number;
  readonly design?: Design;
  readonly where: readonly Constraint[];
  readonly until?: Until;
  readonly out?: string;
  readonly progress: boolean;
  readonly workers: number;
  readonly jobs?: string;
  readonly priority: number;
  readonly sign?: string;
}

const DEFAULT: Scenario = {
  rate: '12Mbit',
  rtt: '40ms',
  queue: '1bdp',
  flows: [{ algorithm: 'aimd' }],
  duration: '30s',
  seed: 1,
};

export function addSim(command: Command): void {
  const presets = PRESETS.map(({ name, description }) => `  ${name.padEnd(12)} ${description}`).join('\n');
  const traces = TRACES.map(({ name, description }) => `  ${name.padEnd(12)} ${description}`).join('\n');
  command
    .argument('[scenario]', 'scenario file (JSON; spec/scenario.schema.json)')
    .addOption(new Option('--preset <name>', 'start from a preset (below)').choices(PRESETS.map(({ name }) => name)))
    .addOption(algorithmOption(SENDER_NAMES, 'algorithm of all flows; several, a,b, one beside the other'))
    .option(
      '--flow <alg=…,count=…>',
      "a group of flows instead of the scenario's, such as alg=./mine.ts,count=2,start=5s,rtt=80ms; may be given several times",
      collect(parsedBy(parseFlow)),
      [],
    )
    .option('--flows <n>', 'number of flows (of each algorithm of a list)', checkedBy(wholeNumber(1)))
    .option('--rate <rate>', 'rate of the bottleneck, such as 12Mbit', checkedBy(parseRateBytesPerSecond))
    .option(
      '--trace <name|file>',
      'a rate that moves instead: a trace by name (below), or a file in the format of mahimahi',
    )
    .option('--rtt <duration>', 'base round trip, such as 40ms', checkedBy(duration(1)))
    .option('--queue <size>', 'bottleneck queue: 1bdp, 100pkt or 64KiB', checkedBy(parseQueueSize))
    .option('--loss <share>', 'random loss, such as 0.001 or 0.1%', checkedBy(parseShare))
    .option('--duration <duration>', 'simulated time, such as 30s', checkedBy(duration(1)))
    .option('--seed <n>', 'seed of everything random', checkedBy(wholeNumber(0)))
    .addOption(new Option('--engine <name>', 'how datapath programs run').choices(['jit', 'interpreter']))
    .option('--html <file>', 'write a report with plots')
    .option('--svg <file>', PICTURE_HELP.svg)
    .option('--png <file>', PICTURE_HELP.png)
    .option('--json', 'print one JSON document')
    .option('--series', 'with --json: the series over time, too')
    .addOption(
      new Option('--csv [file]', 'one row per flow and run, to a file or (-) standard output').preset(STANDARD_OUTPUT),
    )
    .option('--parquet <file>', 'the same rows as Parquet')
    .option(
      '--pcap <point=file>',
      'packets as pcapng, at the sender, the receiver, or the end of link0, link1, …; may be given several times',
      collect(parsedBy(parseTap)),
      [],
    )
    .option(
      '--qlog <file>',
      'events of each flow, packets to windows: NAME.qlog as qvis reads it, NAME.sqlog by the present drafts of qlog',
    )
    .option('--series-csv <file>', 'the series over time, one row per flow or link and bin')
    .option(
      '--sweep <name=a,b,…>',
      'run every combination; may be given several times; with --design also NAME=LOW..HIGH[:log]',
      collect(parsedBy(parseAxis)),
      [],
    )
    .option(
      '--design <kind:n>',
      'n combinations spread evenly instead of every one: lhs:N (Latin hypercube) or sobol:N, a seed behind: sobol:256:7',
      parsedBy(parseDesign),
    )
    .option(
      '--where <condition>',
      "leave out combinations that do not keep it, such as 'queue <= 4*bdp'; may be given several times",
      collect(parsedBy(parseConstraint)),
      [],
    )
    .option('--repeat <n>', 'run each combination so many times, seeds counting up', wholeNumber(1), 1)
    .option(
      '--until <ci=share>',
      'repeat each combination until the 95 % interval of its mean is so narrow: ci=2%[,of=throughput][,min=5][,max=1000]',
      parsedBy(parseUntil),
    )
    .option('--out <dir>', 'keep the results of a sweep here, and go on where it stopped')
    .option('--workers <n>', 'threads of a sweep', wholeNumber(1), availableParallelism())
    .option('--jobs <queue>', 'runs of a sweep by the workers of a queue, redis://HOST[:PORT] (mooring worker)')
    .option('--priority <n>', 'with --jobs: 1 goes first, 1000 last', wholeNumber(1), 100)
    .option('--sign <key>', 'with --jobs: sign algorithms for workers that trust this key (a file, Ed25519 in PEM)')
    .option('--no-progress', 'no progress on stderr')
    .addHelpText('after', `\nPresets:\n${presets}\n\nTraces:\n${traces}\n${SENDER_HELP}`)
    .action(async (file: string | undefined, options: SimOptions) => {
      if (options.json || options.csv === STANDARD_OUTPUT) keepStdout();
      if (options.flow.length > 0 && options.alg !== undefined)
        throw new UsageError('give --alg or --flow, not both: a --flow names its algorithm');
      const given = base(file, options);
      const scenario = applyOverrides(options.flow.length > 0 ? { ...given, flows: options.flow } : given, options);
      const ofOneRun = [
        options.pcap.length > 0 && '--pcap',
        options.qlog !== undefined && '--qlog',
        options.seriesCsv !== undefined && '--series-csv',
        options.svg !== undefined && '--svg',
        options.png !== undefined && '--png',
      ].find((name) => name !== false);
      if (options.until !== undefined && options.repeat > 1)
        throw new UsageError('--until says how often each combination runs: leave out --repeat, give it min= and max=');
      const isSweep =
        options.sweep.length > 0 || options.repeat > 1 || options.until !== undefined || options.design !== undefined;
      if (options.where.length > 0 && options.sweep.length === 0)
        throw new UsageError('--where leaves out combinations of a sweep: add --sweep');
      if (ofOneRun !== undefined && isSweep)
        throw new UsageError(`${ofOneRun} is of one run: leave out --sweep and --repeat`);
      if (isSweep) await sweepScenario(scenario, options);
      else await runOnce(scenario, options);
    });
}

function base(file: string | undefined, { preset }: SimOptions): Scenario {
  if (file !== undefined && preset !== undefined) throw new UsageError('give a scenario file or --preset, not both');
  if (file !== undefined) return readScenarioFile(file);
  return preset === undefined ? DEFAULT : presetScenario(preset);
}

/** `link0=queue.pcapng`. */
function parseTap(text: string): PacketTap {
  const [, point, file] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  if (point === undefined || file === undefined || !/^(sender|receiver|link\d+)$/.test(point))
    throw new UsageError(`--pcap wants POINT=FILE with POINT sender, receiver, link0, …, not "${text}"`);
  return { point: point as PacketTap['point'], file };
}

async function runOnce(scenario: Scenario, options: SimOptions): Promise<void> {
  if (options.out !== undefined) throw new UsageError('--out belongs to a sweep: add --sweep or --repeat');
  if (options.jobs !== undefined) throw new UsageError('--jobs belongs to a sweep: add --sweep or --repeat');
  if (options.json && options.csv === STANDARD_OUTPUT)
    throw new UsageError('--json and --csv both want standard output: give --csv a file');
  const result = await runWatched(scenario, {
    taps: options.pcap,
    ...(options.qlog === undefined ? {} : { qlog: options.qlog }),
    stream: options.progress ? process.stderr : undefined,
    quietMs: QUIET_MS,
    ...(options.json || options.csv === STANDARD_OUTPUT ? { logs: process.stderr } : {}),
  });
  for (const line of failureLines(result)) tell(line);
  const rows = (): Row[] => resultRows({ seed: result.scenario.seed }, result);
  if (options.html !== undefined) tell(`report: ${await writeRunReport(options.html, result, madeHere())}`);
  await writePictures(options, () => runFigure(result));
  if (options.seriesCsv !== undefined) await writeResult(options.seriesCsv, toCsv(seriesRows(result)));
  if (options.parquet !== undefined)
    await writeResult(
      options.parquet,
      await toParquet(rows(), await runProvenance(scenario, rows(), madeHere().command)),
    );
  if (options.json) await printJson(resultDocument(result, options.series ? 'whole' : 'none'));
  else if (options.csv !== STANDARD_OUTPUT) await print(`${describeScenario(result.scenario)}\n${summaryText(result)}`);
  if (options.csv !== undefined) await writeResult(options.csv, toCsv(rows()));
  process.exitCode = exitCodeOfRun(result);
}
