import type { Writable } from 'node:stream';
import { Agent, type AgentOptions, type AgentStats, type FlowSnapshot } from '../../agent/index.js';
import type { Algorithm } from '../../algorithms/index.js';
import { ERROR, MooringError } from '../../base/index.js';
import { LIMIT } from '../../generated/wire.js';
import {
  closeSocket,
  type IpcKind,
  inheritedSocket,
  MessageSocket,
  type OpenSocketOptions,
  openSocket,
  type SocketDescriptor,
} from '../helper/index.js';
import { relayTransport, socketTransport, type Transport } from '../transports/index.js';
import { type AlgorithmReference, type AlgorithmSet, isAlgorithm, loadAlgorithms } from './algorithms.js';
import { EventStream } from './event-stream.js';
import type { ConnectEvent } from './events.js';
import { runHere } from './local-runner.js';
import { runInWorkers } from './pool.js';
import { Recorder } from './recorder.js';
import type { Runner, RunnerSink } from './runner.js';

/** What {@link connect} takes beside transport and algorithm. */
export interface ConnectOptions
  extends Pick<AgentOptions, 'default' | 'readyDelayUs' | 'silentUs' | 'programSlots' | 'maxFlows' | 'maxDatapaths'> {
  /** Every message both ways, decoded: on stderr, or to a function of yours. */
  readonly debug?: boolean | ((line: string) => void);
  /** Where what algorithms print in workers goes; standard output when absent. */
  readonly logs?: Writable;
  /**
   * Blocking reads in the worker (the default with a module URL): the lowest latency. Else the event loop reads, which
   * is all there is for a class, since that runs in this thread.
   */
  readonly blocking?: boolean;
  /** Worker threads; flows are spread over them by their number. 1 by default; with a module URL only. */
  readonly workers?: number;
  /** Where and how the socket is opened. A socket left by `mooring-helper open` is used instead where there is one. */
  readonly socket?: OpenSocketOptions;
  /** Datapaths to speak to first, by address: flows that began before the agent stay silent until they hear it. */
  readonly firstContacts?: readonly string[];
  /** Writes every message with its time to this file, for `mooring replay`. */
  readonly record?: string;
  /** How long an algorithm may keep its worker from going on before the worker is replaced, ms; 2000 by default. */
  readonly watchdogMs?: number;
  /** Memory of a worker's JavaScript, MiB; a worker that needs more is replaced. Node's own limit by default. */
  readonly workerMemoryMb?: number;
  /** Closes the agent when it aborts. */
  readonly signal?: AbortSignal;
}

/** A running agent. */
export interface AgentHandle extends AsyncDisposable {
  /** What happens, from when you begin to read; `on` for a listener. */
  readonly events: EventStream<ConnectEvent>;
  /** Resolves when the agent was closed; rejects with what ended it otherwise. */
  readonly closed: Promise<void>;
  stats(): Promise<AgentStats>;
  /** Open flows, at most `most` of them (1000 by default). */
  flows(most?: number): Promise<readonly FlowSnapshot[]>;
  /** Closes every flow, ends the workers, removes the socket. In under a second, whatever an algorithm is doing. */
  close(): Promise<void>;
}

/** One algorithm, several by name, the name of one of the package's, or the URL of a module to run in workers. */
export type AlgorithmSource = Algorithm | Readonly<Record<string, Algorithm>> | string | URL;

/**
 * Runs a CCP agent for the datapaths of this machine: `unix` binds `/tmp/ccp/portus`, `netlink` joins the group of the Linux
 * module, `char` opens `/dev/ccpkp`; or over a transport of yours ({@link createChannel}). A class runs in this thread. The
 * URL of a module, or the name of an algorithm of the package, runs in worker threads.
 *
 * Throws what opening the socket throws (`openSocket`), MOORING_ERR_AGENT_NO_MODULE, MOORING_ERR_AGENT_UNKNOWN_ALGORITHM,
 * CompileError for a declared program, and MOORING_ERR_BAD_ARGUMENT.
 *
 * @example
 * ```ts
 * const agent = await connect(createChannel().transport, Aimd);
 * agent.events.on((event) => console.log(event.type));
 * console.log((await agent.stats()).flows);
 * await agent.close();
 * ```
 */
export async function connect(
  ipc: IpcKind | Transport,
  algorithm: AlgorithmSource,
  options: ConnectOptions = {},
): Promise<AgentHandle> {
  const reference = referenceOf(algorithm);
  const { workers, blocking } = checkThreads(ipc, reference, options);
  const events = new EventStream<ConnectEvent>();
  let fail: (error: Error) => void = () => {};
  const sink: RunnerSink = {
    events: (told) => {
      for (const event of told) events.push(event);
    },
    lines: (lines) => {
      if (typeof options.debug === 'function') for (const line of lines) options.debug(line);
      else process.stderr.write(`${lines.join('\n')}\n`);
    },
    failed: (error) => fail(error),
  };
  const runner =
    workers > 0 && typeof ipc === 'string'
      ? await startWorkers(ipc, reference as AlgorithmReference, options, { workers, blocking }, sink)
      : await startHere(ipc, reference, options, sink);
  return makeHandle(runner, events, options.signal, (whenFailed) => {
    fail = whenFailed;
  });
}

