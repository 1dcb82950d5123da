import { CONNECTION_COLUMN, MODE } from '../generated/capture.js';
import { ConnectionTable, ROW } from './connections.js';
import { readEchoes } from './echoes.js';
import { Excerpts } from './excerpts.js';
import { connectionFilter } from './filter.js';
import { type OverallSeries, readOverall } from './overall.js';
import type { CaptureRun, RunSetup } from './run.js';
import type { MultipathAnalysis, QuicAnalysis } from './transports/index.js';
import type {
  CaptureFile,
  CaptureTotals,
  CaptureWarning,
  EchoSummary,
  FoldedConnections,
  RunOptions,
} from './types.js';
import { readUnread, type UnreadKind } from './unread.js';

/** What an analysis keeps, beside filter, signal and progress. */
export interface AnalyseOptions extends RunOptions {
  /** Connections kept apart; beyond that the ones with the fewest packets are summed up. 1 …, default 65536. */
  readonly maxConnections?: number;
  /** Memory for connections still open, bytes; beyond it the oldest idle ones are finished. Default 96 MiB. */
  readonly stateBytes?: number;
  /** Bin width of the overall throughput series, µs; default 10 ms, doubled while it does not fit 4096 bins. */
  readonly binUs?: number;
}

/** All that one pass finds out. */
export interface CaptureAnalysis {
  readonly totals: CaptureTotals;
  readonly connections: ConnectionTable;
  /** Sums of connections beyond `maxConnections`. */
  readonly folded: FoldedConnections;
  /** Connections finished before the end of the capture to stay within `stateBytes`. */
  readonly evicted: number;
  readonly echoes: readonly EchoSummary[];
  readonly overall: OverallSeries;
  /** Connections of Multipath TCP, each with its subflows, which are among `connections`. */
  readonly multipath: MultipathAnalysis;
  /** QUIC, as far as it is not encrypted. */
  readonly quic: QuicAnalysis;
  /** What is in the capture and was not read, the most packets first. */
  readonly unread: readonly UnreadKind[];
  readonly files: readonly CaptureFile[];
  readonly warnings: readonly CaptureWarning[];
}

/** Connections kept apart where nothing else is asked for. */
export const MOST_CONNECTIONS = 65_536;

/** A run that finds out what an analysis says. */
export function analysisSetup({ binUs, stateBytes }: AnalyseOptions): RunSetup {
  return {
    mode: MODE.TCP | MODE.ECHO | MODE.EXCERPTS,
    bins: { widthUs: binUs ?? 10_000, capacity: 4096 },
    ...(stateBytes ? { stateBytes } : {}),
  };
}

/** Runs to the end and says what was found. `connections` may be looked at on the way. */
export async function analyseRun(
  run: CaptureRun,
  { filter, maxConnections = MOST_CONNECTIONS }: AnalyseOptions,
  connections = new ConnectionTable(maxConnections),
): Promise<CaptureAnalysis> {
  const excerpts = new Excerpts(maxConnections);
  for await (const event of run.events()) {
    if (event === 'rows') takeRows(run, connections);
    else if (event === 'excerpts') await excerpts.take(run.wasm);
  }
  const { multipath, quic } = await excerpts.analyses(connections);
  connections.join(multipath.connections);
  const keep = connectionFilter(filter);
  if (keep) connections.retain(keep);
  return {
    totals: run.totals(),
    connections,
    folded: connections.folded,
    evicted: run.wasm.evictedConnections(),
    echoes: readEchoes(run.wasm),
    overall: readOverall(run.wasm),
    multipath: keep ? connections.joined(multipath) : multipath,
    quic,
    unread: readUnread(run.wasm),
    files: run.files,
    warnings: run.warnings,
  };
}

/** Takes the rows that the module has ready; of one connection where `only` is given. */
export function takeRows(run: CaptureRun, into: ConnectionTable, only?: number): void {
  const count = run.wasm.rowsCount();
  const rows = new Float64Array(run.wasm.memory.buffer, run.wasm.rowsAddress() >>> 0, count * ROW);
  if (only === undefined) into.addRows(rows, count);
  for (let i = 0; only !== undefined && i < count; i += 1) {
    if (rows[i * ROW + CONNECTION_COLUMN.number] === only) into.addRows(rows.subarray(i * ROW), 1);
  }
  run.wasm.clearRows();
}
