import { type Agent, type AgentOutputs, type FlowIdentity, setField } from '../../agent/index.js';
import type { U64 } from '../../base/index.js';
import { errorToValue } from '../../client/index.js';
import { MESSAGE } from '../../generated/wire.js';
import { decodeMessages, formatMessage, messageType } from '../../wire/index.js';
import { clockUs } from '../process/index.js';
import type { SendResult } from '../transports/index.js';
import type { ConnectEvent } from './events.js';
import type { JournalledFlow } from './journal.js';
import type { Recorder } from './recorder.js';
import type { ByHand } from './runner.js';
import { SendQueue } from './send-queue.js';

/**
 * How often timers run and control gets its turn, ms: late enough to cost nothing, soon enough for waits of
 * 50 ms.
 */
export const SLICE_MS = 20;
/** Events kept between two collections. */
const MOST_EVENTS = 10_000;
const NO_EVENTS: readonly ConnectEvent[] = [];
const FIRST_CONTACT_PAUSE_US = 100_000;
const LONGEST_CONTACT_PAUSE_US = 5_000_000;

/** How long a datapath may be silent before it is asked for, µs. */
const PROBE_US = 60_000_000;

/** How long a flow may wait for its program before it is told, and how often that is, µs. */
const UNCONTROLLED_US = 2_000_000;
const UNCONTROLLED_TELL_US = 5_000_000;

export interface LoopOptions {
  readonly agent: Agent;
  readonly maxMessageBytes: number;
  /** Whether datapaths take several messages in one. */
  readonly bundles?: boolean | undefined;
  /** Datapaths to speak to until they answer. */
  readonly firstContacts: readonly string[];
  /** The one datapath there can be, where that is known. */
  readonly onlyDatapath: readonly string[];
  /** Datapaths another worker speaks to until they answer: it is enough to try once. */
  readonly alsoThere?: readonly string[] | undefined;
  /** Flows a former agent had: their datapaths are spoken to as well. */
  readonly recalled?: readonly JournalledFlow[] | undefined;
  /** Numbers of flows to look for at first contacts, which never announce those they have. */
  readonly sockIds?: readonly number[] | undefined;
  readonly recorder?: Recorder | undefined;
  /** Called with each message in words. */
  readonly debug?: ((line: string) => void) | undefined;
  /** Whether another thread notes a READY, which every worker gets. */
  readonly leavesReady?: boolean;
  /** Called when what an agent decided is on its way. */
  readonly sent?: (() => void) | undefined;
  send(address: string, bytes: Uint8Array): SendResult;
  /** Whether nobody is at a datapath's address any more. */
  readonly isGone?: ((address: string) => boolean) | undefined;
}

interface Contact {
  atUs: number;
  pauseUs: number;
  /** One that a former agent knew: if it is not there any more, nobody waits for it. */
  readonly once: boolean;
  readonly sockIds: readonly number[] | undefined;
}

/** An agent joined to a transport: what every thread that runs one does with bytes, times and events. */
export class AgentLoop {
  readonly #options: LoopOptions;
  readonly #queue: SendQueue;
  /** Datapaths that have not answered yet, with the pause after the next try. */
  readonly #contacts = new Map<string, Contact>();
  /** Anything to do per message beside the agent: without it a message costs nothing more. */
  readonly #watched: boolean;
  #probeAtUs = 0;
  #countAtUs = 0;
  /** Flows not under control, as told last. */
  #uncontrolled = 0;
  #events: ConnectEvent[] = [];
  #dropped = 0;

