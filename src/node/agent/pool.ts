import type { Writable } from 'node:stream';
import { Worker } from 'node:worker_threads';
import type { AgentStats, FlowChanges, FlowIdentity } from '../../agent/index.js';
import { ERROR, MooringError, type U64 } from '../../base/index.js';
import { errorToValue, openRemote, type RemoteService, remoteCallback, threadGone } from '../../client/index.js';
import { closeSocket, OTHER_END_GONE, type SocketDescriptor, wakeSocket } from '../helper/index.js';
import { sleep } from '../process/index.js';
import type { AlgorithmReference } from './algorithms.js';
import { Beat, type FlowName } from './beat.js';
import type { ConnectEvent } from './events.js';
import { FlowMemory, type MemoryPlace, REMEMBER_MS, recallFlows } from './flow-memory.js';
import { FlowJournal, type JournalledFlow } from './journal.js';
import { MessageRing } from './ring.js';
import { type ByHand, type Runner, type RunnerSink, sumStats } from './runner.js';
import { SharedLedger } from './shared-ledger.js';
import { threadEndpoint } from './thread-endpoint.js';
import type { WorkerConfig, WorkerService } from './worker-config.js';

export interface PoolOptions {
  readonly descriptor: SocketDescriptor;
  readonly reference: AlgorithmReference;
  readonly workers: number;
  readonly blocking: boolean;
  readonly agent: WorkerConfig['agent'];
  readonly firstContacts: readonly string[];
  /** Where the flows are kept for an agent that comes after this one. */
  readonly memory: MemoryPlace | undefined;
  /** Numbers of flows to look for at first contacts. */
  readonly sockIds: readonly number[];
  readonly record: string | undefined;
  readonly debug: boolean;
  readonly watchdogMs: number;
  readonly firstCallMs: number;
  readonly workerMemoryMb: number | undefined;
  readonly logs: Writable | undefined;
}

const READER = 'agent reader';
const WATCH_MS = 100;
const STOP_MS = 400;
/** How long a thread may take to load its module, on a busy machine too. */
const START_MS = 10_000;
const RING_BYTES = 1 << 22;
/** More ends than this, in a row or at once, and the agent stops. */
const MOST_FAILURES = 10;
/**
 * One that ran for so long starts its row anew: counted from when it runs, so that a busy machine is not to
 * blame.
 */
const CALM_MS = 1000;

/** Runs an agent in worker threads, and another thread that reads for them where there are several. */
export async function runInWorkers(options: PoolOptions, sink: RunnerSink): Promise<Runner> {
  const pool = new WorkerPool(options, sink);
  try {
    await pool.start();
  } catch (error) {
    await pool.end();
    throw error;
  }
  return pool;
}

interface Member {
  readonly worker: Worker;
  readonly remote: RemoteService<WorkerService>;
  readonly beat: Beat;
  /** Watchdog checks since the last beat. */
  still: number;
  lastTicks: number;
  started: boolean;
  ended: boolean;
}

class WorkerPool implements Runner {
  readonly #options: PoolOptions;
  readonly #sink: RunnerSink;
  readonly #members: Member[] = [];
  readonly #journals: SharedArrayBuffer[];
  readonly #rings: SharedArrayBuffer[] | undefined;
  readonly #ledger = SharedLedger.allocate();
  readonly #memory: FlowMemory | undefined;
  readonly #recalled: readonly JournalledFlow[];
  #remembering: NodeJS.Timeout | undefined;
  readonly #found = new Set<string>();
  #reader: Member | undefined;
  #watchdog: NodeJS.Timeout | undefined;
  /** For each worker the flows whose algorithm ended it; they are not run again. */
  readonly #culprits: FlowName[][];
  /** For each thread how often it ended in a row; the reader comes after the workers. */
  readonly #failures: number[];
  #closing: Promise<void> | undefined;

  constructor(options: PoolOptions, sink: RunnerSink) {
    this.#options = options;
    this.#sink = sink;
    const each = <T>(make: () => T) => Array.from({ length: options.workers }, make);
    this.#culprits = each(() => []);
    this.#failures = [...each(() => 0), 0];
    this.#journals = each(() => FlowJournal.allocate());
    this.#recalled = options.memory === undefined ? [] : recallFlows(options.memory);
    if (options.memory !== undefined) {
      const journals = this.#journals.map((memory) => new FlowJournal(memory));
      this.#memory = new FlowMemory(options.memory.path, journals, this.#recalled);
    }
    if (options.workers === 1) return;
    this.#rings = each(() => MessageRing.allocate(RING_BYTES));
  }

