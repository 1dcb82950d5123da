import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { ERROR, MooringError } from '../../base/index.js';
import { delayArguments, requireHelper } from '../helper/index.js';
import {
  ip,
  makeNamespace,
  plugCable,
  removeNamespace,
  requireNamespaces,
  setSysctls,
  tc,
} from '../namespaces/index.js';
import { run, sleep } from '../process/index.js';

const SENDER = '10.55.0.1';
const RECEIVER = '10.55.0.2';
/** Bytes the token bucket counts for a packet of 1500: the Ethernet header is a part of the frame. */
const FRAME_BYTES = 1514;
const PACKET_BYTES = 1500;
/** With a burst of one frame, what the bucket's timer is late by is lost, 6 % of the rate on a busy machine. */
const BURST_FRAMES = 6;
const READY_MS = 5000;
/** Send and receive buffers that no path of these sizes fills. */
const BUFFER_BYTES = '4096 1048576 67108864';

/** What a path is to be. Without rate and delay it is a cable. */
export interface KernelPathOptions {
  /** Of IP packets at the bottleneck, bytes per second; without it there is none. */
  readonly rateBytesPerSecond?: number;
  /** Room at the bottleneck for waiting packets, bytes; by default what the rate sends in 50 ms. */
  readonly queueBytes?: number;
  /** Each way, µs; default 0. Carried by the helper. */
  readonly oneWayDelayUs?: number;
  /** Whether the cards' offloads stay on (segments of up to 64 KiB); default false. Only where the path is a cable. */
  readonly offloads?: boolean;
}

/** A path that stands. */
export interface KernelPath {
  /** Name spaces of both ends, for `ip netns exec`. */
  readonly sender: string;
  readonly receiver: string;
  readonly senderAddress: string;
  readonly receiverAddress: string;
  /** Both are in it. */
  readonly prefix: string;
  /** Packets the bottleneck has dropped so far; undefined where there is none. */
  drops(): Promise<number | undefined>;
  /** Ends what runs in it and removes it. More than once is well. */
  close(): Promise<void>;
}

const QUEUE_S = 0.05;

/**
 * Builds a path: `sender ─ bridge ─ token bucket ─ delay ─ receiver`, in namespaces nothing else of the machine sees. The
 * bucket is not the sender's own device: a full queue there would tell the sender's TCP, which no bottleneck does. Takes
 * root; throws MOORING_ERR_TESTBED_UNSUPPORTED where it cannot be built.
 *
 * @example
 * ```ts
 * try {
 *   const path = await buildKernelPath({ rateBytesPerSecond: 2.5e6, oneWayDelayUs: 20_000 });
 *   console.log((await sendThrough(path, { seconds: 1, congestionControl: 'reno' })).bytesReceived > 0);
 *   await path.close();
 * } catch (error) {
 *   console.log(String(error)); // no root
 * }
 * ```
 */
export async function buildKernelPath(options: KernelPathOptions = {}): Promise<KernelPath> {
  const { rateBytesPerSecond, oneWayDelayUs = 0, offloads = false } = options;
  check(options);
  await requireNamespaces('path');
  const name = `mpath-${process.pid}-${randomBytes(3).toString('hex')}`;
  const [sender, middle, receiver] = [`${name}-s`, `${name}-m`, `${name}-r`];
  const isCable = rateBytesPerSecond === undefined && oneWayDelayUs === 0;
  const spaces = isCable ? [sender, receiver] : [sender, middle, receiver];
  let delay: ChildProcess | undefined;
  const close = async (): Promise<void> => {
    delay?.kill();
    await Promise.all(spaces.map(removeNamespace));
  };
  try {
    for (const space of spaces) await makeNamespace(space, false);
    if (isCable)
      await plugCable({ namespace: sender, device: 'p0' }, { namespace: receiver, device: 'p0' }, { offloads });
    else {
      await layMiddle(sender, middle, receiver, options);
      if (oneWayDelayUs > 0) delay = await startDelay(middle, Math.round(oneWayDelayUs));
    }
    for (const [space, address] of [
      [sender, SENDER],
      [receiver, RECEIVER],
    ] as const) {
      await ip(space, 'address', 'add', `${address}/24`, 'dev', 'p0');
      await setSysctls(space, {
        'ipv4/tcp_no_metrics_save': '1',
        'ipv4/tcp_rmem': `"${BUFFER_BYTES}"`,
        'ipv4/tcp_wmem': `"${BUFFER_BYTES}"`,
      });
    }
    await reach(sender);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    sender,
    receiver,
    senderAddress: SENDER,
    receiverAddress: RECEIVER,
    prefix: '10.55.0.0/24',
    async drops() {
      if (rateBytesPerSecond === undefined) return undefined;
      return Number(/dropped (\d+)/.exec(await tc(middle, '-s', 'qdisc', 'show', 'dev', 'out'))?.[1]);
    },
    close,
  };
}

