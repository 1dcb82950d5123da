import {
  type FlowRow,
  flowRows,
  LIVE_FORMAT,
  type LiveEvent,
  type LiveFrame,
  type LiveHello,
  type LiveText,
  type ShownFlow,
  type WatchedProgram,
} from '../agent/index.js';
import { AGENT_SERIES } from './agent-series.js';
import { type FieldUse, fieldUses } from './live-fields.js';
import { type LiveSource, liveSource } from './memory.js';
import type { Provenance, Run, RunFlow, SeriesInfo } from './model.js';
import type { Quantity } from './query.js';

/** A flow of a running agent: what of it can be set, and what it said last. */
export interface LiveFlowState {
  /** Of the run. */
  readonly id: number;
  readonly identity: ShownFlow;
  readonly program: WatchedProgram | null;
  readonly cwndBytes: number | null;
  readonly rateBytesPerSecond: number | null;
  /** In the order of the program's fields. */
  readonly last: readonly number[];
}

interface Held {
  readonly id: number;
  identity: ShownFlow;
  run: RunFlow;
  open: boolean;
  row: FlowRow | undefined;
  /** When it reported last. */
  atUs: number;
  program: WatchedProgram | null;
  /** Its series, with the value each has now. */
  known: Map<Quantity, { value: number; readonly append: (timeUs: number, value: number) => void }>;
}

/** Samples held over all series: 16 bytes each, as much again for growing. */
const MOST_SAMPLES = 6_000_000;
/** Flows kept, of which those that ended go first. */
const MOST_FLOWS = 5000;
const MOST_EVENTS = 500;
/** Of the time held, what is dropped when there is too much of it. */
const DROPPED = 0.25;
const SERIES_A_FRAME = 256;
const NO_TOTALS: RunFlow['totals'] = {
  ...{ goodputBytesPerSecond: null, meanRttUs: null, p95RttUs: null, packetsSent: null, packetsLost: null },
  ...{ retransmissions: null, timeouts: null, marks: null },
};
const STEPS = new Set(
  Object.entries(AGENT_SERIES).flatMap(([quantity, info]) => (info?.[1] === 'step' ? [quantity] : [])),
);

/**
 * A run that grows out of what an agent tells (`mooring agent --serve`). It is given the texts as they come, and gives the
 * run as it is now; what comes from outside and is no such text is left out. It holds a bounded past.
 */
export class LiveRun {
  readonly #source: LiveSource = liveSource(1_000_000);
  readonly #address: string;
  readonly #most: number;
  readonly #flows = new Map<number, Held>();
  /** Ours by the agent's number. */
  readonly #byNumber = new Map<number, number>();
  readonly #programs = new Map<number, { readonly program: WatchedProgram; readonly uses: readonly FieldUse[] }>();
  readonly #events: LiveEvent[] = [];
  #series: readonly SeriesInfo[] = [];
  readonly #newSeries: SeriesInfo[] = [];
  #shownFlows: readonly RunFlow[] | null = [];
  readonly #appendTotal = this.#source.appender('total', 0);
  #hasTotal = false;
  #hello: LiveHello | null = null;
  #count = 0;
  #originUs: number | null = null;
  #fromUs = 0;
  #toUs = 0;
  #left = 0;
  #cutUs: number | null = null;
  #frames = 0;

  /** @param address where the agent is, without its token */
  constructor(address: string, most = MOST_SAMPLES) {
    this.#address = address;
    this.#most = most;
  }

  get hello(): LiveHello | null {
    return this.#hello;
  }

  /** What happened last, the newest at the end. */
  get events(): readonly LiveEvent[] {
    return this.#events;
  }

