import { endpointText } from '../algorithms/index.js';
import { IMPLICIT, REG } from '../generated/isa.js';
import {
  type CreateMessage,
  decodeMessages,
  type FieldUpdate,
  type InstallMessage,
  type MeasureMessage,
  type Message,
  type RecordedMessage,
} from '../wire/index.js';
import { AGENT_SERIES } from './agent-series.js';
import type { ColumnRun } from './columns.js';
import { type FieldUse, fieldUses } from './live-fields.js';
import type { Column } from './memory.js';
import type { RunFlow, SeriesInfo } from './model.js';
import type { EventKind, EventTable, Quantity } from './query.js';
import { rowMeanings } from './row-meanings.js';

// A recording of an agent as a run: what datapaths reported, by what the programs installed in them make it of, and what the
// agent set.

/** Programs begin a least round trip at infinity, 2^31 − 1 or 2^32 − 1. */
const NO_RTT = 0x7fff_ffff;

interface Growing {
  readonly timeUs: number[];
  readonly values: number[];
}

interface Flow {
  readonly id: number;
  readonly name: string;
  readonly startUs: number;
  readonly mss: number;
  readonly asked: string | null;
  endUs: number | null;
  programUid: number;
  /** When it reported last. */
  atUs: number;
  ackedBytes: number | null;
  lost: number | null;
  marks: number | null;
  timeouts: number | null;
  readonly series: Map<Quantity, Growing>;
}

interface Program {
  readonly uses: readonly FieldUse[];
  /** Fields that say the window and the rate as the datapath has them. */
  readonly cwndField: number;
  readonly rateField: number;
}

/** A recording's messages, in the order of time, as columns. `name` is its file's. Throws what says why there is nothing in it. */
export function columnsOfRecording(messages: readonly RecordedMessage[], name: string): ColumnRun {
  if (messages.length === 0) throw new Error('no message was recorded');
  const reader = new Reader(messages[0]!.timeUs);
  for (const message of messages) reader.take(message);
  return reader.run(messages.at(-1)!.timeUs, name);
}

