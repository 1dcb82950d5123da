import { formatDuration, formatSize } from '../../base/index.js';
import {
  type Connection,
  type DirectionLimits,
  LIMIT_CAUSES,
  type LimitInterval,
  type LimitsAnalysis,
} from '../../capture/index.js';
import { columnsOf, print, printCsv, printJson } from '../output.js';
import { shown, table } from '../table.js';
import { type PcapOptions, printWarnings, startRun } from './options.js';
import { openFiles } from './runs.js';

export interface LimitsCliOptions extends PcapOptions {
  readonly flow?: number;
  readonly top?: number;
}

export async function showLimits(files: readonly string[], options: LimitsCliOptions): Promise<void> {
  const { capture } = await openFiles(files);
  const run = startRun(options);
  const wanted = options.flow === undefined ? {} : { connection: options.flow };
  const analysis = await run.until(capture.limits({ ...run.options, ...wanted }));
  printWarnings(analysis.warnings);
  if (options.json) return printJson(listed(analysis));
  if (options.csv) {
    const rows = options.flow === undefined ? [...sums(analysis)] : [...intervals(analysis)];
    return printCsv(rows, columnsOf(rows[0] ?? {}));
  }
  const all = analysis.connections.flatMap(({ connection, directions }) =>
    directions.map((limits) => ({ connection, limits })),
  );
  if (all.length === 0) return print('no data in this capture\n');
  const longest = all.sort((a, b) => b.limits.durationUs - a.limits.durationUs).slice(0, options.top ?? 20);
  await print(
    table(
      ['flow', '', 'from → to', 'time', ...LIMIT_CAUSES.map((cause) => cause.replace('-', ' '))],
      longest.map(({ connection, limits }) => line(connection, limits)),
      3,
    ),
  );
  if (longest.length < all.length) await print(`\n… ${all.length - longest.length} more: --top N, --json, --csv\n`);
  for (const { limits } of longest) {
    if (options.flow === undefined || !limits.intervals) continue;
    await print(`\n${arrow(limits)}\n${table(HEAD, limits.intervals.slice(0, LINES).map(lineOf), 2)}`);
    const more = limits.intervals.length - LINES;
    if (more > 0) await print(`\n… ${more} more: --json and --csv have all of them\n`);
  }
  if (analysis.intervalsDropped) await print(`\n… ${analysis.intervalsDropped} later intervals left out\n`);
  if (analysis.connectionsDropped)
    await print(`\n… ${analysis.connectionsDropped} later connections and more left out\n`);
  const reasons = new Set(longest.flatMap(({ limits }) => limits.unknownBecause ?? []));
  for (const reason of reasons) await print(`\n${REASONS[reason]}\n`);
}

const LINES = 60;
const HEAD = ['limited by', 'evidence', 'from', 'for', 'rounds', 'sent', 'in flight', 'window', 'RTT'];

const REASONS: Readonly<Record<NonNullable<DirectionLimits['unknownBecause']>, string>> = {
  receiver: 'unknown: captured at the receiver, where the answers to ACKs are a path late; capture at the sender',
  between: 'unknown: captured between the ends, where the flight is not what the sender has out; capture at the sender',
  unseen:
    'unknown: one side is not in the capture, or nothing tells where it was made; capture both ways at the sender',
};

function arrow({ direction }: DirectionLimits): string {
  return direction === 'forward' ? '→' : '←';
}

function line(c: Connection, limits: DirectionLimits): string[] {
  const ends = `${endpoint(c.src, c.srcPort)} ${arrow(limits)} ${endpoint(c.dst, c.dstPort)}`;
  const shares = LIMIT_CAUSES.map((cause) =>
    shown(
      (100 * limits.causes[cause].us) / limits.durationUs,
      (percent) => `${percent.toFixed(0)} %`,
      limits.causes[cause].us,
    ),
  );
  return [String(c.number), arrow(limits), ends, formatDuration(limits.durationUs), ...shares];
}

function endpoint(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

function lineOf(one: LimitInterval): string[] {
  return [
    one.cause,
    evidence(one),
    formatDuration(one.startUs),
    formatDuration(one.endUs - one.startUs),
    String(one.rounds),
    formatSize(one.sentBytes),
    formatSize(one.flightMaxBytes),
    shown(one.windowBytes, formatSize),
    shown(one.srttUs, formatDuration),
  ];
}

// What decided, in the words of the cause.
function evidence(one: LimitInterval): string {
  const share = (part: number, whole: number): string => `${whole > 0 ? Math.round((100 * part) / whole) : 0} %`;
  switch (one.cause) {
    case 'receive-window':
      return `window full ${share(one.windowFullUs, one.endUs - one.startUs)} of the time`;
    case 'recovery':
      return `${one.resentPackets} sent again`;
    case 'application':
      return one.idleUs > (one.endUs - one.startUs) / 2
        ? 'nothing out'
        : `${share(one.pushedBytes, one.sentBytes)} end a write, ${share(one.clockedBytes, one.sentBytes)} follow an ACK`;
    default:
      return `${share(one.clockedBytes, one.sentBytes)} follow an ACK`;
  }
}

function listed({ connections, ...rest }: LimitsAnalysis): object {
  return {
    ...rest,
    connections: connections.map(({ connection: { number, src, srcPort, dst, dstPort, vantage }, directions }) => ({
      number,
      src,
      srcPort,
      dst,
      dstPort,
      vantage,
      directions,
    })),
  };
}

function* sums({ connections }: LimitsAnalysis): Generator<object> {
  for (const { connection, directions } of connections) {
    for (const { direction, durationUs, mostly, causes } of directions) {
      const { number, src, srcPort, dst, dstPort, vantage } = connection;
      const causesUs = Object.fromEntries(LIMIT_CAUSES.map((cause) => [cause, causes[cause].us]));
      yield { number, src, srcPort, dst, dstPort, vantage, direction, durationUs, mostly, causesUs };
    }
  }
}

function* intervals({ connections }: LimitsAnalysis): Generator<object> {
  for (const { connection, directions } of connections) {
    for (const { direction, intervals: found = [] } of directions) {
      for (const one of found) yield { number: connection.number, direction, ...one };
    }
  }
}
