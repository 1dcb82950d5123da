import type { Writable } from 'node:stream';
import { Agent, type AgentOptions } from '../../agent/index.js';
import type { Algorithm, AlgorithmName } from '../../algorithms/index.js';
import { printable } from '../../base/index.js';
import { closeSocket, type IpcKind, KINDS, type OpenSocketOptions } from '../helper/index.js';
import type { Transport } from '../transports/index.js';
import {
  type AlgorithmReference,
  type AlgorithmSet,
  type AlgorithmSource,
  loadAlgorithms,
  makeReady,
  referenceOf,
} from './algorithms.js';
import { EventStream } from './event-stream.js';
import type { ConnectEvent } from './events.js';
import { memoryPlace } from './flow-memory.js';
import { type AgentHandle, makeHandle } from './handle.js';
import { runHere } from './local-runner.js';
import { maxInstallBytes, openDescriptor, openTransport } from './open-transport.js';
import { runInWorkers } from './pool.js';
import { Recorder } from './recorder.js';
import type { Runner, RunnerSink } from './runner.js';
import { chooseThreads, type Threads } from './threads.js';

/** What {@link connect} takes beside transport and algorithm. */
export interface ConnectOptions
  extends Pick<
    AgentOptions,
    'default' | 'readyDelayUs' | 'silentUs' | 'programSlots' | 'maxFlows' | 'maxDatapaths' | 'primitives'
  > {
  /** Every message both ways, decoded: on stderr, or to a function of yours. */
  readonly debug?: boolean | ((line: string) => void);
  /** Where what algorithms print in workers goes; standard output when absent. */
  readonly logs?: Writable;
  /**
   * Blocking reads in the worker (the default with a module URL): the lowest latency. Else the event loop
   * reads, which is all there is for a class, since that runs in this thread.
   */
  readonly blocking?: boolean;
  /** Worker threads; flows are spread over them by their number. 1 by default; with a module URL only. */
  readonly workers?: number;
  /**
   * Where and how the socket is opened. A socket left by `mooring-helper open` is used instead where there is
   * one.
   */
  readonly socket?: OpenSocketOptions;
  /**
   * Datapaths to speak to first, by address: flows that began before the agent stay silent until they hear
   * it.
   */
  readonly firstContacts?: readonly string[];
  /** Writes every message with its time to this file, for `mooring replay`. */
  readonly record?: string;
  /**
   * How long an algorithm may keep its worker from going on before the worker is replaced, ms; 2000 by
   * default.
   */
  readonly watchdogMs?: number;
  /**
   * The same for a flow's first calls (its constructor, `onCreate`, its first report), where an algorithm may load what
   * it decides with, ms; 30 000 by default. The worker's other flows wait meanwhile.
   */
  readonly firstCallMs?: number;
  /**
   * Memory of a worker's JavaScript, MiB; a worker that needs more is replaced. Node's own limit by default.
   */
  readonly workerMemoryMb?: number;
  /** Closes the agent when it aborts. */
  readonly signal?: AbortSignal;
}

/**
 * What {@link connect} takes where algorithms run in the caller's thread, as classes and objects do and whatever a
 * transport of the caller's carries: there are no workers to number, to watch or to blame.
 */
export type ConnectHereOptions<Name extends string = string> = Omit<
  ConnectOptions,
  'default' | 'workers' | 'blocking' | 'watchdogMs' | 'workerMemoryMb' | 'logs'
> & {
  /** The one for flows that name none of them; the first where none is given. */
  readonly default?: NoInfer<Name>;
  /** None: algorithms that are given as they are run in the caller's thread. */
  readonly workers?: 0;
  readonly blocking?: false;
};

/**
 * Runs a CCP agent for the datapaths of this machine: `unix` binds `/tmp/ccp/portus`, `netlink` joins the
 * group of the Linux module, `char` opens `/dev/ccpkp`; or over a transport of yours ({@link createChannel}).
 * A class runs in this thread. The URL of a module, or the name of an algorithm of the package, runs in
 * worker threads.
 *
 * Throws what opening the socket throws (`openSocket`), MOORING_ERR_AGENT_NO_MODULE,
 * MOORING_ERR_AGENT_UNKNOWN_ALGORITHM, CompileError for a declared program, and MOORING_ERR_BAD_ARGUMENT.
 *
 * @example
 * ```ts
 * const agent = await connect(createChannel().transport, Aimd);
 * agent.events.on((event) => console.log(event.kind));
 * console.log((await agent.stats()).flows);
 * await agent.close();
 * ```
 */
