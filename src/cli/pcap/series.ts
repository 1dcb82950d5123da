import { join } from 'node:path';
import { formatDuration, formatRate, formatSize } from '../../base/index.js';
import {
  type Capture,
  type ConnectionMarks,
  type ConnectionSeries,
  decimateMarks,
  MARK_WORDS,
  xplotGraphs,
} from '../../capture/index.js';
import { overallFigure, seriesFigure } from '../../draw/index.js';
import { openCaptureFiles } from '../../node/capture/index.js';
import { UsageError } from '../failure.js';
import { columnsOf, print, printCsv, printJson, tell, writePieces } from '../output.js';
import { type PictureOptions, writePictures } from '../picture.js';
import { shown as cell, table } from '../table.js';
import { type PcapOptions, printWarnings, startRun } from './options.js';
import type { Pixels } from './pixels.js';

export interface SeriesCliOptions extends PcapOptions, PictureOptions {
  readonly flow?: number;
  readonly bin?: number;
  readonly marks?: boolean;
  readonly pixels?: Pixels;
  readonly xpl?: string;
}

export async function showSeries(files: readonly string[], options: SeriesCliOptions): Promise<void> {
  const capture = await openCaptureFiles(files);
  const { bin: binUs } = options;
  if (options.flow === undefined) return showOverall(capture, options, binUs);
  const run = startRun(options);
  const { flow: connection, xpl } = options;
  const wanted = { connection, marks: options.marks === true || xpl !== undefined, ...(binUs ? { binUs } : {}) };
  const series = await run.until(capture.series({ ...run.options, ...wanted }));
  await writePictures(options, () => seriesFigure(series));
  if (xpl !== undefined) return writeGraphs(series, xpl, options);
  const marks = series.marks && options.pixels ? decimate(series.marks, options.pixels) : series.marks;
  if (options.json) return printJson({ ...listed(series), ...(marks ? { marks: listedMarks(marks) } : {}) });
  if (options.csv) {
    if (marks) return printCsv(markRows(marks), ['timeUs', 'direction', 'kind', 'a', 'b']);
    const rows = [...binRows(series)];
    return printCsv(rows, columnsOf(rows[0] ?? {}));
  }
  await print(describe(series));
}

async function showOverall(capture: Capture, options: SeriesCliOptions, binUs: number | undefined): Promise<void> {
  for (const name of ['marks', 'xpl'] as const)
    if (options[name]) throw new UsageError(`--${name} needs --flow N: mooring pcap flows lists the flows`);
  const run = startRun(options);
  const { overall, warnings } = await run.until(capture.analyse({ ...run.options, ...(binUs ? { binUs } : {}) }));
  printWarnings(warnings);
  await writePictures(options, () => overallFigure(overall));
  const rows = Array.from(overall.timeUs, (timeUs, i) => ({
    timeUs,
    packets: overall.packets[i]!,
    bytes: overall.bytes[i]!,
  }));
  if (options.json) {
    const { timeUs, packets, bytes } = overall;
    return printJson({ binUs: overall.binUs, timeUs: [...timeUs], packets: [...packets], bytes: [...bytes] });
  }
  if (options.csv) return printCsv(rows, ['timeUs', 'packets', 'bytes']);
  const most = Math.max(1, ...rows.map(({ bytes }) => bytes));
  const shown = merge(rows, overall.binUs);
  await print(
    table(
      ['from', 'packets', 'rate', ''],
      shown.rows.map(({ timeUs, packets, bytes }) => [
        formatDuration(timeUs),
        String(packets),
        formatRate((bytes * 1e6) / shown.binUs),
        bar(bytes / (most * shown.times)),
      ]),
    ),
  );
}

async function writeGraphs(series: ConnectionSeries, folder: string, { json }: SeriesCliOptions): Promise<void> {
  if (series.marksDropped > 0)
    tell(
      `mooring: mind: ${series.marksDropped} marks are more than are kept; the graphs end before the connection does`,
    );
  const written: Array<{ file: string; marks: number }> = [];
  for (const { kind, direction, marks, text } of xplotGraphs(series)) {
    const file = join(folder, `flow${series.connection.number}-${direction}-${kind}.xpl`);
    await writePieces(file, text());
    written.push({ file, marks });
  }
  if (json) return printJson({ written });
  const lines = written.map(({ file, marks }) => `${file}: ${marks} marks\n`);
  await print(lines.join('') || 'no data in either direction: nothing is drawn\n');
}

const LINES = 40;
const BAR = 40;

