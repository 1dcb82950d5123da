import { formatDuration, formatRate, formatSize } from '../../base/index.js';
import type { Frame } from '../../node/jobs/index.js';
import type { Series } from '../../sim/index.js';
import { shown, table } from '../table.js';

/** Tells how a run goes on: a table that redraws itself, or a plain line now and then. */
export interface Progress {
  show(frame: Frame): void;
  /** Removes what should not stay. */
  end(): void;
}

export interface ProgressOptions {
  /** Nothing is shown before this much time has passed. */
  readonly quietMs: number;
  /** Milliseconds since some fixed instant. */
  readonly now: () => number;
}

const FLOWS_SHOWN = 10;
const BAR = 24;
/** Between lines where nothing can be redrawn. */
const LINE_MS = 5_000;

/** A table with bar, speed and time left on a terminal; elsewhere a plain line now and then. */
export async function createProgress(stream: NodeJS.WriteStream, { quietMs, now }: ProgressOptions): Promise<Progress> {
  // From the first frame on: a thread that starts is no part of the run.
  let begunMs: number | undefined;
  const elapsed = (): number => {
    const nowMs = now();
    begunMs ??= nowMs;
    return nowMs - begunMs;
  };
  return stream.isTTY ? await liveTable(stream, quietMs, elapsed) : plainLines(stream, quietMs, elapsed);
}

async function liveTable(stream: NodeJS.WriteStream, quietMs: number, elapsed: () => number): Promise<Progress> {
  const { createLogUpdate } = await import('log-update');
  const update = createLogUpdate(stream, { showCursor: true });
  return {
    show(frame) {
      const elapsedMs = elapsed();
      if (elapsedMs < quietMs) return;
      const { series, timeUs, durationUs } = frame;
      const flows = series ? flowTable(series, frame.names) : '';
      const queues = series
        ? `   queue ${series.links.map((link) => shown(last(link.queueBytes), formatSize)).join(', ')}`
        : '';
      update(`${flows}${bar(timeUs / durationUs)} ${standing(frame, elapsedMs)}${queues}`);
    },
    end() {
      update.clear();
      update.done();
    },
  };
}

function plainLines(stream: NodeJS.WriteStream, quietMs: number, elapsed: () => number): Progress {
  let nextMs = Math.max(quietMs, LINE_MS);
  return {
    show(frame) {
      const elapsedMs = elapsed();
      if (elapsedMs < nextMs) return;
      nextMs = elapsedMs + LINE_MS;
      stream.write(`${standing(frame, elapsedMs)}\n`);
    },
    end() {},
  };
}

/** One line that tells how things stand: redrawn on a terminal, elsewhere written now and then. */
export interface StatusLine {
  show(text: string): void;
  end(): void;
}

export async function createStatusLine(stream: NodeJS.WriteStream, now: () => number): Promise<StatusLine> {
  if (stream.isTTY) {
    const { createLogUpdate } = await import('log-update');
    const update = createLogUpdate(stream);
    return { show: (text) => update(text), end: () => update.done() };
  }
  let nextMs = now() + LINE_MS;
  return {
    show(text) {
      if (now() < nextMs) return;
      nextMs = now() + LINE_MS;
      stream.write(`${text}\n`);
    },
    end() {},
  };
}

/** How far it is, how fast it goes, and when it will be done. */
function standing({ timeUs, durationUs, events }: Frame, elapsedMs: number): string {
  const share = Math.floor((100 * timeUs) / durationUs);
  const leftUs = timeUs > 0 ? elapsedMs * 1000 * (durationUs / timeUs - 1) : Number.NaN;
  const speed = shown(elapsedMs > 0 ? (1000 * events) / elapsedMs : Number.NaN, count);
  return `${seconds(timeUs)} of ${seconds(durationUs)} (${share} %)   ${speed} events/s   ${shown(leftUs, formatDuration)} left`;
}

function flowTable(series: Series, names: readonly string[]): string {
  const rows = series.flows
    .slice(0, FLOWS_SHOWN)
    .map((flow) => [
      `${names[flow.id] ?? 'flow'} ${flow.id}`,
      shown(last(flow.cwndBytes), formatSize),
      shown(last(flow.inFlightBytes), formatSize),
      shown(last(flow.srttUs), formatDuration),
      shown(last(flow.deliveryRateBytesPerSecond), formatRate),
      String(flow.losses.reduce((sum, lost) => sum + lost, 0)),
    ]);
  return table(['flow', 'cwnd', 'in flight', 'RTT', 'throughput', 'lost'], rows);
}

function last(column: Float64Array): number {
  return column.at(-1) ?? Number.NaN;
}

export function bar(share: number): string {
  const full = Math.round(Math.min(1, share) * BAR);
  return `${'█'.repeat(full)}${'░'.repeat(BAR - full)}`;
}

function count(value: number): string {
  if (value >= 1e6) return `${(value / 1e6).toFixed(1)} M`;
  return value >= 1e3 ? `${(value / 1e3).toFixed(0)} k` : value.toFixed(0);
}

function seconds(us: number): string {
  return `${(us / 1e6).toFixed(1)} s`;
}