  constructor(options: LoopOptions) {
    this.#options = options;
    this.#watched = options.recorder !== undefined || options.debug !== undefined;
    this.#queue = new SendQueue(
      (address, bytes) => this.#options.send(address, bytes),
      options.maxMessageBytes,
      (event) => this.tell(event),
      (address) => this.gone(address),
    );
    const { recalled = [], alsoThere = [], sockIds } = options;
    for (const { create, address } of recalled) options.agent.remember(create, address);
    const add = (addresses: readonly string[], how: Pick<Contact, 'once' | 'sockIds'>) => {
      for (const address of addresses)
        this.#contacts.set(address, { atUs: 0, pauseUs: FIRST_CONTACT_PAUSE_US, ...how });
    };
    add(
      recalled.map(({ address }) => address),
      { once: true, sockIds: undefined },
    );
    add(alsoThere, { once: true, sockIds });
    add(options.firstContacts, { once: false, sockIds: undefined });
    add(options.onlyDatapath, { once: false, sockIds });
  }

  receive(bytes: Uint8Array, address: string): void {
    const nowUs = clockUs();
    if (this.#contacts.size > 0) this.#contacts.delete(address);
    if (this.#watched) this.#note('in', address, bytes, nowUs);
    this.#deliver(this.#options.agent.handle(bytes, address, nowUs), nowUs);
  }

  /** Does what is due; call it every {@link SLICE_MS}. */
  tick(): void {
    const nowUs = clockUs();
    for (const [address, contact] of [...this.#contacts])
      if (nowUs >= contact.atUs) this.#contact(address, contact, nowUs);
    this.#queue.retry(nowUs);
    if (this.#options.isGone && nowUs >= this.#probeAtUs) this.#probe(this.#options.isGone, nowUs);
    this.#deliver(this.#options.agent.tick(nowUs), nowUs);
    if (nowUs >= this.#countAtUs) this.#count(nowUs);
  }

  /** Whether messages wait for a datapath to read: then `tick` is due within a millisecond. */
  get isPressed(): boolean {
    return this.#queue.retryAtUs !== Number.POSITIVE_INFINITY;
  }

  gone(address: string): void {
    const nowUs = clockUs();
    this.#deliver(this.#options.agent.disconnect(address, nowUs), nowUs);
  }

  close(): void {
    const nowUs = clockUs();
    this.#deliver(this.#options.agent.close(nowUs), nowUs);
    this.#options.recorder?.close();
    this.#flush();
  }

  tell(event: ConnectEvent): void {
    if (this.#events.length < MOST_EVENTS) this.#events.push(event);
    else this.#dropped += 1;
  }

  /** Sets a field by hand; gives what was told of it. */
  setField(of: FlowIdentity, field: string, value: U64): ByHand {
    const nowUs = clockUs();
    const outputs = setField(this.#options.agent, of, field, value, nowUs);
    this.#deliver(outputs, nowUs);
    return outputs.events.find((event) => event.kind === 'fieldSet' || event.kind === 'fieldRefused')!;
  }

  /** The events since the last call. */
  takeEvents(): readonly ConnectEvent[] {
    this.#flush();
    if (this.#events.length === 0) return NO_EVENTS;
    const events = this.#events;
    this.#events = [];
    if (this.#dropped > 0) events.push({ kind: 'eventsDropped', count: this.#dropped });
    this.#dropped = 0;
    return events;
  }

  #flush(): void {
    const { recorder } = this.#options;
    recorder?.flush();
    const failure = recorder?.takeFailure();
    if (failure) this.tell({ kind: 'recordingStopped', path: recorder!.path, error: errorToValue(failure) });
  }

  /** Sends and tells what the agent gave. */
  deliver(outputs: AgentOutputs): void {
    this.#deliver(outputs, clockUs());
  }

  #deliver({ messages, events }: AgentOutputs, nowUs: number): void {
    // Before the messages: the next flow of that number may be among them.
    if (this.isPressed)
      for (const event of events) if (event.kind === 'flowClosed') this.#queue.forget(event.address, event.sockId);
    if (this.#watched) for (const { address, bytes } of messages) this.#note('out', address, bytes, nowUs);
    if (this.#options.bundles) this.#queue.putTogether(messages, nowUs);
    else for (let i = 0; i < messages.length; i += 1) this.#queue.put(messages[i]!.address, messages[i]!.bytes, nowUs);
    if (events.length > 0) for (const event of events) this.tell(event);
    this.#options.sent?.();
  }

  #contact(address: string, contact: Contact, nowUs: number): void {
    const { messages } = this.#options.agent.poke(address, nowUs, contact.sockIds);
    const reached = messages.every(({ bytes }) => this.#options.send(address, bytes) === 'sent');
    if (!reached) this.#options.agent.disconnect(address, nowUs);
    this.#options.sent?.();
    if (this.#watched && reached) for (const { bytes } of messages) this.#note('out', address, bytes, nowUs);
    if (reached || contact.once) {
      this.#contacts.delete(address);
      return;
    }
    if (contact.pauseUs === FIRST_CONTACT_PAUSE_US) this.tell({ kind: 'datapathAbsent', address });
    contact.atUs = nowUs + contact.pauseUs;
    contact.pauseUs = Math.min(contact.pauseUs * 2, LONGEST_CONTACT_PAUSE_US);
  }

  /** A datapath that crashed says nothing, and is sent nothing while its flows report nothing. */
  #probe(isGone: (address: string) => boolean, nowUs: number): void {
    this.#probeAtUs = nowUs + PROBE_US;
    const silent = [...this.#options.agent.idleDatapaths(nowUs - PROBE_US)];
    for (const address of silent) if (isGone(address)) this.gone(address);
  }

  #count(nowUs: number): void {
    const flows = this.#options.agent.countWithoutProgram(nowUs - UNCONTROLLED_US);
    const changed = flows !== this.#uncontrolled;
    this.#countAtUs = nowUs + (changed ? UNCONTROLLED_TELL_US : UNCONTROLLED_US / 2);
    if (!changed) return;
    this.#uncontrolled = flows;
    this.tell({ kind: 'flowsUncontrolled', flows });
  }

  #note(direction: 'in' | 'out', address: string, bytes: Uint8Array, nowUs: number): void {
    if (this.#options.leavesReady && direction === 'in' && messageType(bytes) === MESSAGE.READY) return;
    this.#options.recorder?.note(direction, address, bytes, nowUs);
    if (!this.#options.debug) return;
    const arrow = direction === 'in' ? '<-' : '->';
    for (const decoded of decodeMessages(bytes)) {
      const text = decoded.ok ? formatMessage(decoded.message) : `${decoded.code} ${decoded.message}`;
      this.#options.debug(`${(nowUs / 1e6).toFixed(6)} ${arrow} ${address} ${text}`);
    }
  }
}