class Reader {
  readonly #originUs: number;
  readonly #flows: Flow[] = [];
  readonly #open = new Map<string, Flow>();
  readonly #programs = new Map<string, Program>();
  readonly #events: Record<'loss' | 'mark' | 'timeout', { at: number; flow: number; times: number }[]> = {
    ...{ loss: [], mark: [], timeout: [] },
  };
  readonly #strangePrograms = new Set<string>();
  readonly #strangeFlows = new Set<string>();
  #counts = { in: 0, out: 0 };
  #reports = 0;
  #unread = 0;

  constructor(originUs: number) {
    this.#originUs = originUs;
  }

  take({ timeUs, direction, address, bytes }: RecordedMessage): void {
    this.#counts[direction] += 1;
    for (const decoded of decodeMessages(bytes)) {
      if (decoded.ok) this.#message(decoded.message, address, timeUs - this.#originUs);
      else this.#unread += 1;
    }
  }

  #message(message: Message, address: string, nowUs: number): void {
    switch (message.type) {
      case 'ready':
        // A datapath that begins again has none of its flows.
        for (const [key, flow] of this.#open) if (key.startsWith(`${address} `)) this.#end(key, flow, nowUs);
        break;
      case 'create':
        this.#begin(message, address, nowUs);
        break;
      case 'measure':
        this.#measure(message, address, nowUs);
        break;
      case 'install':
        this.#programs.set(`${address} ${message.programUid}`, programOf(message));
        break;
      case 'changeProg': {
        const flow = this.#open.get(`${address} ${message.sid}`);
        if (flow) flow.programUid = message.programUid;
        this.#updates(flow, message.updates, nowUs);
        break;
      }
      case 'updateField':
        this.#updates(this.#open.get(`${address} ${message.sid}`), message.updates, nowUs);
        break;
    }
  }

  #begin(message: CreateMessage, address: string, nowUs: number): void {
    const { sid, mss, initCwnd, congAlg } = message;
    const key = `${address} ${sid}`;
    const before = this.#open.get(key);
    if (before) this.#end(key, before, nowUs);
    const flow: Flow = {
      ...{ id: this.#flows.length, name: nameOf(message), startUs: nowUs, mss, asked: congAlg ?? null, endUs: null },
      ...{ programUid: 0, atUs: nowUs, ackedBytes: null, lost: null, marks: null, timeouts: null, series: new Map() },
    };
    this.#flows.push(flow);
    this.#open.set(key, flow);
    put(flow, 'cwnd', nowUs, initCwnd);
  }

  #end(key: string, flow: Flow, nowUs: number): void {
    flow.endUs = nowUs;
    this.#open.delete(key);
    // What held is not known any longer.
    for (const { timeUs, values } of flow.series.values()) {
      timeUs.push(nowUs);
      values.push(Number.NaN);
    }
  }

  #updates(flow: Flow | undefined, updates: readonly FieldUpdate[], nowUs: number): void {
    if (!flow) return;
    for (const { registerType, index, value } of updates) {
      if (registerType !== REG.IMPLICIT) continue;
      if (index === IMPLICIT.CWND) put(flow, 'cwnd', nowUs, Number(value));
      if (index === IMPLICIT.RATE) put(flow, 'pacingRate', nowUs, Number(value));
    }
  }

  #measure({ sid, programUid, fields }: MeasureMessage, address: string, nowUs: number): void {
    const key = `${address} ${sid}`;
    const flow = this.#open.get(key);
    if (!flow) {
      this.#strangeFlows.add(key);
      return;
    }
    if (programUid === 0 && fields.length === 0) {
      this.#end(key, flow, nowUs);
      return;
    }
    this.#reports += 1;
    const program = this.#programs.get(`${address} ${programUid}`);
    if (!program) {
      this.#strangePrograms.add(`${address} ${programUid}`);
      return;
    }
    const said = (field: number): number | null =>
      field >= 0 && field < fields.length ? Number(fields[field]!) : null;
    const [cwnd, rate] = [said(program.cwndField), said(program.rateField)];
    if (cwnd !== null) put(flow, 'cwnd', nowUs, cwnd);
    if (rate !== null) put(flow, 'pacingRate', nowUs, rate);
    for (const { field, quantity, kind, scale } of program.uses) {
      const value = said(field);
      if (value === null) continue;
      if (kind === 'event') this.#happened(quantity as 'loss' | 'mark' | 'timeout', flow, nowUs, value);
      else if (kind === 'sum') {
        flow.ackedBytes = (flow.ackedBytes ?? 0) + value;
        const seconds = (nowUs - flow.atUs) / 1e6;
        if (seconds > 0) put(flow, quantity as Quantity, nowUs, value / seconds);
      } else if ((quantity !== 'rtt' && quantity !== 'rttLeast') || (value > 0 && value < NO_RTT))
        put(flow, quantity as Quantity, nowUs, value * (scale === 'mss' ? flow.mss : 1));
    }
    flow.atUs = nowUs;
  }

  #happened(kind: 'loss' | 'mark' | 'timeout', flow: Flow, at: number, times: number): void {
    const total = ({ loss: 'lost', mark: 'marks', timeout: 'timeouts' } as const)[kind];
    flow[total] = (flow[total] ?? 0) + times;
    if (times > 0) this.#events[kind].push({ at, flow: flow.id, times });
  }

  run(lastUs: number, name: string): ColumnRun {
    const toUs = Math.max(1, lastUs - this.#originUs);
    const series: SeriesInfo[] = [];
    const columns: Column[] = [];
    for (const { id, series: own } of this.#flows)
      for (const [quantity, { timeUs, values }] of own) {
        const [unit, kind] = AGENT_SERIES[quantity]!;
        series.push({ quantity, unit, kind, per: 'flow', owner: id });
        columns.push({ quantity, owner: id, timeUs: Float64Array.from(timeUs), values: Float64Array.from(values) });
      }
    const asked = [...new Set(this.#flows.flatMap((flow) => flow.asked ?? []))];
    const { in: told, out } = this.#counts;
    return {
      title: asked.length > 0 ? asked.join(', ') : `${this.#flows.length} flows of an agent`,
      about: `recorded: ${told} messages in, ${out} out, ${(toUs / 1e6).toFixed(1)} s`,
      provenance: {
        ...{ source: 'recording', files: [name], scenario: null, version: null, seeds: [], algorithmHashes: {} },
        ...{ command: null, madeAtEpochUs: this.#originUs },
      },
      span: { fromUs: 0, toUs },
      flows: this.#flows.map(runFlow),
      ...{ links: [], series, columns },
      facts: [
        { name: 'flows', value: this.#flows.length, unit: 'none' },
        { name: 'reports', value: this.#reports, unit: 'none' },
        { name: 'messages in', value: told, unit: 'none' },
        { name: 'messages out', value: out, unit: 'none' },
      ],
      warnings: this.#warnings(),
      events: Object.fromEntries(
        Object.entries(this.#events).flatMap(([kind, all]) => (all.length > 0 ? [[kind, eventsOf(all)]] : [])),
      ) as Partial<Record<EventKind, Omit<EventTable, 'left'>>>,
    };
  }

  #warnings(): string[] {
    const count = (many: number, one: string, more: string): string => `${many} ${many === 1 ? one : more}`;
    return [
      ...(this.#strangePrograms.size > 0
        ? [
            `${count(this.#strangePrograms.size, 'program was', 'programs were')} installed before the recording began: what their reports say is not known`,
          ]
        : []),
      ...(this.#strangeFlows.size > 0
        ? [`${count(this.#strangeFlows.size, 'flow', 'flows')} began before the recording: left out`]
        : []),
      ...(this.#unread > 0 ? [`${count(this.#unread, 'message', 'messages')} could not be decoded: left out`] : []),
    ];
  }
}

function programOf({ rows, events, instructions }: InstallMessage): Program {
  const meanings = rowMeanings(rows, events, instructions);
  const fieldOf = (input: string): number => meanings.findIndex(({ of }) => of === input);
  return { uses: fieldUses(meanings), cwndField: fieldOf('Cwnd'), rateField: fieldOf('Rate') };
}

function put({ series }: Flow, quantity: Quantity, nowUs: number, value: number): void {
  const known = series.get(quantity) ?? { timeUs: [], values: [] };
  series.set(quantity, known);
  // A state that holds is said once.
  if (AGENT_SERIES[quantity]![1] === 'step' && known.values.at(-1) === value) return;
  known.timeUs.push(nowUs);
  known.values.push(value);
}

function runFlow({ id, name, startUs, endUs, ackedBytes, series, ...flow }: Flow): RunFlow {
  const lastUs = endUs ?? flow.atUs;
  const seconds = (lastUs - startUs) / 1e6;
  const rtts = (series.get('rtt')?.values ?? []).filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  return {
    ...{ id, name, algorithm: flow.asked, startUs, endUs, baseRttUs: null },
    totals: {
      goodputBytesPerSecond: ackedBytes !== null && seconds > 0 ? ackedBytes / seconds : null,
      meanRttUs: rtts.length > 0 ? rtts.reduce((sum, value) => sum + value, 0) / rtts.length : null,
      p95RttUs: rtts.length > 0 ? rtts[Math.min(rtts.length - 1, Math.floor(0.95 * rtts.length))]! : null,
      ...{
        packetsSent: null,
        packetsLost: flow.lost,
        retransmissions: null,
        timeouts: flow.timeouts,
        marks: flow.marks,
      },
    },
  };
}

function eventsOf(all: readonly { readonly at: number; readonly flow: number; readonly times: number }[]) {
  return {
    timeUs: Float64Array.from(all, ({ at }) => at),
    flow: Uint32Array.from(all, ({ flow }) => flow),
    times: Float64Array.from(all, ({ times }) => times),
  };
}

function nameOf({ sid, srcIp, srcPort, dstIp, dstPort }: CreateMessage): string {
  if (srcIp === 0 || dstIp === 0) return `flow ${sid}`;
  return `${endpointText(srcIp, srcPort)} → ${endpointText(dstIp, dstPort)}`;
}
