import { type Command, InvalidArgumentError, Option } from 'commander';
import { ERROR, MooringError, parseDurationUs } from '../../base/index.js';
import type { CaptureFilter, CaptureWarning, RunOptions } from '../../capture/index.js';
import { parseNetwork } from '../../capture/index.js';
import { tell } from '../output.js';
import { stopOnSignal } from '../signals.js';
import { collect, wholeNumber } from '../values.js';
import { createProgress } from './progress.js';

/** What every `mooring pcap` command takes. */
export interface PcapOptions {
  readonly json?: boolean;
  readonly csv?: boolean;
  readonly host?: readonly string[];
  readonly port?: readonly number[];
  readonly from?: TimePoint;
  readonly to?: TimePoint;
  readonly ignoreTunnels?: boolean;
  readonly progress?: boolean;
}

interface TimePoint {
  readonly us: number;
  readonly epoch: boolean;
}

export function addPcapOptions(
  command: Command,
  files = 'captures: pcap or pcapng, plain, .gz, .zst, .tar, .tgz; - for standard input',
): Command {
  const read = command
    .argument('<files...>', files)
    .option('--json', 'print one JSON document')
    .addOption(new Option('--csv', 'print comma-separated values with a header line').conflicts('json'));
  return addEndOptions(read)
    .option('--from <time>', 'only packets from then: 1.5s after the first, or 2026-11-22T18:05:20Z', readTime)
    .option('--to <time>', 'only packets until then', readTime)
    .option('--ignore-tunnels', 'equal addresses in two VLANs, VNIs, labels, keys or TEIDs are one connection')
    .option('--no-progress', 'no progress on stderr');
}

/** Which packets, by their ends. */
export function addEndOptions(command: Command): Command {
  return command
    .option('--host <address>', 'only this address or network at either end; may be repeated', collect(readHost))
    .option(
      '--port <port>',
      'only this TCP or UDP port at either end; may be repeated',
      collect(wholeNumber(0, 65_535)),
    );
}

/** A run over captures: what `src/capture` is told, and what it works on until done or stopped. */
export interface CaptureRun {
  readonly options: RunOptions;
  /** What `work` gives; rejects at the first Ctrl-C, also while it waits for input that does not come. */
  until<T>(work: Promise<T>): Promise<T>;
}

/** Filter, progress and Ctrl-C of a run. */
export function startRun(options: PcapOptions): CaptureRun {
  const filter = filterOf(options);
  const progress = createProgress(options.progress !== false);
  const stop = stopOnSignal();
  const { signal } = stop;
  const stopped = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
  });
  return {
    options: { filter, ignoreTunnels: options.ignoreTunnels === true, onProgress: progress.update, signal },
    until: (work) =>
      Promise.race([work, stopped]).finally(() => {
        progress.clear();
        stop.close();
      }),
  };
}

/** Warnings on stderr, a line each. */
export function printWarnings(warnings: readonly CaptureWarning[]): void {
  for (const { message } of warnings) tell(`mooring: warning: ${message}`);
}

/** Which packets the options ask for. */
export function filterOf({ host, port, from, to }: Pick<PcapOptions, 'host' | 'port' | 'from' | 'to'>): CaptureFilter {
  if (from && to && from.epoch !== to.epoch) {
    throw new MooringError(
      ERROR.MOORING_ERR_BAD_ARGUMENT,
      '--from and --to must both be times of day or both be times after the first packet',
      { argument: 'from' },
    );
  }
  return {
    ...(host ? { hosts: host } : {}),
    ...(port ? { ports: port } : {}),
    ...(from ? { fromUs: from.us } : {}),
    ...(to ? { toUs: to.us } : {}),
    epoch: from?.epoch ?? to?.epoch ?? false,
  };
}

/** An address or a network, as written. */
function readHost(text: string): string {
  try {
    parseNetwork(text);
  } catch {
    throw new InvalidArgumentError('Write an address or a network: 10.0.0.1, 10.0.0.0/8, fd00::/8.');
  }
  return text;
}

function readTime(text: string): TimePoint {
  if (/^\d+(\.\d+)?$/.test(text)) return { us: Number(text) * 1e6, epoch: false };
  if (/^\d{4}-\d\d-\d\d/.test(text)) {
    const ms = Date.parse(text);
    if (!Number.isNaN(ms)) return { us: ms * 1000, epoch: true };
  }
  try {
    return { us: parseDurationUs(text), epoch: false };
  } catch {
    throw new InvalidArgumentError(
      'Write seconds (1.5), a duration (1500ms) or a date and time (2026-11-22T18:05:20Z).',
    );
  }
}
