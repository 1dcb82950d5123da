import { formatDuration } from '../../base/index.js';
import {
  type CaptureComparison,
  type ComparedClock,
  type ComparedPoint,
  type CrossingSummary,
  compareCaptures,
} from '../../capture/index.js';
import { comparisonFigure } from '../../draw/index.js';
import { columnsOf, print, printCsv, printJson } from '../output.js';
import { type PictureOptions, writePictures } from '../picture.js';
import { list, NOTHING, shown, table } from '../table.js';
import { type PcapOptions, printWarnings, startRun } from './options.js';
import { openFiles } from './runs.js';

export interface CompareCliOptions extends PcapOptions, PictureOptions {
  readonly bin?: number;
  readonly sameClock?: boolean;
}

export async function showComparison(a: string, b: string, options: CompareCliOptions): Promise<void> {
  const [left, right] = [await openFiles([a]), await openFiles([b])];
  const run = startRun(options);
  const { filter, signal, onProgress } = run.options;
  const found = await run.until(
    compareCaptures(left.capture, right.capture, {
      ...(filter ? { filter } : {}),
      ...(signal ? { signal } : {}),
      ...(onProgress ? { onProgress } : {}),
      ...(options.bin === undefined ? {} : { binUs: options.bin }),
      sameClock: options.sameClock === true,
    }),
  );
  printWarnings(found.warnings);
  await writePictures(options, () => comparisonFigure(found));
  if (options.json) return printJson(listed(found));
  if (options.csv) {
    const rows = [...bins(found)];
    return printCsv(rows, columnsOf(rows[0] ?? { timeUs: 0 }));
  }
  await print(describe(a, b, found));
}

const HEAD = ['', 'packets', 'lost', '', 'overtook', 'delay min', 'p50', 'p95', 'max', 'queue p50', 'p95', 'max'];

function describe(a: string, b: string, found: CaptureComparison): string {
  const { aToB, bToA } = found;
  const parts = [
    list([
      ['A', a, pointText(found.a)],
      ['B', b, pointText(found.b)],
    ]),
    `${clockText(found.clock)}${found.translated ? '; addresses or ports are translated between the points' : ''}\n`,
    ...boxText(found),
    table(HEAD, [line('A → B', aToB), line('B → A', bToA)]),
  ];
  const counted = [
    ...besides('A → B', CROSSING_WORDS, aToB),
    ...besides('B → A', CROSSING_WORDS, bToA),
    ...besides('at A', POINT_WORDS, found.a),
    ...besides('at B', POINT_WORDS, found.b),
  ];
  if (counted.length > 0) parts.push(list([['', 'counted besides'], ...counted]));
  const queues = [...queueLines('A → B', aToB), ...queueLines('B → A', bToA)].sort((l, r) => r.weight - l.weight);
  if (queues.length > 0) {
    const rows = queues.slice(0, LINES).map(({ cells }) => cells);
    parts.push(table(['a queue stood', 'from', 'for', 'mean', 'max'], rows, 1));
  }
  if (queues.length > LINES) parts.push(`… ${queues.length - LINES} more: --json has all of them\n`);
  return parts.join('\n');
}

function boxText({ rewritten, resegmented }: CaptureComparison): string[] {
  const connections = (count: number): string => `${count} TCP connection${count === 1 ? '' : 's'}`;
  const said = [
    ...(rewritten > 0 ? [`sequence numbers of ${connections(rewritten)}`] : []),
    ...(resegmented > 0 ? [`the segments of ${connections(resegmented)}, which are compared by their bytes`] : []),
  ];
  return said.length > 0 ? [`between the points a box changes ${said.join(' and ')}\n`] : [];
}

const LINES = 12;

function pointText({ packets, fromUs, toUs, startEpochUs }: ComparedPoint): string {
  const from = startEpochUs === null ? NOTHING : new Date(startEpochUs / 1000).toISOString();
  return `${packets} packets, ${formatDuration(toUs - fromUs)} from ${from} by its clock`;
}

