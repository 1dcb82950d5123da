import type { DatapathInfo } from '../algorithms/index.js';
import { LIMIT } from '../generated/wire.js';
import type { Program } from '../program/index.js';
import { type CreateMessage, decodeMessage, type Message } from '../wire/index.js';
import { Adoption } from './adoption.js';
import { blocked, describeFailure } from './algorithm-failure.js';
import { closeAlgorithm, deliverReport, failAlgorithm, startAlgorithm } from './callbacks.js';
import type { AdoptedBy, AgentEvent, AgentOutputs, CloseReason } from './events.js';
import { Flow } from './flow.js';
import { createLedger } from './ledger.js';
import type { Peer } from './peer.js';
import { PeerTable } from './peer-table.js';
import { checkSlots, ProgramBook } from './programs.js';
import { AlgorithmRegistry } from './registry.js';
import type { SharedState } from './shared-state.js';
import { isOf, staleReport } from './stale.js';
import { Timers } from './timers.js';
import type { AgentOptions, AgentStats, CallbackScope, FlowIdentity, FlowSnapshot } from './types.js';
import { countUnheard } from './uncontrolled.js';
import type { FlowWatch } from './watch.js';

/**
 * The CCP agent as a state machine over bytes. It owns no socket and no clock: give every message of
 * a datapath to `handle`, call `tick` when `nextWakeupUs` says so, and send what comes back.
 *
 * @example
 * ```ts
 * const agent = new Agent({ algorithms: { aimd: Aimd } });
 * const ready = Uint8Array.of(5, 0, 12, 0, 0, 0, 0, 0, 7, 0, 0, 0);
 * const { messages, events } = agent.handle(ready, '/tmp/ccp/datapath', 0);
 * ```
 */
export class Agent<Name extends string = string> {
  readonly #state: SharedState;
  readonly #registry: AlgorithmRegistry;
  readonly #adoption: Adoption;
  readonly #peers: PeerTable;
  readonly #maxFlows: number;
  /** @internal Hears of every report; see `watchFlows`, which whoever only simulates does not load. */
  watch: FlowWatch | undefined;
  #flows = 0;
  #messagesIn = 0;
  #messagesOut = 0;
  #reports = 0;
  #flowsCreated = 0;
  #flowsClosed = 0;
  #malformedMessages = 0;

