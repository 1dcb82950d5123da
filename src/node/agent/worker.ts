import { Agent, watchFlows } from '../../agent/index.js';
import { ERROR, MooringError } from '../../base/index.js';
import { errorToValue } from '../../client/index.js';
import { KINDS, MessageSocket, RECEIVED } from '../helper/index.js';
import { clockUs } from '../process/index.js';
import { PeerNames, socketTransport } from '../transports/index.js';
import { loadAlgorithms, makeReady } from './algorithms.js';
import { Beat, type FlowName } from './beat.js';
import type { ConnectEvent } from './events.js';
import { FlowJournal } from './journal.js';
import { takeFlows } from './local-runner.js';
import { AgentLoop, SLICE_MS } from './loop.js';
import { readForWorkers } from './reader.js';
import { Recorder } from './recorder.js';
import { MessageRing } from './ring.js';
import { SharedLedger } from './shared-ledger.js';
import { type MessageSource, RingSource, SocketSource } from './sources.js';
import { Supervision } from './supervision.js';
import type { WorkerConfig, WorkerService } from './worker-config.js';

type Tell = (events: readonly ConnectEvent[], lines: readonly string[]) => void;

interface Running {
  readonly agent: Agent;
  readonly loop: AgentLoop;
  stop(): void;
  readonly ended: Promise<void>;
}

/** The service of a worker thread that runs an agent for its share of the flows. */
export function createWorkerService(): WorkerService {
  let running: Running | undefined;
  const run = () => {
    if (running) return running;
    throw new MooringError(ERROR.MOORING_ERR_THREAD_GONE, 'This worker runs no agent yet.');
  };
  const agent = () => run().agent;
  let stopReading: (() => Promise<void>) | undefined;
  return {
    async start(config, tell) {
      running = await startAgent(config, tell);
    },
    read: async (config, tell) => {
      stopReading = readForWorkers(config, tell);
    },
    stats: () => agent().stats(),
    flows: (most) => takeFlows(agent(), most),
    watch: (most) => watchFlows(agent(), most),
    setField: (of, field, value) => run().loop.setField(of, field, value),
    async stop() {
      running?.stop();
      await running?.ended;
      await stopReading?.();
    },
  };
}

async function startAgent(config: WorkerConfig, tell: Tell): Promise<Running> {
  const set = await loadAlgorithms(config.reference);
  await makeReady(set);
  const ledger = new SharedLedger(config.ledger, config.index, config.ring ? 'ring' : 'socket');
  const beat = new Beat(config.beat);
  const supervision = new Supervision({
    thread: 'algorithms',
    watch: beat,
    failed: (flow, error) => loop.deliver(agent.failLater(flow, error, clockUs())),
  });
  const agent = new Agent({ ...set, ...config.agent, ledger });
  agent.callbackScope = supervision;
  const socket = new MessageSocket(config.descriptor);
  const peers = new PeerNames(socket);
  const journal = new FlowJournal(config.journal);
  let lines: string[] = [];
  const isFirst = config.index === 0 && !config.takeOver;
  let recorder: Recorder | undefined;
  let unrecorded: ConnectEvent | undefined;
  try {
    recorder = config.record === undefined ? undefined : Recorder.append(config.record);
  } catch (error) {
    // It could be written when the agent began; control goes on without it.
    unrecorded = { kind: 'recordingStopped', path: config.record!, error: errorToValue(error) };
  }
  const loop = new AgentLoop({
    agent,
    maxMessageBytes: socket.maxMessageBytes,
    bundles: KINDS[socket.kind].bundles,
    firstContacts: isFirst ? config.firstContacts : [],
    onlyDatapath: isFirst ? KINDS[socket.kind].firstContacts : [],
    // The first worker speaks to them until they answer; the others look once for flows of theirs.
    alsoThere: config.index > 0 && !config.takeOver ? KINDS[socket.kind].firstContacts : [],
    recalled: config.takeOver ? [] : config.recalled,
    sockIds: config.sockIds,
    recorder,
    debug: config.debug ? (line) => void lines.push(line) : undefined,
    leavesReady: config.index > 0,
    sent: () => ledger.settle(),
    send: (address, bytes) => peers.send(address, bytes),
    isGone: (address) => peers.isGone(address),
  });
  if (unrecorded) loop.tell(unrecorded);
  const receive = (bytes: Uint8Array, address: string) => {
    // Before the algorithm sees it: it may never return.
    journal.note(bytes, address);
    loop.receive(bytes, address);
  };
  const slice = () => {
    loop.tick();
    beat.tick();
    const events = loop.takeEvents();
    journal.noteEvents(events);
    if (events.length === 0 && lines.length === 0) return;
    tell(events, lines);
    lines = [];
  };
  if (config.takeOver) takeOver(agent, loop, journal, beat, config.takeOver.culprits);
  /** What is no algorithm's fault ends the worker; whoever watches it starts another. */
  const die = (error: unknown) => {
    supervision.end();
    setImmediate(() => {
      throw error;
    });
  };
  const work: Work = { loop, receive, slice, die };
  const ring = config.ring && new MessageRing(config.ring);
  const { stop, ended } =
    config.blocking || ring
      ? runBlocking(ring ? new RingSource(ring, ledger) : new SocketSource(socket, peers), socket.receiveBytes, work)
      : runOnEvents(config, work);
  return { agent, loop, stop, ended };
}

