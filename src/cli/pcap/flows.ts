import { ERROR, formatDuration, formatRate, formatSize, MooringError } from '../../base/index.js';
import {
  type CaptureAnalysis,
  type Connection,
  type DirectionSummary,
  describeCounters,
  type MultipathAnalysis,
  type Vantage,
} from '../../capture/index.js';
import { columnsOf, print, printCsv, printJsonList } from '../output.js';
import { shown as cell, list, NOTHING, table } from '../table.js';
import { type PcapOptions, printWarnings, startRun } from './options.js';
import { openFiles } from './runs.js';
import { multipathText, quicText } from './transports.js';
import { unreadText } from './unread.js';

export interface FlowsOptions extends PcapOptions {
  readonly flow?: number;
  readonly top?: number;
  readonly maxConnections?: number;
}

export async function showFlows(files: readonly string[], options: FlowsOptions): Promise<void> {
  const { capture } = await openFiles(files);
  const run = startRun(options);
  const limits = options.maxConnections ? { maxConnections: options.maxConnections } : {};
  await tellFlows(await run.until(capture.analyse({ ...run.options, ...limits })), options);
}

/** Prints what an analysis found, as asked: tables, JSON or CSV. */
export async function tellFlows(analysis: CaptureAnalysis, options: FlowsOptions): Promise<void> {
  printWarnings(analysis.warnings);
  const { totals, folded, evicted } = analysis;
  const chosen = options.flow === undefined ? undefined : [theFlow(analysis, options.flow)];
  const multipath = chosen ? ofFlow(analysis.multipath, chosen[0]!) : analysis.multipath;
  const connections: Iterable<Connection> = chosen ?? analysis.connections;
  if (options.json) {
    const { packets, bytes, durationUs } = totals;
    const { unread, warnings } = analysis;
    const head = { packets, bytes, durationUs, folded, evicted, unread, warnings, multipath, quic: analysis.quic };
    return printJsonList(head, 'connections', connections);
  }
  if (options.csv) return printCsv(connections, columnsOf([...connections][0] ?? {}));
  const busiest = [...connections].sort((a, b) => bytesOf(b) - bytesOf(a));
  const most = options.top ?? 20;
  const shown = busiest.slice(0, most);
  await print(
    `${totals.packets} packets, ${busiest.length} TCP connections in ${formatDuration(totals.durationUs)}\n\n`,
  );
  await print(table(HEAD, shown.flatMap(lines), 3));
  if (shown.length) await print(`\n${list([['flow', '', 'captured', 'counted besides'], ...shown.flatMap(counted)])}`);
  if (shown.length < busiest.length) {
    await print(`\n… ${busiest.length - shown.length} more: --top N shows more, --json and --csv all of them\n`);
  }
  if (folded.connections)
    await print(`\n${folded.connections} smaller connections (${folded.packets} packets) not listed\n`);
  if (multipath.connections.length) await print(`\n${multipathText(multipath, most)}`);
  const { quic } = analysis;
  if (!chosen && (quic.connections.length || quic.unknownDatagrams)) await print(`\n${quicText(quic, most)}`);
  if (analysis.unread.length) await print(`\n${unreadText(analysis.unread)}\n`);
  if (chosen?.[0]) await print(details(chosen[0]));
}

// The connection of Multipath TCP that a flow is a part of.
function ofFlow(all: MultipathAnalysis, { multipath }: Connection): MultipathAnalysis {
  return { ...all, connections: all.connections.filter(({ number }) => number === multipath) };
}

/** The connection asked for. Throws MOORING_ERR_CAPTURE_NO_FLOW. */
function theFlow({ connections }: CaptureAnalysis, flow: number): Connection {
  const found = connections.get(flow);
  if (found) return found;
  throw new MooringError(
    ERROR.MOORING_ERR_CAPTURE_NO_FLOW,
    `there is no flow ${flow}: there are ${connections.length}; mooring pcap flows lists them`,
    { flow },
  );
}

const HEAD = [
  'flow',
  '',
  'from → to',
  'packets',
  'data',
  'goodput',
  'lost here',
  'before here',
  'RTT min',
  'mean',
  'p95',
  'in flight',
  'end',
];

function bytesOf({ forward, backward }: Connection): number {
  return forward.bytes + backward.bytes;
}

function lines(c: Connection): string[][] {
  const from = endpoint(c.src, c.srcPort);
  const to = endpoint(c.dst, c.dstPort);
  return [
    [String(c.number), '→', `${from} → ${to}`, ...figures(c.forward), c.ending],
    ['', '←', '', ...figures(c.backward), ''],
  ];
}

const VANTAGES: Readonly<Record<Vantage, string>> = {
  src: 'at the source',
  dst: 'at the destination',
  between: 'between',
  unknown: NOTHING,
};

// Every counter that is not 0: what the table has no column for must not go unseen.
function counted(c: Connection): string[][] {
  const words = (d: DirectionSummary): string => describeCounters(({ of }) => of(d)) || NOTHING;
  return [
    [String(c.number), '→', place(c), words(c.forward)],
    ['', '←', '', words(c.backward)],
  ];
}

// Where it was captured, and which of several networks it is of.
function place({ vantage, tenant }: Connection): string {
  const network = tenant ? `${tenant.kind} ${tenant.id}` : '';
  return [...(vantage === 'unknown' && network ? [] : [VANTAGES[vantage]]), ...(network ? [network] : [])].join(', ');
}

function figures(d: DirectionSummary): string[] {
  return [
    String(d.packets),
    formatSize(d.dataBytes),
    cell(d.goodputBytesPerSecond, formatRate, d.goodputBytesPerSecond ?? 0),
    cell(d.lost.here, String, d.dataBytes),
    cell(d.lost.beforeHere, String, d.dataBytes),
    cell(d.rtt.minUs, formatDuration),
    cell(d.rtt.meanUs, formatDuration),
    cell(d.rtt.p95Us, formatDuration),
    cell(d.inFlight.maxBytes, formatSize, d.inFlight.maxBytes),
  ];
}

function endpoint(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

// Every figure of one connection, both directions beside each other.
function details(c: Connection): string {
  const names = columnsOf(c.forward);
  const value = (side: DirectionSummary, name: string): string => {
    const found = name.split('.').reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], side);
    return typeof found === 'number' && !Number.isInteger(found) ? found.toFixed(1) : String(found);
  };
  return `\n${table(
    ['', '→', '←'],
    names.map((name) => [name, value(c.forward, name), value(c.backward, name)]),
  )}`;
}
