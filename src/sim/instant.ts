import { toU64, type U64 } from '../base/index.js';
import { decodeTrace } from '../datapath/index.js';
import { LIMIT, PRIMITIVES } from '../generated/isa.js';
import { disassemble, type Program, type SourceRange } from '../program/index.js';
import { type FieldUpdate, formatMessage, type Message, type MessageNames } from '../wire/index.js';
import { AgentEnd, type Exchange } from './agent-end.js';
import { type Change, SimEngine } from './engine.js';
import { readScenario } from './normalise.js';
import type { FlowLimit } from './result.js';
import type { Scenario } from './scenario.js';

// What stood behind the numbers at an instant: the scenario is run again up to it, which gives the same run, and this time
// the report handed to each algorithm last is kept, and of one flow the run of its program for the ACK that came last.

/** A run at an instant. */
export interface Instant {
  readonly atUs: number;
  /** The first 64 of them. */
  readonly flows: readonly FlowInstant[];
  /** The last ACK of the flow that was asked for, in the second before; null where it had none, or runs no program. */
  readonly ack: AckRun | null;
}

/** One flow at that instant. */
export interface FlowInstant {
  /** `FlowResult.id`. */
  readonly flow: number;
  /** What keeps its sender from sending. */
  readonly limit: FlowLimit;
  /** The call of `onReport` that came last; null before the first, and for senders without an agent. */
  readonly report: ReportCall | null;
}

/** A call of an algorithm with a report: what it was given and what it did. */
export interface ReportCall {
  /** When the report reached the agent. */
  readonly timeUs: number;
  /** The report's fields, as the program names them. */
  readonly fields: readonly NamedValue[];
  /** What it set, in the order it was sent. */
  readonly sets: readonly NamedValue[];
  /** Other messages that it sent, such as another program, in words. */
  readonly messages: readonly string[];
  readonly notes: readonly NamedValue[];
  /** What it threw; null where it returned. */
  readonly failure: string | null;
}

/** A register, a field or a note by its name; a bigint where a number would lose digits. */
export interface NamedValue {
  readonly name: string;
  readonly value: U64;
}

/** A run of a flow's datapath program for one ACK. */
export interface AckRun {
  readonly timeUs: number;
  /** 0, or the libccp code that ended it before its end. */
  readonly code: number;
  /** The program's text; empty where it is not known. */
  readonly source: string;
  /** What the program found: its inputs, and the window and rate in use. */
  readonly inputs: readonly NamedValue[];
  /** The window that it left in force, bytes; null where it set none. */
  readonly cwndBytes: number | null;
  /** bytes/s; null where it set none. */
  readonly rateBytesPerSecond: number | null;
  readonly reported: boolean;
  readonly steps: readonly AckStep[];
}

/** An instruction that ran. */
export interface AckStep {
  /** Which `when`, from 0. */
  readonly event: number;
  readonly part: 'condition' | 'body';
  /** Its line in `disassemble`, and that line. */
  readonly instruction: number;
  readonly text: string;
  /** Where in the source it comes from; null where it comes from nowhere. */
  readonly range: SourceRange | null;
  readonly left: U64;
  readonly right: U64;
  readonly result: U64;
}

/** A change made while the run went on, to be made again. */
export interface TimedChange {
  readonly atUs: number;
  readonly change: Change;
}

/** Tracing costs a few times the run; of an idle flow the last ACK may lie further back than this. */
const TRACED_US = 1_000_000;
/** Flows that are told of: the first. */
const MOST_FLOWS = 64;

/**
 * Runs the scenario again up to `atUs` and tells what stood behind its numbers. `flow` is the one whose program is followed.
 * Throws as `createSimulation`.
 *
 * @example
 * ```ts
 * const { flows, ack } = inspectInstant({ flows: [{ algorithm: 'cubic' }], duration: '5s' }, 2_000_000, 0);
 * console.log(flows[0]?.report?.fields, flows[0]?.report?.sets);
 * for (const { text, result } of ack?.steps ?? []) console.log(text, result);
 * ```
 */
