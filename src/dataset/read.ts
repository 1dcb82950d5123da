import type { Capture, CaptureAnalysis, Connection, RunOptions } from '../capture/index.js';
import { type DatasetTable, emptyColumns, type TableColumns } from './columns.js';
import { flowRows } from './flows.js';
import { addMarks, addSeries, type CaptureIdentity, captureRow, echoRows, overallRows } from './rows.js';
import { multipathRows, quicRows } from './transports.js';

/** What of a capture goes into a dataset. */
export interface DatasetOptions extends RunOptions {
  /** Flows with series and marks, those with the most data; each is one more pass over the capture. 0 …, default 10. */
  readonly top?: number;
  /** Bin width of series, µs; doubled while a capture does not fit 4096 bins. Default 10 ms. */
  readonly binUs?: number;
  /** Marks kept of a capture, those of the busiest flows first; all are in memory at once. 0 …, default 1 million. */
  readonly maxMarks?: number;
}

export const DATASET_DEFAULTS = { top: 10, binUs: 10_000, maxMarks: 1_000_000 } as const;

/** The rows of one capture, by table, and what was found beside them. */
export interface CaptureTables {
  readonly tables: { readonly [Table in DatasetTable]: TableColumns<Table> };
  readonly analysis: CaptureAnalysis;
}

/** Reads a capture into tables: once for flows and echoes, once more for each flow with series. */
export async function readTables(
  capture: Capture,
  of: CaptureIdentity,
  options: DatasetOptions = {},
): Promise<CaptureTables> {
  const { top = DATASET_DEFAULTS.top, binUs = DATASET_DEFAULTS.binUs } = options;
  const { maxMarks = DATASET_DEFAULTS.maxMarks, ...pass } = options;
  const analysis = await capture.analyse({ ...pass, binUs });
  // Without a time there is no place in a series.
  const timed = analysis.totals.startEpochUs !== null;
  const series = timed ? overallRows(of.capture, analysis.overall) : emptyColumns('series');
  const marks = emptyColumns('marks');
  const chosen = timed ? busiest(analysis, top) : [];
  let marksDropped = 0;
  for (const connection of chosen) {
    const room = maxMarks - marks.timeUs.length;
    const found = await capture.series({ ...pass, connection, binUs, marks: true, maxMarks: room });
    addSeries(series, of.capture, found);
    addMarks(marks, of.capture, found);
    marksDropped += found.marksDropped;
  }
  const captures = captureRow(of, analysis, { flows: chosen.length, marksDropped });
  const flows = flowRows(of.capture, analysis);
  const beside = {
    multipath: multipathRows(of.capture, analysis.multipath),
    quic: quicRows(of.capture, analysis.quic),
    echoes: echoRows(of.capture, analysis.echoes),
  };
  return { tables: { captures, flows, series, marks, ...beside }, analysis };
}

function busiest({ connections }: CaptureAnalysis, top: number): number[] {
  const dataBytes = ({ forward, backward }: Connection): number => forward.dataBytes + backward.dataBytes;
  return [...connections]
    .filter((connection) => dataBytes(connection) > 0)
    .sort((a, b) => dataBytes(b) - dataBytes(a))
    .slice(0, top)
    .map(({ number }) => number);
}