function check({
  rateBytesPerSecond = 1,
  queueBytes = PACKET_BYTES,
  oneWayDelayUs = 0,
  offloads = false,
}: KernelPathOptions): void {
  const refuse = (argument: string, message: string): MooringError =>
    new MooringError(ERROR.MOORING_ERR_BAD_ARGUMENT, message, { argument });
  if (!(rateBytesPerSecond > 0)) throw refuse('rateBytesPerSecond', 'rateBytesPerSecond is to be above 0');
  if (!(queueBytes >= PACKET_BYTES))
    throw refuse('queueBytes', `queueBytes is to hold a packet: ${PACKET_BYTES} at least`);
  if (!(oneWayDelayUs >= 0)) throw refuse('oneWayDelayUs', 'oneWayDelayUs is to be 0 or more');
  if (offloads && (rateBytesPerSecond !== 1 || oneWayDelayUs > 0)) {
    throw refuse('offloads', 'a bottleneck and a delay take frames as on a wire: leave offloads off');
  }
}

// sender:p0 ── in, bridge, out ── behind …delay… before ── receiver:p0; without a delay `out` leads to the receiver.
async function layMiddle(sender: string, middle: string, receiver: string, options: KernelPathOptions): Promise<void> {
  const { rateBytesPerSecond, oneWayDelayUs = 0 } = options;
  await plugCable({ namespace: sender, device: 'p0' }, { namespace: middle, device: 'in' });
  if (oneWayDelayUs > 0) {
    await plugCable({ namespace: middle, device: 'out' }, { namespace: middle, device: 'behind' });
    await plugCable({ namespace: middle, device: 'before' }, { namespace: receiver, device: 'p0' });
  } else await plugCable({ namespace: middle, device: 'out' }, { namespace: receiver, device: 'p0' });
  await ip(
    middle,
    'link',
    'add',
    'bridge',
    'type',
    'bridge',
    'forward_delay',
    '0',
    'stp_state',
    '0',
    'mcast_snooping',
    '0',
  );
  for (const port of ['in', 'out']) await ip(middle, 'link', 'set', port, 'master', 'bridge');
  await ip(middle, 'link', 'set', 'bridge', 'up');
  if (rateBytesPerSecond === undefined) return;
  const { queueBytes = Math.max(PACKET_BYTES, rateBytesPerSecond * QUEUE_S) } = options;
  const framed = (bytes: number): number => Math.round((bytes * FRAME_BYTES) / PACKET_BYTES);
  await tc(
    middle,
    ...['qdisc', 'add', 'dev', 'out', 'root', 'tbf', 'rate', `${framed(rateBytesPerSecond * 8)}bit`],
    ...['burst', String(BURST_FRAMES * FRAME_BYTES), 'limit', String(framed(queueBytes))],
  );
}

async function startDelay(namespace: string, delayUs: number): Promise<ChildProcess> {
  const words = delayArguments({ a: 'behind', b: 'before', delayUs, withParent: true });
  const child = spawn('ip', ['netns', 'exec', namespace, requireHelper(), ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-4096);
    });
  }
  for (const end = Date.now() + READY_MS; !said.startsWith('ready'); await sleep(10)) {
    if (child.exitCode === null && Date.now() < end) continue;
    child.kill('SIGKILL');
    throw new MooringError(
      ERROR.MOORING_ERR_HELPER_FAILED,
      `the delay did not start; it said ${said.trim() || 'nothing'}`,
      {
        said,
      },
    );
  }
  return child;
}

/** Until a ping comes back: a bridge and a cable take a moment before they forward. */
async function reach(sender: string): Promise<void> {
  for (const end = Date.now() + READY_MS; ; await sleep(50)) {
    const way = ['ip', 'netns', 'exec', sender, 'ping', '-c', '1', '-W', '1', RECEIVER];
    const failure = await run(way).then(
      () => undefined,
      (error: MooringError) => error,
    );
    if (failure === undefined) return;
    if (Date.now() > end || failure.code === ERROR.MOORING_ERR_TESTBED_UNSUPPORTED) throw failure;
  }
}
