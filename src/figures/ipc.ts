import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { closeSocket, MessageSocket, openSocket, RECEIVED, SENT, type SocketDescriptor } from '../node/helper/index.js';
import { makeFifo } from './fifo.js';
import { cdfChart, type Figure, type FigureChart, type Finding, judge, quantile } from './figure.js';
import type { Workbench } from './workbench.js';

// Figure 12: a message to another process and back, by each mechanism.

/** Of our own; the kernel module's agents are in group 22. */
const GROUP = 17;
const ANSWER_MS = 2_000;
/** A report of six fields with its header. */
const MESSAGE = new Uint8Array(60);
const PAPER = '95th percentile below 30 µs';

/** What the process that echoes is told: the kind, and where it receives and, if it is elsewhere, sends. */
export interface EchoArguments {
  readonly kind: 'unix' | 'netlink' | 'char';
  readonly receive: { readonly path?: string; readonly group?: number };
  readonly send?: { readonly path: string };
}

interface Mechanism {
  readonly name: string;
  readonly why: string;
  /** Of a full run. */
  readonly count: number;
  /** Opens our side, in `folder`, and says what the other opens. */
  open(folder: string): {
    readonly echo: EchoArguments;
    readonly receiver: SocketDescriptor;
    readonly sender?: SocketDescriptor;
    readonly to: string;
  };
}

const MECHANISMS: readonly Mechanism[] = [
  {
    name: 'unix',
    count: 100_000,
    why: 'a process echoes, as in the paper; both ends are Node, which blocks in the helper’s addon',
    open(folder) {
      const path = join(folder, 'echo');
      return {
        echo: { kind: 'unix', receive: { path } },
        receiver: openSocket('unix', { path: join(folder, 'own') }),
        to: path,
      };
    },
  },
  {
    name: 'netlink',
    count: 100_000,
    why: 'a process echoes where the paper has a kernel module: two changes of context instead of none in the kernel',
    open() {
      return {
        echo: { kind: 'netlink', receive: { group: GROUP + 1 } },
        receiver: openSocket('netlink', { group: GROUP, userPeers: true }),
        to: `group:${GROUP + 1}`,
      };
    },
  },
  {
    name: 'character device',
    count: 10_000,
    why: 'two FIFOs stand in for the device of the paper’s module, and a process echoes; a device that can be waited for is, one that only says so, as that module’s, is looked at every 200 µs',
    open(folder) {
      const [there, back] = [join(folder, 'there'), join(folder, 'back')];
      makeFifo(there);
      makeFifo(back);
      return {
        echo: { kind: 'char', receive: { path: there }, send: { path: back } },
        receiver: openSocket('char', { path: back }),
        sender: openSocket('char', { path: there }),
        to: 'device',
      };
    },
  },
];

export const ipc: Figure = {
  id: 'fig12',
  title: 'Figure 12: a message to the datapath and back',
  setup:
    'Paper: 2.8 GHz, to a kernel module (a process for unix sockets), 100,000 times. Here: real sockets of this machine, to a process of ours that sends back what it receives; no kernel module is loaded.',
  async run(bench) {
    const findings: Finding[] = [];
    const skipped: string[] = [];
    const samples: Record<string, readonly number[]> = {};
    for (const [index, mechanism] of MECHANISMS.entries()) {
      bench.tell(mechanism.name, index / MECHANISMS.length);
      try {
        const timesUs = await measure(mechanism, bench);
        samples[mechanism.name] = timesUs;
        const [p50, p95] = [quantile(timesUs, 0.5), quantile(timesUs, 0.95)];
        findings.push({
          what: `${mechanism.name}, round trip`,
          paper: PAPER,
          ours: `95th percentile ${p95.toFixed(1)} µs, median ${p50.toFixed(1)} µs`,
          verdict: judge(p95 < 30),
          why: `${mechanism.why}; a busy machine adds its scheduler`,
        });
      } catch (error) {
        bench.signal.throwIfAborted();
        skipped.push(`${mechanism.name}: ${(error as Error).message}`);
      }
    }
    // A device is looked at now and then: on the sockets' scale it would be off the chart.
    const device = MECHANISMS.at(-1)!.name;
    const charts = [
      chartOf('sockets', samples, (name) => name !== device),
      chartOf('character device', samples, (name) => name === device),
    ].flat();
    return { findings, charts, skipped };
  },
};

function chartOf(
  what: string,
  samples: Readonly<Record<string, readonly number[]>>,
  holds: (name: string) => boolean,
): FigureChart[] {
  const chosen = Object.entries(samples).filter(([name]) => holds(name));
  if (chosen.length === 0) return [];
  return [cdfChart({ title: `Round trip of a message, ${what}`, xLabel: 'µs' }, Object.fromEntries(chosen), 0.95)];
}

async function measure(mechanism: Mechanism, { quick, signal }: Workbench): Promise<number[]> {
  const folder = mkdtempSync(join(tmpdir(), 'mooring-figures-'));
  const descriptors: SocketDescriptor[] = [];
  let echo: ChildProcess | undefined;
  try {
    const opened = mechanism.open(folder);
    descriptors.push(opened.receiver, ...(opened.sender ? [opened.sender] : []));
    echo = await startEcho(opened.echo);
    const receiver = new MessageSocket(opened.receiver);
    const sender = opened.sender ? new MessageSocket(opened.sender) : receiver;
    return roundTrips(sender, receiver, opened.to, quick ? 1_000 : mechanism.count, signal);
  } finally {
    await stopEcho(echo);
    descriptors.forEach(closeSocket);
    rmSync(folder, { recursive: true, force: true });
  }
}

const WARM = 500;

function roundTrips(
  sender: MessageSocket,
  receiver: MessageSocket,
  to: string,
  count: number,
  signal: AbortSignal,
): number[] {
  const peer = sender.peerAt(to);
  const bytes = new Uint8Array(receiver.receiveBytes);
  const timesUs: number[] = [];
  for (let i = 0; i < WARM + count; i += 1) {
    signal.throwIfAborted();
    const begun = process.hrtime.bigint();
    if (sender.send(peer, MESSAGE) !== SENT.OK) throw new Error('the echo takes no message');
    const length = receiver.receive(bytes, ANSWER_MS);
    if (length === RECEIVED.NOTHING) throw new Error(`no answer in ${ANSWER_MS / 1000} s`);
    if (i >= WARM) timesUs.push(Number(process.hrtime.bigint() - begun) / 1000);
  }
  return timesUs;
}

/** The echo, once it listens. */
async function startEcho(args: EchoArguments): Promise<ChildProcess> {
  // Stands beside the bundle this file becomes part of.
  const entry = fileURLToPath(new URL('./workers/echo.js', import.meta.url));
  const child = spawn(process.execPath, [entry, JSON.stringify(args)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'exit').then(() => Promise.reject(new Error('the echo ended before it listened')));
  await Promise.race([once(child.stdout!, 'data'), ended]);
  return child;
}

async function stopEcho(child: ChildProcess | undefined): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}