export function connect(ipc: IpcKind, algorithm: AlgorithmName | URL, options?: ConnectOptions): Promise<AgentHandle>;
export function connect<Name extends string = string>(
  ipc: IpcKind | Transport,
  algorithm: AlgorithmName | URL | Algorithm | Readonly<Record<Name, Algorithm>>,
  options?: ConnectHereOptions<Name>,
): Promise<AgentHandle>;
export async function connect(
  ipc: IpcKind | Transport,
  algorithm: AlgorithmSource,
  options: ConnectOptions = {},
): Promise<AgentHandle> {
  const reference = referenceOf(algorithm);
  const { workers, blocking } = options;
  const runsIn = 'algorithms' in reference || typeof ipc !== 'string' ? 'caller' : 'worker';
  const threads = chooseThreads({ workers, blocking, runsIn });
  const events = new EventStream<ConnectEvent>();
  let fail!: (error: Error) => void;
  const failed = new Promise<Error>((resolve) => {
    fail = resolve;
  });
  const sink: RunnerSink = {
    events: (told) => {
      for (const event of told) events.push(event);
    },
    lines: (lines) => {
      if (typeof options.debug === 'function') for (const line of lines) options.debug(line);
      else process.stderr.write(`${lines.map(printable).join('\n')}\n`);
    },
    failed: (error) => fail(error),
  };
  const runner =
    threads.workers > 0 && typeof ipc === 'string' && !('algorithms' in reference)
      ? await startWorkers(ipc, reference, options, threads, sink)
      : await startHere(ipc, reference, options, sink);
  return makeHandle({ runner, events, failed, signal: options.signal });
}

async function startHere(
  ipc: IpcKind | Transport,
  reference: AlgorithmReference | AlgorithmSet,
  options: ConnectOptions,
  sink: RunnerSink,
): Promise<Runner> {
  const set = 'algorithms' in reference ? reference : await loadAlgorithms(reference);
  await makeReady(set);
  // Everything that can be refused is, before a socket is opened.
  const agent = new Agent({ ...set, ...agentOptions(options), maxInstallBytes: maxInstallBytes(ipc) });
  const recorder = options.record === undefined ? undefined : Recorder.begin(options.record);
  const { socket, firstContacts = [] } = options;
  const transport = typeof ipc === 'string' ? await openTransport(ipc, { socket, firstContacts }) : ipc;
  const kept = typeof ipc === 'string' ? { memory: memoryPlace(ipc, socket), sockIds: upTo(KINDS[ipc].flowsUpTo) } : {};
  return runHere({ agent, transport, firstContacts, ...kept, recorder, debug: Boolean(options.debug) }, sink);
}

async function startWorkers(
  ipc: IpcKind,
  reference: AlgorithmReference,
  options: ConnectOptions,
  threads: Threads,
  sink: RunnerSink,
): Promise<Runner> {
  if (options.record !== undefined) Recorder.begin(options.record).close();
  const { socket, firstContacts = [], record, watchdogMs = 2000, firstCallMs = 30_000, workerMemoryMb, logs } = options;
  const descriptor = openDescriptor(ipc, { socket, firstContacts });
  try {
    return await runInWorkers(
      {
        ...{ descriptor, reference, ...threads, firstContacts, record, watchdogMs, firstCallMs, workerMemoryMb, logs },
        memory: memoryPlace(ipc, socket),
        sockIds: upTo(KINDS[ipc].flowsUpTo),
        agent: { ...agentOptions(options), maxInstallBytes: maxInstallBytes(ipc) },
        debug: Boolean(options.debug),
      },
      sink,
    );
  } catch (error) {
    closeSocket(descriptor);
    throw error;
  }
}

function agentOptions(options: ConnectOptions): Omit<AgentOptions, 'algorithms'> {
  const { default: chosen, readyDelayUs, silentUs, programSlots, maxFlows, maxDatapaths, primitives } = options;
  const given = { default: chosen, readyDelayUs, silentUs, programSlots, maxFlows, maxDatapaths, primitives };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

/** The numbers a datapath gives its flows, from 1. */
function upTo(most: number): number[] {
  return Array.from({ length: most }, (_, index) => index + 1);
}