  async start(): Promise<void> {
    const { workers } = this.#options;
    // Threads load what they run side by side; the first to start finds what is wrong with the module, and says it once.
    for (let index = 0; index < workers; index += 1) this.#members[index] = this.#spawn(index);
    if (this.#rings) this.#reader = this.#spawn(workers, READER);
    await this.#startAgent(0);
    const others = this.#members.slice(1).map((_, index) => this.#startAgent(index + 1));
    if (this.#reader) others.push(this.#startReader(this.#reader));
    await Promise.all(others);
    this.#watchdog = setInterval(() => this.#watch(), WATCH_MS);
    this.#remembering = setInterval(() => this.#memory?.tick(), REMEMBER_MS);
  }

  async stats(): Promise<AgentStats> {
    return sumStats(await Promise.all(this.#members.map(({ remote }) => remote.api.stats())));
  }

  async flows(most: number) {
    const all = await Promise.all(this.#members.map(({ remote }) => remote.api.flows(most)));
    return all.flat().slice(0, most);
  }

  watch(most: number): Promise<readonly FlowChanges[]> {
    return Promise.all(this.#members.map(({ remote }) => remote.api.watch(most)));
  }

  setField(of: FlowIdentity, field: string, value: U64): Promise<ByHand> {
    return this.#members[of.sockId % this.#options.workers]!.remote.api.setField(of, field, value);
  }

  close(): Promise<void> {
    this.#closing ??= this.end();
    return this.#closing;
  }

  /** Asks every worker to close its flows, then ends whoever did not. */
  async end(): Promise<void> {
    this.#closing ??= Promise.resolve();
    clearInterval(this.#watchdog);
    if (this.#remembering) this.#memory?.write();
    clearInterval(this.#remembering);
    const { descriptor } = this.#options;
    const members = [...this.#members, ...(this.#reader ? [this.#reader] : [])].filter(({ ended }) => !ended);
    const stopped = Promise.allSettled(members.map(({ remote }) => remote.api.stop()));
    await Promise.race([stopped, sleep(STOP_MS)]);
    // Whoever still waits for the socket returns now; whoever is in an algorithm is terminated there.
    wakeSocket(descriptor);
    for (const member of members) member.ended = true;
    await Promise.all(members.map(({ worker }) => worker.terminate()));
    for (const { remote } of members) remote.end(threadGone('the agent', 'it was closed'));
    closeSocket(descriptor);
  }

  #spawn(index: number, name = `agent worker ${index}`): Member {
    const { workerMemoryMb, logs } = this.#options;
    const worker = new Worker(new URL('./workers/agent.js', import.meta.url), {
      name,
      stdout: logs !== undefined,
      // A flag for text given to `node --eval`, which a thread that runs a file must not inherit.
      ...(process.execArgv.some((flag) => flag.startsWith('--input-type')) ? { execArgv: [] } : {}),
      ...(workerMemoryMb === undefined ? {} : { resourceLimits: { maxOldGenerationSizeMb: workerMemoryMb } }),
    });
    if (logs) worker.stdout.on('data', (chunk: Uint8Array) => void logs.write(chunk));
    const remote = openRemote<WorkerService>(threadEndpoint(worker));
    const member: Member = { worker, remote, beat: new Beat(), still: 0, lastTicks: 0, started: false, ended: false };
    const died = (why: string, error?: unknown) => {
      if (member.ended) return;
      member.ended = true;
      remote.end(threadGone(name, why, error));
      if (!member.started) return;
      if (member === this.#reader) this.#replaceReader(error ?? threadGone(name, why));
      else this.#replace(index, 'died', error);
    };
    worker.on('error', (error) => died(error.message, error));
    worker.on('exit', (code) => died(`it ended with code ${code}`));
    return member;
  }

  async #startAgent(index: number, takeOver?: { culprits: readonly FlowName[] }): Promise<void> {
    const member = this.#members[index]!;
    const { descriptor, reference, agent, blocking, firstContacts, record, debug } = this.#options;
    const { workers, sockIds } = this.#options;
    const isShare = (sockId: number) => sockId % workers === index;
    const config: WorkerConfig = {
      ...{ index, descriptor, reference, agent, blocking, firstContacts, record, debug },
      recalled: this.#recalled.filter(({ sockId }) => isShare(sockId)),
      sockIds: sockIds.filter(isShare),
      beat: member.beat.memory,
      journal: this.#journals[index]!,
      ledger: this.#ledger,
      ...(this.#rings ? { ring: this.#rings[index]! } : {}),
      ...(takeOver ? { takeOver } : {}),
    };
    await member.remote.api.start(
      config,
      this.#tell(() => this.#members[index] === member, index),
    );
    this.#started(member, index);
  }

  async #startReader(reader: Member): Promise<void> {
    this.#reader = reader;
    await reader.remote.api.read(
      { descriptor: this.#options.descriptor, rings: this.#rings!, ledger: this.#ledger },
      this.#tell(() => this.#reader === reader, 0),
    );
    this.#started(reader, this.#options.workers);
  }

  #started(member: Member, index: number): void {
    member.started = true;
    const calm = () => {
      if (!member.ended) this.#failures[index] = 0;
    };
    setTimeout(calm, CALM_MS).unref();
  }

  #tell(isCurrent: () => boolean, index: number) {
    return remoteCallback((events: readonly ConnectEvent[], lines: readonly string[]) => {
      if (!isCurrent()) return;
      for (const event of events) this.#acquit(event, index);
      if (lines.length > 0) this.#sink.lines(lines);
      const news = events.filter((event) => this.#isNews(event, index));
      if (news.length > 0) this.#sink.events(news);
    });
  }

  /** A flow’s number is given again after its end; the next flow has done nothing. */
  #acquit(event: ConnectEvent, index: number): void {
    const culprits = this.#culprits[index];
    if (!culprits || culprits.length === 0) return;
    if (event.kind !== 'flowClosed' && event.kind !== 'datapathReady') return;
    const left = culprits.filter(
      ({ address, sockId }) => address !== event.address || (event.kind === 'flowClosed' && sockId !== event.sockId),
    );
    culprits.splice(0, culprits.length, ...left);
  }

  /** Every worker meets every datapath; it is told once. */
  #isNews(event: ConnectEvent, index: number): boolean {
    if (event.kind === 'datapathReady') {
      this.#found.add(event.address);
      return index === 0;
    }
    if (event.kind === 'datapathFound') {
      if (this.#found.has(event.address)) return false;
      this.#found.add(event.address);
    } else if (event.kind === 'datapathGone') this.#found.delete(event.address);
    return true;
  }

  /** Counts checks, not time: when the whole process stood still, no worker is to blame. */
  #watch(): void {
    const { watchdogMs, firstCallMs } = this.#options;
    for (const [index, member] of this.#members.entries()) {
      // One that takes over has a pulse before it has started.
      if ((!member.started && member.beat.ticks === 0) || member.ended) continue;
      const { ticks } = member.beat;
      member.still = ticks === member.lastTicks ? member.still + 1 : 0;
      member.lastTicks = ticks;
      const limitMs = member.beat.isInFirstCall ? Math.max(watchdogMs, firstCallMs) : watchdogMs;
      if (member.still < Math.max(2, Math.ceil(limitMs / WATCH_MS))) continue;
      member.ended = true;
      member.remote.end(threadGone(`agent worker ${index}`, 'its algorithm did not return'));
      void member.worker.terminate();
      this.#replace(index, 'blocked');
    }
  }

  #replace(index: number, reason: 'blocked' | 'died', error?: unknown): void {
    if (this.#closing) return;
    if (this.#failsTooOften(index, error)) return;
    const culprit = this.#members[index]!.beat.handling;
    SharedLedger.release(this.#ledger, index);
    const flows = new FlowJournal(this.#journals[index]!).flows.length;
    const cause = error === undefined ? {} : { error: errorToValue(error) };
    this.#sink.events([
      { kind: 'workerReplaced', worker: index, reason, flows, ...cause, ...(culprit ? { culprit } : {}) },
    ]);
    const culprits = this.#culprits[index]!;
    if (culprit) culprits.push(culprit);
    const member = this.#spawn(index);
    this.#members[index] = member;
    // Before it takes over it has no pulse. One that blocks or dies then gives the next a culprit more.
    const late = setTimeout(() => {
      member.remote.end(threadGone(`agent worker ${index}`, 'it did not start'));
    }, Math.max(this.#options.watchdogMs, this.#options.firstCallMs) + START_MS);
    this.#startAgent(index, { culprits })
      .catch((failure) => {
        if (this.#closing || this.#members[index] !== member) return;
        member.ended = true;
        void member.worker.terminate();
        this.#replace(index, 'died', failure);
      })
      .finally(() => clearTimeout(late));
  }

  #replaceReader(cause: unknown): void {
    if (this.#closing || this.#failsTooOften(this.#options.workers, cause)) return;
    SharedLedger.release(this.#ledger, this.#options.workers);
    this.#sink.events([{ kind: 'readerReplaced', error: errorToValue(cause) }]);
    this.#startReader(this.#spawn(this.#options.workers, READER)).catch((error) => {
      if (!this.#closing) this.#replaceReader(error);
    });
  }

  #failsTooOften(index: number, cause?: unknown): boolean {
    if (cause instanceof Error && cause.message.startsWith(OTHER_END_GONE)) {
      this.#sink.failed(new MooringError(ERROR.MOORING_ERR_HELPER_FAILED, cause.message, { errno: 'EPIPE' }, cause));
      return true;
    }
    this.#failures[index]! += 1;
    const failures = this.#failures.reduce((sum, times) => sum + times, 0);
    if (failures <= MOST_FAILURES) return false;
    const message = `${failures} workers ended, one upon the other; the agent stops.`;
    this.#sink.failed(new MooringError(ERROR.MOORING_ERR_AGENT_WORKERS_FAILED, message, { failures }, cause));
    return true;
  }
}