function clockText({ status, offsetUs, driftPpm, roundTripUs, uncertaintyUs }: ComparedClock): string {
  const ppm = `${Math.abs(driftPpm ?? 0).toFixed(1)} ppm ${(driftPpm ?? 0) < 0 ? 'slow' : 'fast'}`;
  const trip = roundTripUs === null ? '' : `; least round trip between A and B ${formatDuration(roundTripUs)}`;
  switch (status) {
    case 'joined': {
      const offset = `${((offsetUs ?? 0) / 1e6).toFixed(6)} s`;
      const within = formatDuration(uncertaintyUs ?? 0);
      return `clock of B beside A: ${offset}, ${ppm}${trip}. Delays suppose equal least delays both ways (else within ${within})`;
    }
    case 'trusted':
      return `clock of B beside A: the same, as asked${trip}`;
    case 'one-way':
      return `clock of B beside A: ${ppm}; its offset is not known, packets travelled one way`;
    case 'unsteady':
      return 'the clocks cannot be joined: one was set, or ran at changing speed';
    case 'unmatched':
      return 'the clocks cannot be joined: no packet is in both captures';
  }
}

function line(name: string, of: CrossingSummary): string[] {
  const us = (value: number | undefined): string => shown(value, formatDuration);
  return [
    name,
    String(of.packets),
    shown(of.lost, String, of.packets),
    of.lostShare === null ? '' : `${(100 * of.lostShare).toFixed(2)} %`,
    shown(of.reordered, String, of.arrived),
    ...[of.delay?.minUs, of.delay?.p50Us, of.delay?.p95Us, of.delay?.maxUs].map(us),
    ...[of.queue?.p50Us, of.queue?.p95Us, of.queue?.maxUs].map(us),
  ];
}

const CROSSING_WORDS: ReadonlyArray<readonly [string, (of: CrossingSummary) => number]> = [
  ['missed by the second capture (acknowledged, never sent again)', (of) => of.notCapturedAfter],
  ['seen at the second point alone', (of) => of.notCapturedBefore],
  ['while only one capture ran', (of) => of.outside],
  ['given up for lack of memory', (of) => of.givenUp],
  ['told from their like by time', (of) => of.ambiguous],
];

const POINT_WORDS: ReadonlyArray<readonly [string, (of: ComparedPoint) => number]> = [
  ['of hosts that do not travel the path', (of) => of.elsewhere],
  ['copies', (of) => of.copies],
  ['cut too short', (of) => of.cut],
  ['of other kinds', (of) => of.notCompared],
  ['of several segments', (of) => of.segmented],
  ['of connections that nothing ties to the other point', (of) => of.untied],
  ['between the bytes compared', (of) => of.unaligned],
];

function besides<Of>(where: string, words: ReadonlyArray<readonly [string, (of: Of) => number]>, of: Of): string[][] {
  const told = words.filter(([, count]) => count(of) > 0).map(([text, count]) => `${count(of)} ${text}`);
  return told.length > 0 ? [[where, told.join(', ')]] : [];
}

function queueLines(name: string, { queued }: CrossingSummary): Array<{ weight: number; cells: string[] }> {
  return queued.map(({ fromUs, toUs, meanUs, maxUs }) => ({
    weight: meanUs * (toUs - fromUs),
    cells: [name, ...[fromUs, toUs - fromUs, meanUs, maxUs].map((us) => formatDuration(us))],
  }));
}

function listed(found: CaptureComparison): object {
  const way = (of: CrossingSummary): object => ({
    ...of,
    series: Object.fromEntries(
      Object.entries(of.series).map(([name, values]) => [name, [...(values as Float64Array)].map(orNull)]),
    ),
  });
  return { ...found, aToB: way(found.aToB), bToA: way(found.bToA), timeUs: [...found.timeUs] };
}

function* bins(found: CaptureComparison): Generator<object> {
  const { timeUs, aToB, bToA } = found;
  const at = ({ series, delay }: CrossingSummary, i: number): object => ({
    arrived: series.arrived[i]!,
    lost: series.lost[i]!,
    reordered: series.reordered[i]!,
    ...Object.fromEntries(
      (['Min', 'Mean', 'Max'] as const).flatMap((name) => {
        const queueUs = series[`queue${name}Us`][i]!;
        return [
          [`delay${name}Us`, orNull(delay ? queueUs + delay.minUs : Number.NaN)],
          [`queue${name}Us`, orNull(queueUs)],
        ];
      }),
    ),
  });
  for (let i = 0; i < timeUs.length; i += 1) yield { timeUs: timeUs[i]!, aToB: at(aToB, i), bToA: at(bToA, i) };
}

function orNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
