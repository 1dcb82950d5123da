import { gzipSync } from 'node:zlib';
import { ERROR } from '../../base/index.js';
import { type FilledColumn, type Provenance, writeParquet } from '../../parquet/index.js';
import type { FlowResult, Percentiles, SimulationResult } from '../../sim/index.js';

/** One row for each flow of each run: what CSV and Parquet hold. */
export type Row = Readonly<Record<string, string | number | null>>;

/** The rows of one run; `run` (its number, what a sweep varied, the seed) stands first in each. */
export function resultRows(run: Row, result: SimulationResult): Row[] {
  const { summary } = result;
  const whole = {
    runThroughputBytesPerSecond: summary.throughputBytesPerSecond,
    runGoodputBytesPerSecond: summary.goodputBytesPerSecond,
    runUtilisation: summary.utilisation,
    runJain: summary.jain,
    runLossRate: summary.lossRate,
    ...spread('runRtt', summary.rttUs),
    ...spread('runQueueDelay', summary.queueDelayUs),
    ...spread('runFct', summary.fctUs),
    // 0: every seed gives this run.
    runDrawn: result.notices.some(({ code }) => code === ERROR.MOORING_ERR_SIM_SEED_UNUSED) ? 0 : 1,
  };
  return result.flows.map((flow) => ({ ...run, ...flowRow(flow), ...whole }));
}

/** One row for each flow and each link at the end of each bin; what a value is not known of has no cell. */
export function seriesRows({ series, flows }: SimulationResult): Row[] {
  const { timeUs } = series;
  const cells = (columns: Readonly<Record<string, Float64Array>>, bin: number): Row =>
    Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, finite(values[bin])]));
  const ofFlows = series.flows.flatMap(({ id, notes, ...columns }) => {
    const noted = Object.fromEntries(Object.entries(notes).map(([name, values]) => [`note.${name}`, values]));
    const all = { ...columns, ...noted };
    return Array.from(timeUs, (time, bin) => ({
      kind: 'flow',
      id,
      name: flows[id]?.name ?? '',
      timeUs: time,
      ...cells(all, bin),
    }));
  });
  const ofLinks = series.links.flatMap(({ id, ...columns }) =>
    Array.from(timeUs, (time, bin) => ({ kind: 'link', id, name: `link${id}`, timeUs: time, ...cells(columns, bin) })),
  );
  return [...ofFlows, ...ofLinks];
}

function finite(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}

/** RFC 4180, with a header line; numbers as JavaScript writes them. */
export function toCsv(rows: readonly Row[]): string {
  const columns = columnNames(rows);
  const lines = rows.map((row) => columns.map((column) => csvCell(row[column])).join(','));
  return `${[columns.join(','), ...lines].join('\n')}\n`;
}

/** A Parquet file: text columns as UTF-8, numbers as doubles, missing values as nulls. */
export async function toParquet(rows: readonly Row[], provenance: Provenance): Promise<Uint8Array> {
  const columns = columnNames(rows).map((name): FilledColumn => {
    const data = rows.map((row) => row[name] ?? null);
    const isText = data.some((value) => typeof value === 'string');
    const cells = isText ? data.map((value) => (value === null ? null : String(value))) : data;
    return { name, type: isText ? 'text' : 'float', nullable: true, cells };
  });
  return writeParquet(columns, (page) => gzipSync(page, { level: 1 }), provenance);
}

function flowRow(flow: FlowResult): Row {
  return {
    flow: flow.id,
    name: flow.name,
    algorithm: flow.algorithm,
    startUs: flow.startUs,
    endUs: flow.endUs,
    fctUs: flow.fctUs,
    throughputBytesPerSecond: flow.throughputBytesPerSecond,
    goodputBytesPerSecond: flow.goodputBytesPerSecond,
    bytesAcked: flow.bytesAcked,
    packetsSent: flow.packetsSent,
    packetsLost: flow.packetsLost,
    retransmits: flow.retransmits,
    timeouts: flow.timeouts,
    ecnMarks: flow.ecnMarks,
    reports: flow.reports,
    ...spread('rtt', flow.rttUs),
  };
}

function spread(prefix: string, { min, mean, p50, p95, p99, max }: Percentiles): Row {
  return {
    [`${prefix}MinUs`]: min,
    [`${prefix}MeanUs`]: mean,
    [`${prefix}P50Us`]: p50,
    [`${prefix}P95Us`]: p95,
    [`${prefix}P99Us`]: p99,
    [`${prefix}MaxUs`]: max,
  };
}

function columnNames(rows: readonly Row[]): string[] {
  const names = new Set<string>();
  for (const row of rows) for (const name of Object.keys(row)) names.add(name);
  return [...names];
}

function csvCell(value: string | number | null | undefined): string {
  if (value === null || value === undefined) return '';
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
