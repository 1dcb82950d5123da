import type { DatapathInfo } from '../algorithms/index.js';
import type { U64 } from '../base/index.js';
import type { Flow } from './flow.js';
import { type FieldMeaning, fieldMeanings } from './meaning.js';
import type { AgentProgram } from './programs.js';

/** A program whose reports are watched. */
export interface WatchedProgram {
  readonly uid: number;
  /** In the order of a row's values. */
  readonly fields: readonly FieldMeaning[];
  /** What can be set beside `Cwnd` and `Rate`. */
  readonly controls: readonly string[];
}

/** A flow that is watched, under a number of its own. */
export interface WatchedFlow {
  readonly number: number;
  readonly algorithm: string;
  readonly info: DatapathInfo;
}

/** What became of an agent's flows since it was asked last; plain values that cross threads. */
export interface FlowChanges {
  readonly began: readonly WatchedFlow[];
  /** Numbers of those that ended. */
  readonly ended: readonly number[];
  /** Programs that rows name for the first time. */
  readonly programs: readonly WatchedProgram[];
  /**
   * Flows that reported or were told something, one after the other: number, reports so far, window (bytes) and rate
   * (bytes/s, NaN where none was set) in force, program, its fields' count `n`, `n` values of the last report and `n` sums over its reports.
   */
  readonly rows: Float64Array<ArrayBuffer>;
  /** Flows beyond those that are watched. */
  readonly left: number;
}

const HEAD = 6;

interface Watched {
  readonly number: number;
  reports: number;
  cwndBytes: number;
  rateBytesPerSecond: number;
  program: AgentProgram | undefined;
  last: readonly U64[];
  sums: Float64Array;
  pass: number;
}

/** Remembers what each flow reported last, for whoever looks on. Nothing is kept while nobody does. */
export class FlowWatch {
  readonly #most: number;
  readonly #flows = new Map<Flow, Watched>();
  readonly #told = new Set<number>();
  #numbers = 0;
  #pass = 0;

  /** Watches up to `most` flows. */
  constructor(most: number) {
    this.#most = most;
  }

  /** Takes the fields of a report. */
  note(flow: Flow, program: AgentProgram, fields: readonly U64[]): void {
    const watched = this.#flows.get(flow);
    if (!watched) return;
    if (watched.program !== program || watched.sums.length !== fields.length) {
      watched.program = program;
      watched.sums = new Float64Array(fields.length);
    }
    watched.last = fields;
    for (let i = 0; i < fields.length; i += 1) watched.sums[i]! += Number(fields[i]!);
  }

  take(flows: Iterable<Flow>): FlowChanges {
    this.#pass += 1;
    const began: WatchedFlow[] = [];
    const programs: WatchedProgram[] = [];
    const rows: number[] = [];
    let left = 0;
    for (const flow of flows) {
      let watched = this.#flows.get(flow);
      if (!watched) {
        if (this.#flows.size >= this.#most) {
          left += 1;
          continue;
        }
        watched = this.#begin(flow);
        began.push({ number: watched.number, algorithm: flow.algorithm.name, info: flow.info });
      }
      watched.pass = this.#pass;
      this.#row(flow, watched, rows, programs);
    }
    const ended: number[] = [];
    for (const [flow, { number, pass }] of this.#flows) {
      if (pass === this.#pass) continue;
      ended.push(number);
      this.#flows.delete(flow);
    }
    return { began, ended, programs, rows: Float64Array.from(rows), left };
  }

  #begin(flow: Flow): Watched {
    const watched: Watched = {
      ...{ number: this.#numbers, reports: -1, cwndBytes: -1, rateBytesPerSecond: -1, program: undefined },
      ...{ last: [], sums: new Float64Array(), pass: 0 },
    };
    this.#numbers += 1;
    this.#flows.set(flow, watched);
    return watched;
  }

  #row(flow: Flow, watched: Watched, rows: number[], programs: WatchedProgram[]): void {
    const { program, last, sums } = watched;
    const names = program?.scope.reports ?? [];
    // What the datapath says of itself is newer than what it was told.
    const said = (name: string): number | undefined => {
      const at = names.findIndex((entry) => entry.name === `Report.${name}` || entry.name === name);
      return at >= 0 && at < last.length ? Number(last[at]!) : undefined;
    };
    const cwndBytes = said('Cwnd') ?? flow.cwndBytes ?? flow.info.initCwnd;
    const rate = said('Rate') ?? flow.rateBytesPerSecond ?? Number.NaN;
    const isSame =
      watched.reports === flow.reports &&
      watched.cwndBytes === cwndBytes &&
      Object.is(watched.rateBytesPerSecond, rate);
    if (isSame) return;
    watched.reports = flow.reports;
    watched.cwndBytes = cwndBytes;
    watched.rateBytesPerSecond = rate;
    const running = program ?? flow.program;
    if (running && !this.#told.has(running.uid)) {
      this.#told.add(running.uid);
      const { uid, scope } = running;
      programs.push({
        uid,
        fields: fieldMeanings(running.program.source, scope),
        controls: scope.controls.map(({ name }) => name),
      });
    }
    rows.push(watched.number, flow.reports, cwndBytes, rate, running?.uid ?? 0, last.length);
    for (const value of last) rows.push(Number(value));
    for (const sum of sums) rows.push(sum);
  }
}

/** One row of `FlowChanges.rows`. */
export interface FlowRow {
  readonly number: number;
  readonly reports: number;
  readonly cwndBytes: number;
  /** NaN where none was set. */
  readonly rateBytesPerSecond: number;
  /** 0 where the flow has none. */
  readonly programUid: number;
  readonly last: Float64Array;
  readonly sums: Float64Array;
}

/**
 * The rows as they were written; a row that is cut ends them.
 *
 * @example
 * ```ts
 * const agent = new Agent({ algorithms: { aimd: Aimd } });
 * [...flowRows(watchFlows(agent, 1000).rows)].length; // 0: it has no flow
 * ```
 */
export function* flowRows(rows: Float64Array): Generator<FlowRow> {
  for (let at = 0; at + HEAD <= rows.length; ) {
    const fields = rows[at + 5]!;
    const end = at + HEAD + 2 * fields;
    if (!Number.isInteger(fields) || fields < 0 || end > rows.length) return;
    yield {
      ...{ number: rows[at]!, reports: rows[at + 1]!, cwndBytes: rows[at + 2]! },
      ...{ rateBytesPerSecond: rows[at + 3]!, programUid: rows[at + 4]! },
      last: rows.subarray(at + HEAD, at + HEAD + fields),
      sums: rows.subarray(at + HEAD + fields, end),
    };
    at = end;
  }
}
