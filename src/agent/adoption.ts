import type { U64 } from '../base/index.js';
import { type CreateMessage, encodeMessage } from '../wire/index.js';
import type { AdoptedBy } from './events.js';
import type { Flow } from './flow.js';
import type { Peer } from './peer.js';
import type { SharedState } from './shared-state.js';

/**
 * How long flows nobody knows may be heard before their datapath is asked, µs: libccp empties its table for the program that
 * asks, and flows that had not reported by then never do again.
 */
const LISTEN_US = 200_000;
/** What a datapath that announces its flows again gets for it, µs. */
const GRACE_US = 300_000;
/** How long a flow without a CREATE is asked, and a remembered one may say nothing, µs; and how often it is asked. */
const PATIENCE_US = 30_000_000;
const AGAIN_US = 1_000_000;
/** Flows of all datapaths that are asked at once: anybody may report of any number. */
const MOST_ORPHANS = 65_536;

/** Says what a flow's CREATE would have: its window, and its segments where packets and bytes have been acknowledged. */
const MEASURE_PROGRAM = `(def (Report (volatile acked 0) (volatile packets 0) (cwnd 0)))
(when true
  (:= Report.acked (+ Report.acked Ack.bytes_acked))
  (:= Report.packets (+ Report.packets Ack.packets_acked))
  (:= Report.cwnd Cwnd)
  (fallthrough))
(when (> Micros 10000) (report) (:= Micros 0))`;

/** Without a CREATE there are no addresses and ports. */
const UNKNOWN_ENDPOINTS = { srcIp: 0, srcPort: 0, dstIp: 0, dstPort: 0 };

interface Orphan {
  /** When its program was set; undefined while its datapath may announce it. */
  askedUs: number | undefined;
  readonly untilUs: number;
}

/** What is known of the flows of one datapath that began under another agent. */
interface Estate {
  /** When it is asked, after some time of listening; Infinity where it has been, or need not be. */
  askUs: number;
  asked: boolean;
  /** When what nobody announced by then is taken; Infinity where nothing waits. */
  dueUs: number;
  readonly remembered: Map<number, CreateMessage>;
  readonly orphans: Map<number, Orphan>;
  /** It announces its flows again: those it does not are gone. */
  announces: boolean;
  /** Taken as remembered, and not heard since. */
  readonly unheard: Map<Flow, number>;
}

export interface AdoptionHost {
  readonly state: SharedState;
  peer(address: string): Peer | undefined;
  addPeer(address: string): Peer | undefined;
  /** Takes the flow and begins its algorithm. */
  adopt(message: CreateMessage, address: string, by: AdoptedBy): Flow | undefined;
  dropUnheard(flow: Flow): void;
}

/**
 * Takes over flows that run already when an agent begins. A datapath of ours announces them again when it is sent
 * program 1. libccp and the kernel never do: their flows are known from the CREATEs a former agent remembered, or are
 * given a program that says what a CREATE would.
 */
export class Adoption {
  readonly #host: AdoptionHost;
  readonly #estates = new Map<string, Estate>();
  #orphans = 0;
  nextUs = Number.POSITIVE_INFINITY;

  constructor(host: AdoptionHost) {
    this.#host = host;
  }

  remember(address: string, message: CreateMessage): void {
    this.#estate(address).remembered.set(message.sid, message);
  }

  /** The datapath was spoken to first; it may have flows of these numbers. */
  contacted(address: string, sockIds: readonly number[]): void {
    const estate = this.#estate(address);
    estate.asked = true;
    this.#wait(estate, GRACE_US);
    const { nowUs } = this.#host.state;
    for (const sid of sockIds) if (!estate.remembered.has(sid)) this.#addOrphan(estate, sid, nowUs);
  }

