import { ERROR, MooringError } from '../base/index.js';
import type { Flow } from './flow.js';
import { FlowTable } from './flow-table.js';
import type { AgentProgram } from './programs.js';
import type { FlowPeer, SharedState } from './shared-state.js';

/** How often programs are sent again before a datapath counts as silent. */
const RESEND_ATTEMPTS = 3;

/**
 * One datapath: its flows, and which programs it was sent.
 *
 *   READY ──readyDelayUs──▶ open ◀── first CREATE        a kernel sends READY before it can take an
 *                             │                          INSTALL (ccp.md 10), so the first one waits
 *                 flow sets a program nobody reported
 *                             ▼
 *   waiting ──report──▶ confirmed
 *      │ silentUs, then 2×, 4×: programs again, uid 1 first, then every flow's program and values
 *      └──▶ silent (told once)
 *   A flow that never reported, with a program others report with, gets its CHANGEPROG again in the same way.
 */
export class Peer implements FlowPeer {
  readonly flows = new FlowTable();
  /** When it was heard last, µs. */
  heardUs: number;
  readonly #confirmed = new Set<number>();
  readonly #unconfirmed = new Set<number>();
  #opened = false;
  #openAtUs = Number.POSITIVE_INFINITY;
  #checkAtUs = Number.POSITIVE_INFINITY;
  #attempts = 0;
  #epoch: number;

  constructor(
    readonly state: SharedState,
    readonly address: string,
  ) {
    this.heardUs = state.nowUs;
    this.#epoch = state.ledger.epochOf(address);
  }

  add(flow: Flow): void {
    if (this.flows.size === 0) this.state.ledger.holds(this.address, true);
    this.flows.add(flow);
  }

  get nextWakeupUs(): number {
    return Math.min(this.#openAtUs, this.#checkAtUs);
  }

  /** The datapath started: it has no programs and no flows. */
  restarted(): void {
    this.state.ledger.restarted(this.address);
    this.#epoch = this.state.ledger.epochOf(this.address);
    this.#confirmed.clear();
    this.#unconfirmed.clear();
    this.#opened = false;
    this.#attempts = 0;
    this.#checkAtUs = Number.POSITIVE_INFINITY;
    this.#openAtUs = this.state.nowUs + this.state.readyDelayUs;
    if (this.state.readyDelayUs <= 0) this.open();
  }

  /** Sends the declared programs, once. */
  open(): void {
    this.#openAtUs = Number.POSITIVE_INFINITY;
    if (this.#opened) return;
    this.#opened = true;
    for (const program of this.state.declared) this.#send(program);
  }

  /** Sees to it that the datapath has `program`. Throws MOORING_ERR_AGENT_PROGRAM_TABLE_FULL. */
  provide(program: AgentProgram): void {
    const { state, address } = this;
    const sent = state.ledger.sentTo(address);
    if (!sent.includes(program.uid)) {
      const first = sent.length === 0 && program.uid !== 1 ? state.programs.get(1) : undefined;
      if (sent.length + (first ? 1 : 0) >= state.programSlots) {
        throw new MooringError(
          ERROR.MOORING_ERR_AGENT_PROGRAM_TABLE_FULL,
          `The datapath holds ${state.programSlots} programs and has them all: use fewer texts (set values with fields instead of writing them into the text), or raise programSlots if this datapath holds more.`,
          { programSlots: state.programSlots },
        );
      }
      if (first) this.#send(first);
      this.#send(program);
    }
    if (!program.reports) return;
    if (!this.#confirmed.has(program.uid)) this.#unconfirmed.add(program.uid);
    if (this.#checkAtUs === Number.POSITIVE_INFINITY && this.#attempts < RESEND_ATTEMPTS) {
      this.#checkAtUs = state.nowUs + state.silentUs;
    }
  }

  /** A flow reported: the datapath has that program. */
  confirm(uid: number): void {
    this.#confirmed.add(uid);
    if (!this.#unconfirmed.delete(uid)) return;
    this.#attempts = 0;
    if (this.#checkAtUs === Number.POSITIVE_INFINITY) return;
    // The pauses that had grown were for that program; any other is missed after silentUs.
    this.#checkAtUs = Math.min(this.#checkAtUs, this.state.nowUs + this.state.silentUs);
  }

  remove(sockId: number): void {
    this.flows.delete(sockId);
    if (this.flows.size === 0) this.state.ledger.holds(this.address, false);
  }

  /** A report that cannot be of the program as sent: the datapath has another one under its uid. */
  doubt(program: AgentProgram): void {
    this.#confirmed.delete(program.uid);
    this.provide(program);
  }

  tick(): void {
    const { nowUs, ledger } = this.state;
    const epoch = ledger.epochOf(this.address);
    if (epoch !== this.#epoch) {
      // Another agent of this ledger had the datapath's table emptied.
      this.#epoch = epoch;
      for (const flow of this.flows.values()) flow.repeat();
    }
    if (nowUs >= this.#openAtUs) this.open();
    if (nowUs >= this.#checkAtUs) this.#check(nowUs);
  }

  #check(nowUs: number): void {
    const { silentUs, events } = this.state;
    const uids = new Set<number>();
    let waiting = false;
    for (const flow of this.flows.values()) {
      const { program, programSetUs } = flow;
      if (!program) continue;
      if (this.#unconfirmed.has(program.uid)) {
        waiting = true;
        if (nowUs - programSetUs >= silentUs) uids.add(program.uid);
      } else if (flow.isUnheard && flow.repeats < RESEND_ATTEMPTS) {
        waiting = true;
        // Others report with this program: only this flow’s CHANGEPROG can have been lost, or it is idle.
        if (nowUs - programSetUs >= silentUs * 2 ** flow.repeats) {
          flow.repeats += 1;
          flow.repeat();
        }
      }
    }
    this.#checkAtUs = waiting ? nowUs + silentUs * 2 ** this.#attempts : Number.POSITIVE_INFINITY;
    if (uids.size === 0) return;
    const programUids = [...uids].sort((a, b) => a - b);
    if (this.#attempts >= RESEND_ATTEMPTS) {
      this.#checkAtUs = Number.POSITIVE_INFINITY;
      events.push({ kind: 'datapathSilent', address: this.address, programUids });
      return;
    }
    this.#attempts += 1;
    this.#checkAtUs = nowUs + silentUs * 2 ** this.#attempts;
    events.push({ kind: 'programsResent', address: this.address, programUids, attempt: this.#attempts });
    this.#resend(uids);
  }

  /**
   * A datapath does not replace a program it has but takes a second slot, so where nothing is lost by it the
   * table is emptied with uid 1.
   */
  #resend(uids: ReadonlySet<number>): void {
    const { state, address } = this;
    const sent = [...state.ledger.sentTo(address)].sort((a, b) => a - b);
    const all = this.#confirmed.size === 0 || uids.has(1) || sent.length + uids.size > state.programSlots;
    if (all) {
      state.ledger.forget(address);
      this.#epoch = state.ledger.epochOf(address);
    }
    for (const uid of all ? sent : uids) {
      const program = state.programs.get(uid);
      if (!program) continue;
      if (all) state.ledger.claim(address, uid);
      state.messages.push({ address, bytes: program.install });
    }
    for (const flow of this.flows.values()) if (flow.program && (all || uids.has(flow.program.uid))) flow.repeat();
  }

  #send(program: AgentProgram): void {
    const { state, address } = this;
    if (state.ledger.claim(address, program.uid)) state.messages.push({ address, bytes: program.install });
  }
}