export function inspectInstant(
  scenario: Scenario,
  atUs: number,
  flow: number,
  changes: readonly TimedChange[] = [],
): Instant {
  const { normalised } = readScenario({ ...scenario, series: false });
  const last = new Map<number, Exchange>();
  const agent = AgentEnd.of(normalised, (exchange) => last.set(exchange.flow, exchange));
  const engine = new SimEngine(normalised, agent);
  const end = Math.max(0, Math.min(atUs, normalised.durationUs));
  const runTo = (untilUs: number, done: number): number => {
    let next = done;
    for (; next < changes.length && changes[next]!.atUs <= untilUs; next += 1) {
      engine.run(changes[next]!.atUs);
      engine.change(changes[next]!.change);
    }
    engine.run(untilUs);
    return next;
  };
  const done = runTo(Math.max(0, end - TRACED_US), 0);
  engine.trace(flow);
  runTo(end, done);
  const program = (uid: number): Program | undefined => agent?.program(uid);
  return {
    atUs: end,
    flows: Array.from({ length: Math.min(engine.flowCount, MOST_FLOWS) }, (_, id) => ({
      flow: id,
      limit: engine.limitOf(id),
      report: callOf(last.get(id), program),
    })),
    ack: readAckRun(engine.traced(), program),
  };
}

function callOf(exchange: Exchange | undefined, programOf: (uid: number) => Program | undefined): ReportCall | null {
  if (!exchange) return null;
  const { timeUs, report, answers, notes, failure } = exchange;
  const scope = programOf(report.programUid)?.scope;
  const sets: NamedValue[] = [];
  const messages: string[] = [];
  let names: MessageNames | undefined = scope;
  for (const message of answers) {
    if (message.type === 'changeProg') {
      names = programOf(message.programUid)?.scope ?? names;
      messages.push(formatMessage(message, names));
    } else if (message.type === 'updateField') sets.push(...message.updates.map((update) => named(update, names)));
    else messages.push(formatMessage(message, names));
  }
  return {
    timeUs,
    fields: report.fields.map((value, index) => ({ name: scope?.reports[index]?.name ?? `[${index}]`, value })),
    sets,
    messages,
    notes,
    failure,
  };
}

/** A register by its name, as messages are written. */
function named({ registerType, index, value }: FieldUpdate, names: MessageNames | undefined): NamedValue {
  const update: Message = { type: 'updateField', sid: 0, updates: [{ registerType, index, value: 0 }] };
  return { name: /: (.*) = 0$/.exec(formatMessage(update, names))?.[1] ?? `[${index}]`, value };
}

// wasm/sim/control/ack-trace.ts draws the record.
const HEAD = 32;
const FOUND = LIMIT.PRIMITIVE_REGISTERS + 2;
const OUTCOME = { CWND: 1, RATE: 2, MESSAGE: 4 };

function readAckRun(bytes: Uint8Array<ArrayBuffer>, programOf: (uid: number) => Program | undefined): AckRun | null {
  if (bytes.length === 0) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const program = programOf(view.getUint32(8, true));
  const lines = program ? disassemble(program).split('\n').slice(program.events) : [];
  const outcome = view.getUint32(16, true);
  const found = (index: number): U64 => toU64(view.getBigUint64(HEAD + 8 * index, true));
  return {
    timeUs: view.getFloat64(0, true),
    code: view.getInt32(12, true),
    source: program?.source ?? '',
    inputs: [
      ...PRIMITIVES.map(({ name, index }) => ({ name, value: found(index) })),
      { name: 'Cwnd', value: found(LIMIT.PRIMITIVE_REGISTERS) },
      { name: 'Rate', value: found(LIMIT.PRIMITIVE_REGISTERS + 1) },
    ],
    cwndBytes: outcome & OUTCOME.CWND ? view.getUint32(20, true) : null,
    rateBytesPerSecond: outcome & OUTCOME.RATE ? view.getUint32(24, true) : null,
    reported: (outcome & OUTCOME.MESSAGE) !== 0,
    steps: decodeTrace(bytes.subarray(HEAD + 8 * FOUND)).map(({ event, part, instruction, left, right, result }) => ({
      ...{ event, part, instruction, left, right, result },
      text: (lines[instruction] ?? '').replace(/^\s*\d+\s+/, ''),
      range: program?.rangeOf(instruction) ?? null,
    })),
  };
}