interface Work {
  readonly loop: AgentLoop;
  receive(bytes: Uint8Array, address: string): void;
  slice(): void;
  die(error: unknown): void;
}

/** Waits in one system call for the next message, and gives timers and control their turn every slice. */
function runBlocking(source: MessageSource, receiveBytes: number, { loop, receive, slice, die }: Work) {
  let stopping = false;
  const buffer = new Uint8Array(receiveBytes);
  const take = (bytes: Uint8Array, address: string | undefined) => {
    if (address !== undefined) receive(bytes, address);
  };
  const turn = (): boolean => {
    const until = performance.now() + SLICE_MS;
    for (let left = SLICE_MS; left > 0; left = until - performance.now()) {
      const length = source.receive(buffer, loop.isPressed ? 1 : Math.ceil(left));
      if (length >= 0) take(buffer.subarray(0, length), source.address);
      else if (length === RECEIVED.WOKEN) return false;
      else if (length === RECEIVED.OVERRUN) loop.tell({ kind: 'receiveOverrun' });
      else if (length === RECEIVED.TOO_LONG) loop.tell({ kind: 'oversizedMessage', address: source.address ?? '' });
      if (loop.isPressed) loop.tick();
    }
    return true;
  };
  const run = async () => {
    while (!stopping && turn()) {
      slice();
      await new Promise(setImmediate);
    }
    loop.close();
    slice();
  };
  return {
    stop: () => {
      stopping = true;
    },
    ended: run().catch(die),
  };
}

function runOnEvents(config: WorkerConfig, { loop, receive, slice, die }: Work) {
  const transport = socketTransport(config.descriptor, { owned: false });
  transport.start({
    message: receive,
    gone: (address) => loop.gone(address),
    overrun: () => loop.tell({ kind: 'receiveOverrun' }),
    oversized: (address) => loop.tell({ kind: 'oversizedMessage', address }),
    dropped: (address, dropped) => loop.tell({ kind: 'sendQueueFull', address, dropped }),
    restarted: (cause) => loop.tell({ kind: 'helperRestarted', error: errorToValue(cause) }),
    failed: die,
  });
  const timer = setInterval(slice, SLICE_MS);
  let resolve: () => void;
  const ended = new Promise<void>((done) => {
    resolve = done;
  });
  const stop = () => {
    clearInterval(timer);
    void transport.close();
    loop.close();
    slice();
    resolve();
  };
  return { stop, ended };
}

function takeOver(
  agent: Agent,
  loop: AgentLoop,
  journal: FlowJournal,
  beat: Beat,
  culprits: readonly FlowName[],
): void {
  for (const { address, sockId, create } of journal.flows) {
    const blocked = culprits.some((culprit) => culprit.address === address && culprit.sockId === sockId);
    beat.tick();
    const outputs = blocked ? agent.quarantine(create, address, clockUs()) : agent.handle(create, address, clockUs());
    loop.deliver(outputs);
  }
}