async function startHere(
  ipc: IpcKind | Transport,
  reference: AlgorithmReference | AlgorithmSet,
  options: ConnectOptions,
  sink: RunnerSink,
): Promise<Runner> {
  const set = 'algorithms' in reference ? reference : await loadAlgorithms(reference);
  const maxInstallBytes = typeof ipc === 'string' ? maxInstall(ipc) : ipc.maxMessageBytes;
  // Everything that can be refused is, before a socket is opened.
  const agent = new Agent({ ...set, ...agentOptions(options), maxInstallBytes });
  const recorder = options.record === undefined ? undefined : new Recorder(options.record, false);
  const transport = typeof ipc === 'string' ? await openTransport(ipc, options) : ipc;
  const firstContacts = options.firstContacts ?? [];
  return runHere({ agent, transport, firstContacts, recorder, debug: Boolean(options.debug) }, sink);
}

async function startWorkers(
  ipc: IpcKind,
  reference: AlgorithmReference,
  options: ConnectOptions,
  { workers, blocking }: { workers: number; blocking: boolean },
  sink: RunnerSink,
): Promise<Runner> {
  if (options.record !== undefined) new Recorder(options.record, false).close();
  const descriptor = open(ipc, options);
  try {
    return await runInWorkers(
      {
        descriptor,
        reference,
        workers,
        blocking,
        agent: { ...agentOptions(options), maxInstallBytes: maxInstall(ipc) },
        firstContacts: options.firstContacts ?? [],
        record: options.record,
        debug: Boolean(options.debug),
        watchdogMs: options.watchdogMs ?? 2000,
        workerMemoryMb: options.workerMemoryMb,
        logs: options.logs,
      },
      sink,
    );
  } catch (error) {
    closeSocket(descriptor);
    throw error;
  }
}

function makeHandle(
  runner: Runner,
  events: EventStream<ConnectEvent>,
  signal: AbortSignal | undefined,
  onFailure: (whenFailed: (error: Error) => void) => void,
): AgentHandle {
  let closing: Promise<void> | undefined;
  let settle!: { resolve: () => void; reject: (error: Error) => void };
  const closed = new Promise<void>((resolve, reject) => {
    settle = { resolve, reject };
  });
  // Whoever awaits `closed` sees the error; nobody has to.
  closed.catch(() => {});
  const close = (error?: Error) => {
    closing ??= runner.close().finally(() => {
      signal?.removeEventListener('abort', onAbort);
      events.end();
      if (error) settle.reject(error);
      else settle.resolve();
    });
    return closing;
  };
  const onAbort = () => void close();
  onFailure((error) => void close(error));
  if (signal?.aborted) onAbort();
  else signal?.addEventListener('abort', onAbort, { once: true });
  return {
    events,
    closed,
    stats: () => runner.stats(),
    flows: (most = 1000) => runner.flows(most),
    close: () => close(),
    [Symbol.asyncDispose]: () => close(),
  };
}

// What this process may not open, a helper with the right may hold for it.
async function openTransport(ipc: IpcKind, options: ConnectOptions): Promise<Transport> {
  try {
    return socketTransport(open(ipc, options));
  } catch (error) {
    const forbidden = error instanceof MooringError && ['EPERM', 'EACCES'].includes(String(error.detail['errno']));
    if (ipc === 'unix' || !forbidden) throw error;
    return relayTransport(ipc, options.socket ?? {}).catch(() => {
      throw error;
    });
  }
}

function open(ipc: IpcKind, options: ConnectOptions): SocketDescriptor {
  const inherited = inheritedSocket();
  const descriptor = inherited?.kind === ipc ? inherited : openSocket(ipc, options.socket);
  try {
    const socket = new MessageSocket(descriptor);
    for (const address of options.firstContacts ?? []) socket.peerAt(address);
    return descriptor;
  } catch (error) {
    closeSocket(descriptor);
    throw error;
  }
}

function maxInstall(ipc: IpcKind): number {
  return ipc === 'char' ? LIMIT.CHAR_DEVICE_BYTES : LIMIT.MESSAGE_BYTES;
}

function agentOptions(options: ConnectOptions): Omit<AgentOptions, 'algorithms'> {
  const { default: chosen, readyDelayUs, silentUs, programSlots, maxFlows, maxDatapaths } = options;
  const given = { default: chosen, readyDelayUs, silentUs, programSlots, maxFlows, maxDatapaths };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function referenceOf(algorithm: AlgorithmSource): AlgorithmReference | AlgorithmSet {
  if (algorithm instanceof URL) return { module: algorithm.href };
  if (typeof algorithm === 'string') return { builtin: algorithm };
  return isAlgorithm(algorithm) ? { algorithms: { [nameOf(algorithm)]: algorithm } } : { algorithms: algorithm };
}

function nameOf(algorithm: Algorithm): string {
  return (typeof algorithm === 'function' && algorithm.name) || 'algorithm';
}

function checkThreads(
  ipc: IpcKind | Transport,
  reference: AlgorithmReference | AlgorithmSet,
  options: ConnectOptions,
): { workers: number; blocking: boolean } {
  const here = 'algorithms' in reference || typeof ipc !== 'string';
  const { workers = here ? 0 : 1, blocking = workers > 0 } = options;
  if (!Number.isInteger(workers) || workers < 0 || workers > 64) {
    throw badArgument('workers', `workers is ${workers}: give a whole number from 0 (this thread) to 64.`);
  }
  if (here && workers > 0) {
    throw badArgument(
      'workers',
      'Workers load their algorithm from a module: give connect a URL, such as new URL("./aimd.js", import.meta.url), and an ipc by name.',
    );
  }
  if (workers === 0 && blocking) {
    throw badArgument(
      'blocking',
      'Blocking reads would stop this thread: give connect the URL of a module, which runs in a worker.',
    );
  }
  return { workers, blocking };
}

function badArgument(argument: string, message: string): MooringError {
  return new MooringError(ERROR.MOORING_ERR_BAD_ARGUMENT, message, { argument });
}
