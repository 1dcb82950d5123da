import { type Agent, watchFlows } from '../../agent/index.js';
import { errorToValue } from '../../client/index.js';
import { clockUs } from '../process/index.js';
import type { Transport } from '../transports/index.js';
import type { ConnectEvent } from './events.js';
import { FlowMemory, type MemoryPlace, REMEMBER_MS, recallFlows } from './flow-memory.js';
import { FlowJournal } from './journal.js';
import { AgentLoop, SLICE_MS } from './loop.js';
import type { Recorder } from './recorder.js';
import type { Runner, RunnerSink } from './runner.js';
import { Supervision } from './supervision.js';

export interface LocalOptions {
  readonly agent: Agent;
  readonly transport: Transport;
  readonly firstContacts: readonly string[];
  /** Where the flows are kept for an agent that comes after this one. */
  readonly memory?: MemoryPlace | undefined;
  /** Numbers of flows to look for at first contacts. */
  readonly sockIds?: readonly number[] | undefined;
  readonly recorder?: Recorder | undefined;
  readonly debug: boolean;
  /** Called every slice. */
  readonly onSlice?: () => void;
}

/** Runs an agent in this thread's event loop. */
export function runHere(
  { agent, transport, firstContacts, memory: place, sockIds, recorder, debug, onSlice }: LocalOptions,
  sink: RunnerSink,
): Runner {
  const supervision = new Supervision({
    thread: 'caller',
    failed: (flow, error) => {
      loop.deliver(agent.failLater(flow, error, clockUs()));
      after();
    },
  });
  agent.callbackScope = supervision;
  const journal = place === undefined ? undefined : new FlowJournal(FlowJournal.allocate());
  const recalled = place === undefined ? [] : recallFlows(place);
  const memory = journal && new FlowMemory(place!.path, [journal], recalled);
  const loop = new AgentLoop({
    agent,
    recalled,
    sockIds,
    maxMessageBytes: transport.maxMessageBytes,
    bundles: transport.bundles,
    firstContacts,
    onlyDatapath: transport.firstContacts,
    recorder,
    debug: debug ? (line) => sink.lines([line]) : undefined,
    send: (address, bytes) => transport.send(address, bytes),
    isGone: transport.isGone && ((address) => transport.isGone?.(address) ?? false),
  });
  let pressed: NodeJS.Immediate | undefined;
  let told: NodeJS.Immediate | undefined;
  const tell = () => {
    told = undefined;
    const events = loop.takeEvents();
    journal?.noteEvents(events);
    if (events.length > 0) sink.events(events);
  };
  const relieve = () => {
    pressed = undefined;
    loop.tick();
    if (loop.isPressed) pressed = setImmediate(relieve);
  };
  const after = () => {
    told ??= setImmediate(tell);
    if (loop.isPressed) pressed ??= setImmediate(relieve);
  };
  const tellLater = (event: ConnectEvent) => {
    loop.tell(event);
    after();
  };
  transport.start({
    message(bytes, address) {
      journal?.note(bytes, address);
      loop.receive(bytes, address);
      after();
    },
    gone(address) {
      loop.gone(address);
      after();
    },
    overrun: () => tellLater({ kind: 'receiveOverrun' }),
    oversized: (address) => tellLater({ kind: 'oversizedMessage', address }),
    dropped: (address, dropped) => tellLater({ kind: 'sendQueueFull', address, dropped }),
    restarted: (cause) => tellLater({ kind: 'helperRestarted', error: errorToValue(cause) }),
    failed: (error) => sink.failed(error),
  });
  const timer = setInterval(() => {
    loop.tick();
    onSlice?.();
    after();
  }, SLICE_MS);
  const remembering = memory && setInterval(() => memory.tick(), REMEMBER_MS);
  loop.tick();
  after();
  let closed = false;
  return {
    stats: async () => agent.stats(),
    flows: async (most) => takeFlows(agent, most),
    watch: async (most) => [watchFlows(agent, most)],
    async setField(of, field, value) {
      const told = loop.setField(of, field, value);
      after();
      return told;
    },
    async close() {
      if (closed) return;
      closed = true;
      clearInterval(timer);
      clearInterval(remembering);
      memory?.write();
      if (pressed) clearImmediate(pressed);
      if (told) clearImmediate(told);
      loop.close();
      await transport.close();
      supervision.end();
      tell();
    },
  };
}

/** The first `most` flows of an agent. */
export function takeFlows(agent: Agent, most: number) {
  const flows = [];
  for (const flow of agent.flows()) {
    if (flows.length >= most) break;
    flows.push(flow);
  }
  return flows;
}
