import type { DatapathInfo, Fields, FlowControl, FlowHandler, InstallOptions, Timer } from '../algorithms/index.js';
import { ERROR, MooringError, type U64 } from '../base/index.js';
import type { Scope } from '../program/index.js';
import { encodeMessage, type FieldUpdate, type Message } from '../wire/index.js';
import { refusePromise } from './algorithm-failure.js';
import {
  cwndUpdate,
  fieldUpdate,
  fieldUpdates,
  isCwnd,
  isRate,
  putUpdate,
  rateUpdate,
  toU32,
} from './field-updates.js';
import { checkNote } from './notes.js';
import type { AgentProgram } from './programs.js';
import type { RegisteredAlgorithm } from './registry.js';
import type { FlowPeer } from './shared-state.js';
import type { TimerFlow } from './timers.js';
import type { FlowSnapshot } from './types.js';

type CreateMessage = Message & { type: 'create' };

// What is due at the next flush, as bits: a flow is old and large, its messages are young and
// short-lived, and a young object kept in an old one costs the collector more than the message.
const CWND = 1;
const RATE = 2;
const PROGRAM = 4;
const QUEUED = 8;

/**
 * One flow: its algorithm's handler and what its datapath was told. Updates gather during a
 * callback and leave together: an UPDATE_FIELD that is followed by a CHANGEPROG before the next ACK
 * would be lost at the datapath (ccp.md 3.6), so the values of both go into the CHANGEPROG.
 */
export class Flow implements FlowControl, TimerFlow {
  // What a report touches stands together, in front: with many flows each report finds its flow in no cache.
  handler: FlowHandler | undefined;
  program: AgentProgram | undefined;
  /** The program of its latest report. */
  reportedUid = 0;
  reports = 0;
  #due = 0;
  readonly sockId: number;
  /** What the agent last set; `undefined` before. */
  cwndBytes: number | undefined;
  rateBytesPerSecond: number | undefined;
  readonly peer: FlowPeer;
  #ended = false;
  /** Control registers set since the program was, and those of them that are due. */
  #dueControls: FieldUpdate[] | undefined;
  #controls: FieldUpdate[] | undefined;
  /** How often its program was set again because it said nothing. */
  repeats = 0;
  /** When the agent learned of it, µs. */
  readonly createdUs: number;
  /** When the program was set, or set again; µs. */
  programSetUs = 0;
  timers = 0;
  /** Its algorithm is asked nothing more: the flow ended, or it failed. */
  isOver = false;
  /** Names it has noted values under. */
  #noted: Set<string> | undefined;
  readonly info: DatapathInfo;
  readonly algorithm: RegisteredAlgorithm;

  constructor(peer: FlowPeer, info: DatapathInfo, algorithm: RegisteredAlgorithm) {
    this.peer = peer;
    this.info = info;
    this.algorithm = algorithm;
    this.sockId = info.sockId;
    this.createdUs = peer.state.nowUs;
  }

  get address(): string {
    return this.peer.address;
  }

  /** Whether it should have reported and never did. */
  get isUnheard(): boolean {
    return this.reports === 0 && this.handler !== undefined && this.program?.reports === true;
  }

  get nowUs(): number {
    return this.peer.state.nowUs;
  }

  /** Whether a CREATE announces this flow, and not another that was given its number. */
  isThatOf({ initCwnd, mss, srcIp, srcPort, dstIp, dstPort, congAlg }: CreateMessage): boolean {
    const { info } = this;
    return (
      info.initCwnd === initCwnd &&
      info.mss === mss &&
      info.srcIp === srcIp &&
      info.srcPort === srcPort &&
      info.dstIp === dstIp &&
      info.dstPort === dstPort &&
      info.congAlg === congAlg
    );
  }

  get scope(): Scope | undefined {
    return this.program?.scope;
  }

  install(text: string, options: InstallOptions = {}): Scope {
    const { reportCwnd = false, fields } = options;
    return this.#switchTo(this.peer.state.programs.add({ text, reportCwnd }), fields);
  }

  setProgram(name: string, fields?: Fields): Scope {
    const program = this.algorithm.programs.get(name);
    if (program) return this.#switchTo(program, fields);
    const known = [...this.algorithm.programs.keys()];
    throw new MooringError(
      ERROR.MOORING_ERR_AGENT_UNKNOWN_PROGRAM,
      known.length === 0
        ? `setProgram('${name}'): ${this.algorithm.name} declares no programs; return them from datapathPrograms(), or use install(text).`
        : `setProgram('${name}'): ${this.algorithm.name} declares ${known.join(', ')}.`,
      { program: name, known },
    );
  }

