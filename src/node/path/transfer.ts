import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setPriority } from 'node:os';
import { ERROR, MooringError } from '../../base/index.js';
import { fromDebian } from '../install/index.js';
import { sleep } from '../process/index.js';
import type { KernelPath } from './path.js';
import { type SocketStats, socketStats } from './socket-stats.js';

/** The port an iperf3 server listens at. */
const PORT = 5201;

/** What is sent through a path. */
export interface TransferOptions {
  /** How long to send; at most 3600. */
  readonly seconds: number;
  /** Of the sender's kernel: `reno`, `cubic`, a name a helper has registered. By default the name space's. */
  readonly congestionControl?: string;
  /** Flows side by side, 1 to 128; default 1. */
  readonly flows?: number;
  /** How often to look at the flow with the most data, ms; by default never. */
  readonly sampleMs?: number;
  /**
   * Of both ends, −20 (before others) to 19; by default ours. What arrives while a receiver waits for a processor with its
   * socket in hand is acknowledged late and in one clump, which BBR's window follows: a measurement of windows takes −20.
   */
  readonly niceness?: number;
  /** Further words for the iperf3 that sends. */
  readonly words?: readonly string[];
}

/** What the kernel told of a flow while it sent. */
export interface SocketSample extends SocketStats {
  /** Since the sender was started, µs. */
  readonly atUs: number;
}

/** What the two ends of a transfer counted. */
export interface Transfer {
  readonly bytesReceived: number;
  /** As long as the receiver took. */
  readonly seconds: number;
  readonly retransmits: number;
  /** Of each flow, µs; the sender's mean of its samples of the smoothed RTT. */
  readonly meanRttUs: readonly number[];
  /** In order; none where `sampleMs` was not given. */
  readonly samples: readonly SocketSample[];
}

/**
 * Sends data through the path with iperf3 and counts it where it arrives. Throws MOORING_ERR_TESTBED_COMMAND with what
 * iperf3 says, such as of a congestion control that is not there.
 *
 * @example
 * ```ts fragment
 * const path = await buildKernelPath({ rateBytesPerSecond: 2.5e6, oneWayDelayUs: 20_000 });
 * const { bytesReceived, seconds } = await sendThrough(path, { seconds: 10, congestionControl: 'cubic', flows: 4 });
 * console.log(bytesReceived / seconds);
 * await path.close();
 * ```
 */
export async function sendThrough(path: KernelPath, options: TransferOptions): Promise<Transfer> {
  const { seconds, congestionControl, flows = 1, sampleMs, niceness, words = [] } = options;
  const server = iperf(path.receiver, niceness, ['-s', '-1', '-p', String(PORT), '--forceflush']);
  try {
    await listening(server);
    const control = congestionControl === undefined ? [] : ['-C', congestionControl];
    const client = iperf(path.sender, niceness, [
      ...['-c', path.receiverAddress, '-p', String(PORT), '-t', String(seconds), '-P', String(flows), '-J'],
      ...control,
      ...words,
    ]);
    const told = saidBy(client);
    const samples = sampleMs === undefined ? [] : await sampledUntil(told, path, sampleMs);
    return { ...read(await told), samples };
  } finally {
    server.kill();
  }
}

function iperf(namespace: string, niceness: number | undefined, words: readonly string[]): ChildProcess {
  const child = spawn('ip', ['netns', 'exec', namespace, 'iperf3', ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
  // `ip` becomes what it executes, so that this is iperf3's; one that has ended already has none.
  if (niceness !== undefined && child.pid !== undefined && child.exitCode === null) setPriority(child.pid, niceness);
  return child;
}

async function listening(server: ChildProcess): Promise<void> {
  const ended = once(server, 'close').then(() => 'ended');
  if ((await Promise.race([once(server.stdout!, 'data'), ended])) !== 'ended') return;
  throw failure(`the iperf3 that receives did not start ${fromDebian('iperf3')}`);
}

async function saidBy(client: ChildProcess): Promise<string> {
  let text = '';
  client.stdout!.setEncoding('utf8').on('data', (more: string) => {
    text += more;
  });
  client.stderr!.resume();
  await once(client, 'close');
  return text;
}

async function sampledUntil(ended: Promise<unknown>, path: KernelPath, everyMs: number): Promise<SocketSample[]> {
  const begunMs = performance.now();
  const samples: SocketSample[] = [];
  let over = false;
  const end = ended.then(() => {
    over = true;
  });
  while (!over) {
    const atUs = (performance.now() - begunMs) * 1000;
    const [flow] = await socketStats(path.sender, PORT);
    if (flow !== undefined) samples.push({ atUs, ...flow });
    await Promise.race([end, sleep(everyMs)]);
  }
  return samples;
}

function read(text: string): Omit<Transfer, 'samples'> {
  let told: Report;
  try {
    told = JSON.parse(text) as Report;
  } catch {
    throw failure(text.trim() || 'it said nothing');
  }
  const { error, end } = told;
  if (error !== undefined || end?.sum_received === undefined) throw failure(error ?? 'it ended without a sum');
  return {
    bytesReceived: end.sum_received.bytes,
    seconds: end.sum_received.seconds,
    retransmits: end.sum_sent.retransmits,
    meanRttUs: end.streams.map(({ sender }) => sender.mean_rtt),
  };
}

interface Report {
  readonly error?: string;
  readonly end?: {
    readonly sum_received?: { readonly bytes: number; readonly seconds: number };
    readonly sum_sent: { readonly retransmits: number };
    readonly streams: readonly { readonly sender: { readonly mean_rtt: number } }[];
  };
}

function failure(said: string): MooringError {
  return new MooringError(ERROR.MOORING_ERR_TESTBED_COMMAND, `iperf3: ${said}`, { command: 'iperf3', said });
}
