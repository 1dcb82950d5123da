import { statSync } from 'node:fs';
import { formatDuration, formatRate, formatSize } from '../../base/index.js';
import { type Connection, type DirectionSummary, type LiveSnapshot, watchCapture } from '../../capture/index.js';
import { captureLive, openCaptureFiles } from '../../node/capture/index.js';
import { UsageError } from '../failure.js';
import { tell } from '../output.js';
import { onSignals } from '../signals.js';
import { shown, table } from '../table.js';
import { type FlowsOptions, tellFlows } from './flows.js';
import { filterOf } from './options.js';

export interface WatchCliOptions extends FlowsOptions {
  readonly duration?: number;
  readonly every?: number;
  readonly snap?: number;
  readonly write?: string;
}

const EVERY_US = 1e6;
/** Lines of a terminal that are none of the table's. */
const OTHER_LINES = 5;

export async function showWatch(target: string, options: WatchCliOptions): Promise<void> {
  if (target !== '-' && statSync(target, { throwIfNoEntry: false })?.isFile()) {
    throw new UsageError(
      `${target} is a file: mooring pcap flows reads it; tail -f FILE | mooring pcap watch - follows one`,
    );
  }
  const live = captureLive(target, {
    ...(options.snap === undefined ? {} : { snapBytes: options.snap }),
    ...(options.write === undefined ? {} : { write: options.write }),
  });
  const signals = onSignals((_, count) => (count === 1 ? live.stop() : process.exit(1)));
  const timer = options.duration === undefined ? undefined : setTimeout(live.stop, options.duration / 1000);
  const view = await createView(options);
  let ticking: NodeJS.Timeout | undefined;
  try {
    const analysis = watchCapture(await openCaptureFiles(live.source), {
      filter: filterOf(options),
      ignoreTunnels: options.ignoreTunnels === true,
      ...(options.maxConnections === undefined ? {} : { maxConnections: options.maxConnections }),
    });
    if (view) ticking = setInterval(() => view.show(analysis.snapshot()), (options.every ?? EVERY_US) / 1000);
    const found = await analysis.done;
    view?.end();
    const dropped = live.dropped();
    if (dropped) tell(`mooring: warning: ${dropped} frames found no room and are missing from the capture`);
    await tellFlows(found, options);
  } finally {
    clearInterval(ticking);
    clearTimeout(timer);
    view?.end();
    live.stop();
    signals.close();
  }
}

/** Shows how things stand. */
interface View {
  show(snapshot: LiveSnapshot): void;
  end(): void;
}

// On a terminal a table in place; elsewhere a line each time, unless the output is for a program.
async function createView({ json, csv, progress, top = 20 }: WatchCliOptions): Promise<View | undefined> {
  const forProgram = json === true || csv === true;
  const stream = forProgram ? process.stderr : process.stdout;
  if (progress === false || (forProgram && !stream.isTTY)) return undefined;
  const rates = new Rates();
  if (!stream.isTTY)
    return { show: (snapshot) => void stream.write(`${line(snapshot, rates.next(snapshot))}\n`), end: () => undefined };
  const { createLogUpdate } = await import('log-update');
  const update = createLogUpdate(stream, { showCursor: true });
  let ended = false;
  return {
    show: (snapshot) => {
      const room = Math.max(1, Math.floor(((stream.rows ?? 40) - OTHER_LINES) / 2));
      const now = rates.next(snapshot);
      update(`${line(snapshot, now)}\n\n${flowTable(snapshot, now, Math.min(top, room))}`);
    },
    end: () => {
      if (ended) return;
      ended = true;
      update.clear();
      update.done();
    },
  };
}

/** Bytes per second of everything, and of each side of a connection, since the time before. */
interface Now {
  readonly all: number;
  of(connection: Connection, side: 'forward' | 'backward'): number;
}

/** Rates from one snapshot to the next, by the clock of this process. */
class Rates {
  #ms = performance.now();
  #bytes = 0;
  #sides = new Map<number, readonly [number, number]>();

  next({ totals, connections }: LiveSnapshot): Now {
    const before = this.#sides;
    const ms = performance.now();
    const seconds = Math.max(1e-3, (ms - this.#ms) / 1000);
    const all = (totals.bytes - this.#bytes) / seconds;
    this.#ms = ms;
    this.#bytes = totals.bytes;
    this.#sides = new Map(
      connections.map(({ number, forward, backward }) => [number, [forward.bytes, backward.bytes]]),
    );
    return {
      all,
      of: (connection, side) =>
        (connection[side].bytes - (before.get(connection.number)?.[side === 'forward' ? 0 : 1] ?? 0)) / seconds,
    };
  }
}

function line({ totals, connections, connectionsSeen, warnings }: LiveSnapshot, now: Now): string {
  const lost = connections.flatMap(({ forward, backward }) => [forward.lost, backward.lost]);
  const here = lost.reduce((sum, of) => sum + of.here, 0);
  const before = lost.reduce((sum, of) => sum + of.beforeHere, 0);
  const warned = warnings.length > 0 ? `, ${warnings.length} warnings` : '';
  return `${formatDuration(totals.durationUs)}: ${totals.packets} packets, ${formatRate(now.all)}, ${connectionsSeen} TCP connections, lost here ${here}, before here ${before} of those under way${warned}`;
}

const HEAD = ['flow', '', 'from → to', 'now', 'packets', 'data', 'lost here', 'before here', 'RTT min', 'p95', 'end'];

function flowTable({ connections }: LiveSnapshot, now: Now, most: number): string {
  const rate = (c: Connection): number => now.of(c, 'forward') + now.of(c, 'backward');
  const busiest = [...connections].sort((a, b) => rate(b) - rate(a)).slice(0, most);
  const side = (c: Connection, name: 'forward' | 'backward'): string[] => {
    const d: DirectionSummary = c[name];
    return [
      formatRate(now.of(c, name)),
      String(d.packets),
      formatSize(d.dataBytes),
      shown(d.lost.here, String, d.dataBytes),
      shown(d.lost.beforeHere, String, d.dataBytes),
      shown(d.rtt.minUs, formatDuration, d.rtt.samples),
      shown(d.rtt.p95Us, formatDuration, d.rtt.samples),
    ];
  };
  const rows = busiest.flatMap((c) => [
    [String(c.number), '→', `${c.src} ${c.srcPort} → ${c.dst} ${c.dstPort}`, ...side(c, 'forward'), c.ending],
    ['', '←', '', ...side(c, 'backward'), ''],
  ]);
  return table(HEAD, rows, 3);
}