  /** Flows that are there now. */
  get flows(): readonly LiveFlowState[] {
    return [...this.#flows.values()].filter(({ open }) => open).map(stateOf);
  }

  flow(id: number): LiveFlowState | null {
    const held = this.#flows.get(id);
    return held?.open ? stateOf(held) : null;
  }

  /** Takes a text, as JSON was read; false for one of another protocol, with which nothing can be done. */
  take(text: unknown): boolean {
    const said = text as LiveText | null;
    if (said?.kind === 'hello') {
      if (said.format !== LIVE_FORMAT) return false;
      this.#hello = said;
    } else if (said?.kind === 'frame' && isFrame(said)) this.#frame(said);
    else if (said?.kind === 'event' && typeof said.text === 'string') this.#event(said);
    return true;
  }

  /** Nobody tells anything any more: what holds is not known until somebody does. */
  lost(): void {
    for (const held of this.#flows.values()) if (held.open) this.#unknown(held);
    this.#byNumber.clear();
  }

  /** The run as it is now. Flows, series and their source stay the same objects as long as none is added. */
  get run(): Run {
    return {
      title: this.#title,
      about: `live from ${this.#address}`,
      provenance: this.#provenance,
      span: { fromUs: this.#fromUs, toUs: Math.max(this.#toUs, this.#fromUs + 1) },
      flows: this.#runFlows,
      links: [],
      series: this.#series,
      facts: [],
      warnings: this.#left > 0 ? [`${this.#left} flows of the agent are beyond what is shown`] : [],
      source: this.#source,
    };
  }

  /** What is held now as a run that stays as it is. */
  frozen(madeAtEpochUs: number): Run {
    const live = this.run;
    return {
      ...live,
      about: `frozen out of ${this.#address}, ${((live.span.toUs - live.span.fromUs) / 1e6).toFixed(1)} s`,
      provenance: { ...live.provenance, madeAtEpochUs },
      flows: [...live.flows],
      series: [...live.series],
      source: this.#source.frozen(),
    };
  }

  get #title(): string {
    const { algorithm, ipc } = this.#hello ?? {};
    return algorithm === undefined ? 'Agent' : `${algorithm} on ${ipc}`;
  }

  get #provenance(): Provenance {
    const { algorithm, ipc, version = null } = this.#hello ?? {};
    return {
      ...{ source: 'agent', files: [], scenario: null, seeds: [], algorithmHashes: {}, version },
      command: algorithm === undefined ? null : `mooring agent --alg ${algorithm} --ipc ${ipc} --serve PORT`,
      madeAtEpochUs: this.#originUs,
    };
  }

  get #runFlows(): readonly RunFlow[] {
    this.#shownFlows ??= [...this.#flows.values()].map(({ run }) => run);
    return this.#shownFlows;
  }

  #frame(frame: LiveFrame): void {
    this.#originUs ??= frame.timeUs;
    // Clocks are set; time does not go back here.
    const nowUs = Math.max(this.#toUs, frame.timeUs - this.#originUs);
    this.#toUs = nowUs;
    this.#left = Number(frame.left) || 0;
    for (const program of frame.programs)
      if (Array.isArray(program?.fields)) this.#programs.set(program.uid, { program, uses: fieldUses(program.fields) });
    for (const number of frame.ended) this.#end(number, nowUs);
    if (frame.whole) this.#resume(frame.began, nowUs);
    else for (const flow of frame.began) this.#begin(flow, nowUs);
    const rows = Float64Array.from(frame.rows, (value) => (typeof value === 'number' ? value : Number.NaN));
    for (const row of flowRows(rows)) this.#row(row, nowUs);
    this.#total(nowUs);
    if (this.#newSeries.length > 0) this.#series = [...this.#series, ...this.#newSeries.splice(0)];
    this.#bound();
  }

  /** All flows there are: one that goes on keeps what is known of it, one that is not among them has ended. */
  #resume(flows: readonly ShownFlow[], nowUs: number): void {
    const open = new Map([...this.#flows.values()].filter((one) => one.open).map((one) => [keyOf(one.identity), one]));
    this.#byNumber.clear();
    for (const flow of flows) {
      const held = open.get(keyOf(flow));
      if (held) {
        held.identity = flow;
        this.#byNumber.set(flow.flow, held.id);
        open.delete(keyOf(flow));
      } else this.#begin(flow, nowUs);
    }
    for (const held of open.values()) this.#over(held, nowUs);
  }

  #begin(flow: ShownFlow, nowUs: number): void {
    if (this.#flows.size >= MOST_FLOWS) this.#dropEnded();
    if (this.#flows.size >= MOST_FLOWS) {
      this.#left += 1;
      return;
    }
    const id = this.#count;
    this.#count += 1;
    this.#byNumber.set(flow.flow, id);
    this.#flows.set(id, {
      ...{ id, identity: flow, open: true, row: undefined, atUs: nowUs, program: null, known: new Map() },
      run: {
        ...{ id, name: nameOf(flow), algorithm: flow.algorithm, startUs: nowUs, endUs: null, baseRttUs: null },
        totals: NO_TOTALS,
      },
    });
    this.#shownFlows = null;
  }

