import Table from 'cli-table3';
import { createLogUpdate } from 'log-update';
import { formatDuration, formatRate, formatSize } from '../../base/index.js';
import { type Frame, type RunOptions, runScenario } from '../../node/jobs/index.js';
import type { Scenario, Series, SimulationResult } from '../../sim/index.js';

/** Tells how a run goes on: a table that redraws itself, or a plain line now and then. */
export interface Progress {
  show(series: Series, timeUs: number): void;
  /** Removes what should not stay. */
  end(): void;
}

export interface ProgressOptions {
  readonly durationUs: number;
  /** Names of the first flows, by id. */
  readonly names: readonly string[];
}

const FLOWS_SHOWN = 10;
const PLAIN_LINES = 12;

/** Runs a scenario and shows on `stream`, where there is one, how it goes on. */
export async function runWatched(
  scenario: Scenario,
  { stream, ...options }: Omit<RunOptions, 'onFrame'> & { readonly stream?: NodeJS.WriteStream | undefined },
): Promise<SimulationResult> {
  if (!stream) return runScenario(scenario, options);
  let progress: Progress | undefined;
  const onFrame = (frame: Frame): void => {
    progress ??= createProgress(stream, frame);
    if (frame.series) progress.show(frame.series, frame.timeUs);
  };
  try {
    return await runScenario(scenario, { ...options, onFrame });
  } finally {
    progress?.end();
  }
}

/** A table on a terminal; elsewhere a dozen plain lines over the run. */
export function createProgress(stream: NodeJS.WriteStream, options: ProgressOptions): Progress {
  return stream.isTTY ? liveTable(stream, options) : plainLines(stream, options);
}

function liveTable(stream: NodeJS.WriteStream, { durationUs, names }: ProgressOptions): Progress {
  const update = createLogUpdate(stream, { showCursor: true });
  return {
    show(series, timeUs) {
      const table = new Table({
        head: ['flow', 'cwnd', 'in flight', 'RTT', 'throughput', 'lost'],
        colWidths: [20, 12, 12, 12, 15, 8],
        colAligns: ['left', 'right', 'right', 'right', 'right', 'right'],
        style: { head: [], border: [], compact: true },
      });
      for (const row of rows(series)) {
        table.push([
          flowName(names, row.id),
          formatSize(row.cwndBytes),
          formatSize(row.inFlightBytes),
          formatDuration(row.srttUs),
          formatRate(row.rateBytesPerSecond),
          String(row.losses),
        ]);
      }
      const queues = series.links.map((link) => formatSize(last(link.queueBytes))).join(', ');
      update(
        `${table.toString()}\n${bar(timeUs / durationUs)} ${seconds(timeUs)} of ${seconds(durationUs)}   queue ${queues}`,
      );
    },
    end() {
      update.clear();
      update.done();
    },
  };
}

function plainLines(stream: NodeJS.WriteStream, { durationUs, names }: ProgressOptions): Progress {
  let nextUs = 0;
  return {
    show(series, timeUs) {
      if (timeUs < nextUs) return;
      nextUs += durationUs / PLAIN_LINES;
      const flows = rows(series).map(
        (row) =>
          `${flowName(names, row.id)} cwnd ${formatSize(row.cwndBytes)} rtt ${formatDuration(row.srttUs)} ${formatRate(row.rateBytesPerSecond)}`,
      );
      stream.write(`${seconds(timeUs).padStart(7)}  ${flows.join(' | ')}\n`);
    },
    end() {},
  };
}

function rows(series: Series) {
  return series.flows.slice(0, FLOWS_SHOWN).map((flow) => ({
    id: flow.id,
    cwndBytes: last(flow.cwndBytes),
    inFlightBytes: last(flow.inFlightBytes),
    srttUs: last(flow.srttUs),
    rateBytesPerSecond: last(flow.deliveryRateBytesPerSecond),
    losses: flow.losses.reduce((sum, count) => sum + count, 0),
  }));
}

function flowName(names: readonly string[], id: number): string {
  return `${names[id] ?? 'flow'} ${id}`;
}

function last(column: Float64Array): number {
  return column.at(-1) ?? 0;
}

function bar(share: number): string {
  const full = Math.round(Math.min(1, share) * 24);
  return `${'█'.repeat(full)}${'░'.repeat(24 - full)}`;
}

function seconds(us: number): string {
  return `${(us / 1e6).toFixed(1)} s`;
}