  /** A CREATE came: nothing has to be guessed of this flow. */
  announced(address: string, message: CreateMessage): void {
    const estate = this.#estates.get(address);
    if (!estate) return;
    const { sid } = message;
    if (this.#dropOrphan(estate, sid) || isSame(estate.remembered.get(sid), message)) estate.announces = true;
    estate.remembered.delete(sid);
  }

  /** The datapath began anew, or is gone: it has none of its flows. */
  forget(address: string): void {
    const estate = this.#estates.get(address);
    if (!estate) return;
    this.#orphans -= estate.orphans.size;
    this.#estates.delete(address);
  }

  /** A flow nobody knows reported. */
  reported(address: string, sid: number, programUid: number, fields: readonly U64[]): void {
    const { state } = this.#host;
    if (!this.#estates.has(address) && this.#orphans >= MOST_ORPHANS) return;
    const estate = this.#estate(address);
    const known = estate.remembered.get(sid);
    if (known && !estate.announces) {
      this.#takeRemembered(estate, address, known);
      return;
    }
    const orphan = estate.orphans.get(sid);
    if (!orphan) {
      if (this.#addOrphan(estate, sid, state.nowUs)) this.#hear(estate, address);
      return;
    }
    if (orphan.askedUs === undefined) return;
    const uid = state.programs.add({ text: MEASURE_PROGRAM, reportCwnd: false }).uid;
    if (programUid === uid && fields.length === 3) this.#takeMeasured(estate, address, sid, fields.map(Number));
    else if (state.nowUs - orphan.askedUs >= AGAIN_US) this.#measure(address, sid, orphan);
  }

  tick(): void {
    const { nowUs } = this.#host.state;
    if (nowUs < this.nextUs) return;
    for (const [address, estate] of this.#estates) {
      if (nowUs >= estate.askUs) this.#ask(estate, address);
      if (nowUs >= estate.dueUs) this.#settle(address, estate);
    }
    // What was done may have been due twice, or have begun another estate.
    this.nextUs = Number.POSITIVE_INFINITY;
    for (const { askUs, dueUs } of this.#estates.values()) this.nextUs = Math.min(this.nextUs, askUs, dueUs);
  }

  #hear(estate: Estate, address: string): void {
    // Where flows are under control already, its table stays as it is.
    if (estate.asked || this.#host.peer(address)?.flows.size) {
      this.#ask(estate, address);
    } else if (estate.askUs === Number.POSITIVE_INFINITY) {
      estate.askUs = this.#host.state.nowUs + LISTEN_US;
      this.nextUs = Math.min(this.nextUs, estate.askUs);
    }
  }

  /** Before anything is guessed: it may announce its flows again. */
  #ask(estate: Estate, address: string): void {
    const { state } = this.#host;
    estate.asked = true;
    estate.askUs = Number.POSITIVE_INFINITY;
    this.#wait(estate, GRACE_US);
    const peer = this.#host.peer(address) ?? this.#host.addPeer(address);
    if (!peer) return;
    // Program 1 would end the programs of the flows that are under control.
    if (peer.flows.size === 0) {
      peer.open();
      peer.provide(state.programs.first());
    }
  }

  #settle(address: string, estate: Estate): void {
    const { nowUs } = this.#host.state;
    estate.dueUs = Number.POSITIVE_INFINITY;
    if (estate.announces) estate.remembered.clear();
    for (const message of [...estate.remembered.values()]) this.#takeRemembered(estate, address, message);
    for (const [sid, orphan] of estate.orphans) {
      const known = this.#host.peer(address)?.flows.get(sid) !== undefined;
      if (known || nowUs >= orphan.untilUs) this.#dropOrphan(estate, sid);
      else if (orphan.askedUs === undefined && estate.asked) this.#measure(address, sid, orphan);
    }
    for (const [flow, untilUs] of estate.unheard) {
      if (flow.reports === 0 && !flow.isOver && nowUs < untilUs) continue;
      estate.unheard.delete(flow);
      if (flow.reports === 0 && !flow.isOver) this.#host.dropUnheard(flow);
    }
    if (estate.orphans.size + estate.unheard.size > 0) this.#wait(estate, AGAIN_US);
    else this.forget(address);
  }

  #takeRemembered(estate: Estate, address: string, message: CreateMessage): void {
    estate.remembered.delete(message.sid);
    this.#dropOrphan(estate, message.sid);
    if (this.#host.peer(address)?.flows.get(message.sid)) return;
    const flow = this.#host.adopt(message, address, 'remembered');
    if (!flow?.isUnheard) return;
    estate.unheard.set(flow, this.#host.state.nowUs + PATIENCE_US);
    this.#wait(estate, AGAIN_US);
  }

  #takeMeasured(estate: Estate, address: string, sid: number, [acked = 0, packets = 0, cwnd = 0]: number[]): void {
    if (packets === 0 || acked === 0 || cwnd === 0 || cwnd > 0xffff_ffff) return;
    this.#dropOrphan(estate, sid);
    const mss = Math.max(1, Math.round(acked / packets));
    this.#host.adopt({ type: 'create', sid, initCwnd: cwnd, mss, ...UNKNOWN_ENDPOINTS }, address, 'measured');
  }

  #measure(address: string, sid: number, orphan: Orphan): void {
    const { state } = this.#host;
    const peer = this.#host.peer(address);
    orphan.askedUs = state.nowUs;
    if (!peer) return;
    const program = state.programs.add({ text: MEASURE_PROGRAM, reportCwnd: false });
    try {
      peer.provide(program);
    } catch {
      // Its table is full of the algorithms' programs: the flow stays unknown, which was told.
      return;
    }
    const bytes = encodeMessage({ type: 'changeProg', sid, programUid: program.uid, updates: [] });
    state.messages.push({ address, bytes });
  }

  #estate(address: string): Estate {
    const known = this.#estates.get(address);
    if (known) return known;
    const made: Estate = {
      askUs: Number.POSITIVE_INFINITY,
      asked: false,
      dueUs: Number.POSITIVE_INFINITY,
      remembered: new Map(),
      orphans: new Map(),
      announces: false,
      unheard: new Map(),
    };
    this.#estates.set(address, made);
    return made;
  }

  #addOrphan(estate: Estate, sid: number, nowUs: number): boolean {
    if (this.#orphans >= MOST_ORPHANS || estate.orphans.has(sid)) return false;
    this.#orphans += 1;
    estate.orphans.set(sid, { askedUs: undefined, untilUs: nowUs + PATIENCE_US });
    return true;
  }

  #dropOrphan(estate: Estate, sid: number): boolean {
    if (!estate.orphans.delete(sid)) return false;
    this.#orphans -= 1;
    return true;
  }

  #wait(estate: Estate, us: number): void {
    estate.dueUs = Math.min(estate.dueUs, this.#host.state.nowUs + us);
    this.nextUs = Math.min(this.nextUs, estate.dueUs);
  }
}

function isSame(known: CreateMessage | undefined, { srcIp, srcPort, dstIp, dstPort }: CreateMessage): boolean {
  return known?.srcIp === srcIp && known.srcPort === srcPort && known.dstIp === dstIp && known.dstPort === dstPort;
}