  #end(number: number, nowUs: number): void {
    const held = this.#held(number);
    if (held) this.#over(held, nowUs);
    this.#byNumber.delete(number);
  }

  #over(held: Held, nowUs: number): void {
    this.#unknown(held);
    held.open = false;
    held.run = { ...held.run, endUs: nowUs };
    this.#shownFlows = null;
  }

  #held(number: number): Held | undefined {
    const id = this.#byNumber.get(number);
    return id === undefined ? undefined : this.#flows.get(id);
  }

  #dropEnded(): void {
    const ended = [...this.#flows.values()].filter(({ open }) => !open).slice(0, MOST_FLOWS / 10);
    for (const { id } of ended) this.#flows.delete(id);
    const owners = new Set(ended.map(({ id }) => id));
    this.#series = this.#series.filter(({ per, owner }) => per !== 'flow' || !owners.has(owner));
    this.#source.drop(owners);
    this.#shownFlows = null;
  }

  #row(row: FlowRow, nowUs: number): void {
    const held = this.#held(row.number);
    if (!held) return;
    const known = this.#programs.get(row.programUid);
    const before = held.row?.programUid === row.programUid ? held.row : undefined;
    this.#put(held, 'cwnd', nowUs, row.cwndBytes);
    this.#put(held, 'pacingRate', nowUs, row.rateBytesPerSecond);
    // Told again, or told something: it has reported nothing since.
    const isNews = row.reports !== held.row?.reports || row.programUid !== held.row.programUid;
    for (const { field, quantity, kind, scale } of isNews ? (known?.uses ?? []) : []) {
      const value = (kind === 'last' ? row.last : row.sums)[field];
      if (value === undefined) continue;
      const by = kind === 'last' ? value : before ? value - before.sums[field]! : Number.NaN;
      if (kind === 'event') {
        if (by > 0) this.#source.happened(quantity as never, held.id, nowUs, by);
      } else if (kind === 'sum') {
        const seconds = (nowUs - held.atUs) / 1e6;
        if (seconds > 0 && by >= 0) this.#put(held, quantity as Quantity, nowUs, by / seconds);
      } else if (row.reports > 0) {
        const isRtt = quantity === 'rtt' || quantity === 'rttLeast';
        // Programs begin a least RTT at infinity, 2^31 − 1 or 2^32 − 1.
        const isNone = isRtt && (by <= 0 || by >= 0x7fff_ffff);
        if (!isNone) this.#put(held, quantity as Quantity, nowUs, by * (scale === 'mss' ? held.identity.mss : 1));
      }
    }
    held.row = row;
    if (isNews) held.atUs = nowUs;
    held.program = known?.program ?? null;
  }

  #put(held: Held, quantity: Quantity, nowUs: number, value: number): void {
    const known = held.known.get(quantity);
    if (known) {
      // A state that holds is said once.
      if (STEPS.has(quantity) && Object.is(known.value, value)) return;
      known.value = value;
      known.append(nowUs, value);
      return;
    }
    if (Number.isNaN(value)) return;
    const append = this.#source.appender(quantity, held.id);
    append(nowUs, value);
    held.known.set(quantity, { value, append });
    const [unit, kind] = AGENT_SERIES[quantity]!;
    this.#newSeries.push({ quantity, unit, kind, per: 'flow', owner: held.id });
  }

  /** What is known of a flow holds no longer. */
  #unknown(held: Held): void {
    for (const known of held.known.values()) {
      if (Number.isNaN(known.value)) continue;
      known.value = Number.NaN;
      known.append(this.#toUs, Number.NaN);
    }
    held.row = undefined;
  }

  /** All flows together, for what shows the whole time. */
  #total(nowUs: number): void {
    let [rate, hasRate, cwnd] = [0, false, 0];
    for (const { open, known } of this.#flows.values()) {
      if (!open) continue;
      const own = known.get('deliveryRate')?.value;
      if (own !== undefined) hasRate = true;
      if (own !== undefined && own >= 0) rate += own;
      cwnd += known.get('cwnd')?.value || 0;
    }
    this.#appendTotal(nowUs, hasRate ? rate : cwnd);
    if (this.#hasTotal) return;
    this.#hasTotal = true;
    this.#newSeries.push({
      quantity: 'total',
      unit: hasRate ? 'bytes/s' : 'bytes',
      kind: 'step',
      per: 'run',
      owner: 0,
    });
  }

  /** Forgets the oldest part of the time where there is more than is held, some series a frame. */
  #bound(): void {
    this.#frames += 1;
    if (this.#cutUs === null && this.#frames % 16 === 0 && this.#source.samples > this.#most)
      this.#cutUs = this.#fromUs + (this.#toUs - this.#fromUs) * DROPPED;
    if (this.#cutUs === null) return;
    this.#fromUs = this.#cutUs;
    if (this.#source.forget(this.#cutUs, SERIES_A_FRAME)) this.#cutUs = null;
  }

  #event(event: LiveEvent): void {
    this.#events.push(event);
    if (this.#events.length >= 2 * MOST_EVENTS) this.#events.splice(0, MOST_EVENTS);
  }
}

function stateOf({ id, identity, program, row }: Held): LiveFlowState {
  const known = (value: number | undefined): number | null =>
    value === undefined || Number.isNaN(value) ? null : value;
  return {
    ...{ id, identity, program, cwndBytes: known(row?.cwndBytes), rateBytesPerSecond: known(row?.rateBytesPerSecond) },
    last: row ? [...row.last] : [],
  };
}

function nameOf({ sockId, from, to }: ShownFlow): string {
  return from !== null && to !== null ? `${from} → ${to}` : `flow ${sockId}`;
}

/** A flow by what it is, whatever number it is told under. */
function keyOf({ sockId, address, from, to }: ShownFlow): string {
  return JSON.stringify([sockId, address, from, to]);
}

function isFrame(frame: LiveFrame): boolean {
  const { timeUs, began, ended, programs, rows } = frame;
  return Number.isFinite(timeUs) && [began, ended, programs, rows].every(Array.isArray);
}