  updateField(name: string, value: U64): void {
    const program = this.#running(name);
    if (name === 'Cwnd' && program.hasCwnd) this.#putCwnd(toU32(name, value));
    else this.#put(fieldUpdate(program.scope, name, value));
  }

  updateFields(fields: Fields): void {
    // All are checked before any is set.
    for (const update of fieldUpdates(this.#running('fields').scope, fields)) this.#put(update);
  }

  after(us: number, callback: () => void): Timer {
    return this.peer.state.timers.add(this, this.nowUs, us, false, callback);
  }

  every(us: number, callback: () => void): Timer {
    return this.peer.state.timers.add(this, this.nowUs, us, true, callback);
  }

  runTimer(callback: () => void): void {
    const { state } = this.peer;
    state.callbackScope?.enter(this, false);
    try {
      refusePromise(callback(), 'a timer');
    } catch (error) {
      state.fail(this, 'timer', error);
    } finally {
      state.callbackScope?.leave();
    }
  }

  note(name: string, value: number): void {
    this.#noted ??= new Set();
    checkNote(this.#noted, name, value);
    if (this.isOver) return;
    const { address, state } = this.peer;
    state.events.push({ kind: 'noted', address, sockId: this.sockId, name, value, timeUs: state.nowUs });
  }

  /** Sends the program and all values set since again: the datapath lost them. */
  repeat(): void {
    if (!this.program || this.#ended) return;
    this.#dueControls = this.#controls?.slice();
    if (this.cwndBytes !== undefined) this.#due |= CWND;
    if (this.rateBytesPerSecond !== undefined) this.#due |= RATE;
    this.#queue(PROGRAM);
  }

  /** The message that carries what was set since the last one; nothing where nothing was. */
  flush(nowUs: number): Uint8Array | undefined {
    const due = this.#due;
    const updates = this.#dueControls ?? [];
    this.#due = 0;
    if (this.#dueControls) this.#dueControls = undefined;
    if (this.#ended || !this.program) return undefined;
    if (due & CWND) updates.push(cwndUpdate(this.cwndBytes!));
    if (due & RATE) updates.push(rateUpdate(this.rateBytesPerSecond!));
    if (due & PROGRAM) {
      this.programSetUs = nowUs;
      return encodeMessage({ type: 'changeProg', sid: this.sockId, programUid: this.program.uid, updates });
    }
    return updates.length === 0 ? undefined : encodeMessage({ type: 'updateField', sid: this.sockId, updates });
  }

  snapshot(): FlowSnapshot {
    return {
      address: this.address,
      sockId: this.sockId,
      algorithm: this.algorithm.name,
      obeying: this.handler !== undefined,
      programUid: this.program?.uid,
      cwndBytes: this.cwndBytes,
      rateBytesPerSecond: this.rateBytesPerSecond,
      reports: this.reports,
    };
  }

  /** Its algorithm is asked nothing more. */
  stop(): void {
    this.handler = undefined;
    this.isOver = true;
    this.peer.state.timers.drop(this);
  }

  /** Nothing is sent for this flow any more: its number may belong to another by now. */
  end(): void {
    this.#ended = true;
    this.stop();
  }

  #switchTo(program: AgentProgram, fields: Fields | undefined): Scope {
    const updates = fields ? fieldUpdates(program.scope, fields) : [];
    this.peer.provide(program);
    // Window and rate outlive the program they were set under, its registers do not.
    this.#controls = undefined;
    this.#dueControls = undefined;
    this.program = program;
    for (const update of updates) this.#put(update);
    this.#queue(PROGRAM);
    return program.scope;
  }

  #running(name: string): AgentProgram {
    if (this.program) return this.program;
    throw new MooringError(
      ERROR.MOORING_ERR_AGENT_NO_PROGRAM,
      `${name} was set before a program: call install(text) or setProgram(name) in onCreate first.`,
      { field: name },
    );
  }

  #put(update: FieldUpdate): void {
    if (isCwnd(update)) this.#putCwnd(Number(update.value));
    else if (isRate(update)) {
      this.rateBytesPerSecond = Number(update.value);
      this.#queue(RATE);
    } else {
      this.#controls ??= [];
      putUpdate(this.#controls, update);
      this.#dueControls ??= [];
      putUpdate(this.#dueControls, update);
      this.#queue(0);
    }
  }

  #putCwnd(cwndBytes: number): void {
    this.cwndBytes = cwndBytes;
    this.#queue(CWND);
  }

  #queue(what: number): void {
    if (!(this.#due & QUEUED) && !this.#ended) this.peer.state.dirty.push(this);
    this.#due |= what | QUEUED;
  }
}