  /**
   * Throws CompileError where a declared program does not compile, MOORING_ERR_AGENT_UNKNOWN_ALGORITHM, and
   * MOORING_ERR_AGENT_PROGRAM_TABLE_FULL for more declared programs than a datapath holds.
   */
  constructor(options: AgentOptions<Name>) {
    const ledger = options.ledger ?? createLedger();
    const programs = new ProgramBook(ledger, options.maxInstallBytes ?? LIMIT.MESSAGE_BYTES, options.primitives);
    this.#registry = new AlgorithmRegistry(options.algorithms, options.default, programs);
    this.#maxFlows = options.maxFlows ?? 1_048_576;
    this.#state = {
      programs,
      ledger,
      programSlots: options.programSlots ?? 9,
      readyDelayUs: options.readyDelayUs ?? 50_000,
      silentUs: options.silentUs ?? 1_000_000,
      declared: this.#registry.declared(),
      timers: new Timers(),
      nowUs: 0,
      messages: [],
      events: [],
      dirty: [],
      callbackScope: undefined,
      algorithmsFailed: 0,
      fail: (flow, phase, error) => failAlgorithm(this.#state, flow as Flow, phase, error),
    };
    this.#peers = new PeerTable(this.#state, Math.min(options.maxDatapaths ?? 4096, ledger.capacity));
    this.#adoption = new Adoption({
      state: this.#state,
      peer: (address) => this.#peers.get(address),
      addPeer: (address) => this.#addPeer(address),
      adopt: (message, address, by) => this.#adopt(message, address, by),
      dropUnheard: (flow) => this.#closeFlow(flow, 'neverHeard'),
    });
    checkSlots(this.#state.declared.size, this.#state.programSlots);
  }

  /** Told whose algorithm runs; for a host that supervises them. */
  set callbackScope(scope: CallbackScope | undefined) {
    this.#state.callbackScope = scope;
  }

  /**
   * Takes what a datapath sent: one message or several in a row. `address` is where answers go. Never
   * throws: bytes that are no message, and algorithms that fail, become events.
   */
  handle(bytes: Uint8Array, address: string, nowUs: number): AgentOutputs {
    this.#state.nowUs = nowUs;
    if (this.#state.timers.nextUs <= nowUs) this.#state.timers.run(nowUs);
    for (let offset = 0; offset < bytes.length; ) {
      const decoded = decodeMessage(bytes, offset);
      offset += decoded.bytes;
      this.#messagesIn += 1;
      if (decoded.ok) this.#take(decoded.message, address);
      else {
        this.#malformedMessages += 1;
        const { code, message } = decoded;
        this.#tell({ kind: 'malformedMessage', address, code, message, bytes: decoded.bytes });
      }
    }
    return this.#outputs();
  }

  /** When `tick` is due, µs; Infinity where nothing waits. */
  nextWakeupUs(): number {
    let next = Math.min(this.#state.timers.nextUs, this.#adoption.nextUs);
    for (const peer of this.#peers.values()) next = Math.min(next, peer.nextWakeupUs);
    return next;
  }

  /** Does what is due, and gives what algorithms set outside their callbacks. */
  tick(nowUs: number): AgentOutputs {
    this.#state.nowUs = nowUs;
    for (const peer of this.#peers.values()) peer.tick();
    this.#adoption.tick();
    this.#state.timers.run(nowUs);
    return this.#outputs();
  }

  /**
   * Speaks first to the datapath at `address`. One that found no agent when its flows began keeps silent
   * about them until it hears a message; this one makes it announce them. Of one that never does, such as the Linux
   * module, flows of the numbers `sockIds` are looked for with a program that says what their CREATE would.
   */
  poke(address: string, nowUs: number, sockIds: readonly number[] = []): AgentOutputs {
    this.#state.nowUs = nowUs;
    const peer = this.#peers.get(address) ?? this.#addPeer(address);
    peer?.open();
    if (peer && this.#state.messages.length === 0) peer.provide(this.#state.programs.first());
    this.#adoption.contacted(address, sockIds);
    return this.#outputs();
  }

  /** A CREATE that a former agent had: where its datapath does not announce it again, the flow is taken as it says. */
  remember(create: Uint8Array, address: string): void {
    const decoded = decodeMessage(create);
    if (decoded.ok && decoded.message.type === 'create') this.#adoption.remember(address, decoded.message);
  }

  /** Datapaths not heard since `sinceUs`: they may be gone. */
  *idleDatapaths(sinceUs: number): Generator<string> {
    for (const peer of this.#peers.values()) if (peer.heardUs < sinceUs) yield peer.address;
  }

  /** The datapath at `address` is gone: its flows are closed. */
  disconnect(address: string, nowUs: number): AgentOutputs {
    this.#state.nowUs = nowUs;
    const peer = this.#peers.get(address);
    if (peer) {
      this.#tell({ kind: 'datapathGone', address, flows: peer.flows.size });
      this.#closeAll(peer, 'datapathGone');
      this.#adoption.forget(address);
      this.#peers.delete(address);
    }
    return this.#outputs();
  }

  /**
   * Takes over a flow whose agent its algorithm ended: `create` is the CREATE its datapath sent then. The
   * algorithm is not run again, and the flow keeps its initial window. The other flows of such an agent go on
   * when `handle` is given their CREATE.
   */
  quarantine(create: Uint8Array, address: string, nowUs: number): AgentOutputs {
    this.#state.nowUs = nowUs;
    const decoded = decodeMessage(create);
    const flow = decoded.ok && decoded.message.type === 'create' ? this.#admit(decoded.message, address) : undefined;
    if (flow) failAlgorithm(this.#state, flow, 'report', blocked());
    return this.#outputs();
  }

  /**
   * What an algorithm left running failed after its callback had returned: a promise nobody awaited, a timer.
   * `flow` is the one the host's {@link CallbackScope} was given for it, undefined where it cannot tell.
   */
  failLater(flow: FlowIdentity | undefined, error: unknown, nowUs: number): AgentOutputs {
    this.#state.nowUs = nowUs;
    if (!(flow instanceof Flow)) this.#tell({ kind: 'strayFailure', ...describeFailure(error) });
    // One whose algorithm is off already has failed, which was told, or has ended.
    else if (flow.handler) failAlgorithm(this.#state, flow, 'later', error);
    return this.#outputs();
  }

  /** Closes every flow. Datapaths keep what they were last told. */
  close(nowUs: number): AgentOutputs {
    this.#state.nowUs = nowUs;
    for (const peer of this.#peers.values()) this.#closeAll(peer, 'agentClosed');
    this.#peers.clear();
    return this.#outputs();
  }

  stats(): AgentStats {
    return {
      datapaths: this.#peers.size,
      flows: this.#flows,
      flowsWithoutProgram: this.countWithoutProgram(Number.POSITIVE_INFINITY),
      programs: this.#state.programs.size,
      messagesIn: this.#messagesIn,
      messagesOut: this.#messagesOut,
      reports: this.#reports,
      flowsCreated: this.#flowsCreated,
      flowsClosed: this.#flowsClosed,
      algorithmsFailed: this.#state.algorithmsFailed,
      malformedMessages: this.#malformedMessages,
    };
  }

  /** `flowsWithoutProgram` of the stats, of the flows that began before `untilUs`. */
  countWithoutProgram(untilUs: number): number {
    return countUnheard(this.#peers.values(), untilUs);
  }

  /** The program an agent has sent under that uid; undefined where there is none. */
  program(uid: number): Program | undefined {
    return this.#state.programs.get(uid)?.program;
  }

  /** Every open flow, datapath by datapath. */
  *flows(): Generator<FlowSnapshot> {
    for (const flow of this.openFlows()) yield flow.snapshot();
  }

  /** @internal Tells what was done to a flow from outside, if it is there; see `setField`. */
  withFlow({ address, sockId }: FlowIdentity, nowUs: number, work: (flow?: Flow) => AgentEvent): AgentOutputs {
    this.#state.nowUs = nowUs;
    this.#tell(work(this.#peers.get(address)?.flows.get(sockId)));
    return this.#outputs();
  }

  /** @internal */
  *openFlows(): Generator<Flow> {
    for (const peer of this.#peers.values()) yield* peer.flows.values();
  }

  #take(message: Message, address: string): void {
    switch (message.type) {
      case 'measure':
        this.#measure(message, address);
        return;
      case 'create':
        this.#create(message, address);
        return;
      case 'ready':
        this.#ready(message.id, address);
        return;
      default:
        this.#tell({ kind: 'unexpectedMessage', address, message: message.type });
    }
  }

  #ready(id: number, address: string): void {
    const peer = this.#peers.get(address) ?? this.#addPeer(address);
    if (!peer) return;
    peer.heardUs = this.#state.nowUs;
    this.#adoption.forget(address);
    this.#closeAll(peer, 'datapathRestarted');
    this.#tell({ kind: 'datapathReady', address, id });
    peer.restarted();
  }

  #create(message: Message & { type: 'create' }, address: string): void {
    this.#adoption.announced(address, message);
    const before = this.#peers.get(address)?.flows.get(message.sid);
    if (before && !before.handler && before.isThatOf(message)) {
      // Announced again, not begun: its algorithm has failed, and would fail again.
      before.repeat();
      return;
    }
    const flow = this.#admit(message, address);
    if (!flow) return;
    startAlgorithm(this.#state, flow);
  }

  #adopt(message: CreateMessage, address: string, by: AdoptedBy): Flow | undefined {
    const flow = this.#admit(message, address);
    if (!flow) return undefined;
    this.#tell({ kind: 'flowAdopted', address, sockId: flow.sockId, by, info: flow.info });
    startAlgorithm(this.#state, flow);
    return flow;
  }

  /** The flow of a CREATE, whose algorithm does not run yet; undefined where there is no room for it. */
  #admit(message: Message & { type: 'create' }, address: string): Flow | undefined {
    let peer = this.#peers.get(address);
    if (!peer) {
      peer = this.#addPeer(address);
      if (!peer) return undefined;
      this.#tell({ kind: 'datapathFound', address });
    }
    peer.heardUs = this.#state.nowUs;
    peer.open();
    const before = peer.flows.get(message.sid);
    if (before) this.#closeFlow(before, 'replaced');
    if (this.#flows >= this.#maxFlows) {
      this.#tell({ kind: 'limitReached', address, limit: 'flows', value: this.#maxFlows });
      return undefined;
    }
    const { type: _, sid: sockId, ...values } = message;
    const info: DatapathInfo = { sockId, address, ...values };
    const algorithm = this.#registry.choose(info.congAlg);
    const flow = new Flow(peer, info, algorithm);
    peer.add(flow);
    this.#flows += 1;
    this.#flowsCreated += 1;
    const asked = info.congAlg === undefined ? {} : { congAlg: info.congAlg };
    this.#tell({ kind: 'flowCreated', address, sockId, algorithm: algorithm.name, ...asked });
    return flow;
  }

  #measure(message: Message & { type: 'measure' }, address: string): void {
    const { sid, programUid, fields } = message;
    const peer = this.#peers.get(address);
    const flow = peer?.flows.get(sid);
    if (peer) peer.heardUs = this.#state.nowUs;
    if (!flow) {
      this.#tell({ kind: 'unknownFlow', address, sockId: sid, programUid });
      if (programUid !== 0) this.#adoption.reported(address, sid, programUid, fields);
      return;
    }
    if (programUid === 0 && fields.length === 0) {
      this.#closeFlow(flow, 'ended');
      return;
    }
    const { handler, program } = flow;
    // A failed flow's last reports are on their way when its program is changed.
    if (!handler) return;
    if (!program || !isOf(program, programUid, fields.length)) {
      this.#tell(staleReport(flow, programUid, fields.length));
      if (program && programUid === program.uid) flow.peer.doubt(program);
      return;
    }
    if (flow.reportedUid !== programUid) {
      flow.reportedUid = programUid;
      flow.peer.confirm(programUid);
    }
    flow.reports += 1;
    this.#reports += 1;
    this.watch?.note(flow, program, fields);
    deliverReport(this.#state, flow, handler, program, fields);
  }

  #closeFlow(flow: Flow, reason: CloseReason): void {
    const { peer } = flow;
    closeAlgorithm(this.#state, flow);
    flow.end();
    peer.remove(flow.sockId);
    this.#flows -= 1;
    this.#flowsClosed += 1;
    this.#tell({ kind: 'flowClosed', address: peer.address, sockId: flow.sockId, reason });
  }

  #closeAll(peer: Peer, reason: CloseReason): void {
    for (const flow of [...peer.flows.values()]) this.#closeFlow(flow, reason);
  }

  #addPeer(address: string): Peer | undefined {
    const peer = this.#peers.add(address);
    if (!peer) this.#tell({ kind: 'limitReached', address, limit: 'datapaths', value: this.#peers.most });
    return peer;
  }

  #tell(event: AgentEvent): void {
    this.#state.events.push(event);
  }

  #outputs(): AgentOutputs {
    const state = this.#state;
    const { messages, events, dirty } = state;
    for (const flow of dirty) {
      const bytes = flow.flush(state.nowUs);
      if (bytes) messages.push({ address: flow.peer.address, bytes });
    }
    this.#messagesOut += messages.length;
    state.messages = [];
    state.events = [];
    state.dirty = [];
    return { messages, events };
  }
}