// At most LINES lines for people; --json and --csv have every bin.
function merge(rows: ReadonlyArray<{ timeUs: number; packets: number; bytes: number }>, binUs: number) {
  const times = Math.max(1, Math.ceil(rows.length / LINES));
  const merged = Array.from({ length: Math.ceil(rows.length / times) }, (_, i) => {
    const part = rows.slice(i * times, (i + 1) * times);
    return {
      timeUs: part[0]!.timeUs,
      packets: part.reduce((sum, { packets }) => sum + packets, 0),
      bytes: part.reduce((sum, { bytes }) => sum + bytes, 0),
    };
  });
  return { rows: merged, binUs: binUs * times, times };
}

function bar(share: number): string {
  return '█'.repeat(Math.round(Math.min(1, share) * BAR)).padEnd(BAR);
}

function describe(series: ConnectionSeries): string {
  const { connection: c, binUs, timeUs } = series;
  const busier = c.forward.dataBytes >= c.backward.dataBytes ? series.forward : series.backward;
  const step = Math.max(1, Math.ceil(timeUs.length / LINES));
  const mean = (values: Float64Array, at: number): number => {
    const part = [...values.subarray(at, at + step)].filter((value) => !Number.isNaN(value));
    return part.length ? part.reduce((sum, value) => sum + value, 0) / part.length : Number.NaN;
  };
  const text = (value: number, format: (value: number) => string): string => cell(value, format, value);
  const rows = Array.from({ length: Math.ceil(timeUs.length / step) }, (_, i) => [
    formatDuration(i * step * binUs),
    text(mean(busier.throughputBytesPerSecond, i * step), formatRate),
    text(mean(busier.goodputBytesPerSecond, i * step), formatRate),
    text(mean(busier.retransmittedBytesPerSecond, i * step), formatRate),
    text(mean(busier.lostBeforeBytesPerSecond, i * step), formatRate),
    text(mean(busier.inFlightBytes, i * step), formatSize),
    text(mean(busier.rttMeanUs, i * step), formatDuration),
  ]);
  const side = busier === series.forward ? '→' : '←';
  return `flow ${c.number}: ${c.src} ${c.srcPort} ${side} ${c.dst} ${c.dstPort}\n\n${table(
    ['from', 'throughput', 'goodput', 'lost here', 'before here', 'in flight', 'RTT'],
    rows,
  )}`;
}

function listed({ connection, binUs, timeUs, forward, backward, marksDropped }: ConnectionSeries): object {
  const plain = (side: ConnectionSeries['forward']): object =>
    Object.fromEntries(Object.entries(side).map(([name, values]) => [name, [...(values as Float64Array)].map(orNull)]));
  return { connection, binUs, timeUs: [...timeUs], forward: plain(forward), backward: plain(backward), marksDropped };
}

function* binRows(series: ConnectionSeries): Generator<object> {
  for (let i = 0; i < series.timeUs.length; i += 1) {
    const at = (side: ConnectionSeries['forward']): object =>
      Object.fromEntries(Object.entries(side).map(([name, values]) => [name, orNull((values as Float64Array)[i]!)]));
    yield { timeUs: series.timeUs[i]!, forward: at(series.forward), backward: at(series.backward) };
  }
}

function listedMarks(marks: ConnectionMarks): object {
  const { timeUs, a, b, kind, direction } = marks;
  return {
    timeUs: [...timeUs],
    kind: Array.from(kind, (value) => MARK_WORDS[value]),
    direction: [...direction],
    a: [...a],
    b: [...b],
  };
}

function* markRows(marks: ConnectionMarks): Generator<object> {
  for (let i = 0; i < marks.length; i += 1) {
    yield {
      timeUs: marks.timeUs[i]!,
      direction: marks.direction[i] ? 'backward' : 'forward',
      kind: MARK_WORDS[marks.kind[i]!],
      a: marks.a[i]!,
      b: marks.b[i]!,
    };
  }
}

function decimate(marks: ConnectionMarks, { width, height }: Pixels): ConnectionMarks {
  let fromUs = Number.POSITIVE_INFINITY;
  let toUs = Number.NEGATIVE_INFINITY;
  let high = 1;
  for (let i = 0; i < marks.length; i += 1) {
    fromUs = Math.min(fromUs, marks.timeUs[i]!);
    toUs = Math.max(toUs, marks.timeUs[i]! + 1);
    high = Math.max(high, marks.a[i]!);
  }
  return decimateMarks(marks, { fromUs, toUs, low: 0, high, width, height });
}

function orNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
