import { ERROR, MooringError, type U64 } from '../base/index.js';
import type { ControlFieldsOf, Scope } from '../program/index.js';
import type { Report, ReportValues } from './report.js';

/** What a datapath told of a flow when it began. */
export interface DatapathInfo {
  /** The flow's number at its datapath; reused after the flow ends. */
  readonly sockId: number;
  /** The address of its datapath: a socket path, or `''` where there is only one. */
  readonly address: string;
  /** Initial congestion window, bytes. */
  readonly initCwnd: number;
  /** Maximum segment size, bytes. */
  readonly mss: number;
  /**
   * Addresses and ports as the datapath stores them; the Linux kernel: network byte order in a little-endian
   * u32. `endpointText` makes text of them.
   */
  readonly srcIp: number;
  readonly srcPort: number;
  readonly dstIp: number;
  readonly dstPort: number;
  /** The algorithm the flow asked for; absent where it asked for none. */
  readonly congAlg?: string;
}

/**
 * What an agent can set of a program: the names defined outside `(Report …)`, `Cwnd` and `Rate`. Any name where the
 * text is not known to the compiler.
 */
export type FieldName<P extends string = string> = ControlFieldsOf<P> | 'Cwnd' | 'Rate';

/**
 * Values for control registers, `Cwnd` (bytes) or `Rate` (bytes/s, `INFINITY` for unpaced), by name: whole numbers
 * from 0, at most 2^53 − 1 as a `number`, 2^64 − 1 as a `bigint`; `Cwnd` and `Rate` at most 2^32 − 1, which is what
 * datapaths take.
 */
export type Fields<P extends string = string> =
  | { readonly [N in FieldName<P>]?: U64 }
  | Iterable<readonly [name: FieldName<P>, value: U64]>;

/** How a program is installed. */
export interface InstallOptions<P extends string = string> {
  /** Makes `r.Cwnd` and `r.Rate` exact, at the cost of two more fields in every report. */
  readonly reportCwnd?: boolean;
  /** Values the program starts with. They travel inside the CHANGEPROG, so none is lost on the way. */
  readonly fields?: Fields<P>;
}

/** What `after` and `every` give. */
export interface Timer {
  /** It will not be called again. Once it is over this does nothing. */
  cancel(): void;
}

/**
 * One flow's end of its datapath. What is set during a callback leaves when the callback returns, in
 * one message; what is set at another time leaves with the agent's next output. `P` is the text of the program, or
 * the union of several.
 */
export interface FlowControl<P extends string = string> {
  readonly sockId: number;
  /** The names of the flow's program; undefined before one is set. */
  readonly scope: Scope | undefined;
  /**
   * The time, µs: of the callback that runs, else of the agent's last. It never goes back, and follows the clock of
   * whoever runs the algorithm: in a simulation, simulated time.
   */
  readonly nowUs: number;
  /**
   * Compiles `text` (once for all flows), sends it to the datapath if it is not there yet and makes
   * it the flow's program. Throws CompileError, and MooringError MOORING_ERR_AGENT_PROGRAM_TABLE_FULL
   * where the datapath has no place for another program.
   */
  install(text: P, options?: InstallOptions<P>): Scope;
  /** Makes a program of `datapathPrograms()` the flow's. Throws MOORING_ERR_AGENT_UNKNOWN_PROGRAM. */
  setProgram(name: string, fields?: Fields<P>): Scope;
  /**
   * Sets a control register, `Cwnd` or `Rate` of the running program. Datapaths hold 32 bits of these two: above
   * 4294967295 (34 Gbit/s) they get that, and it is `INFINITY`: a `Rate` that paces nothing. 0 changes nothing. Throws MOORING_ERR_LANG_UNKNOWN_FIELD, MOORING_ERR_BAD_ARGUMENT (`detail.argument` is the name) and
   * MOORING_ERR_AGENT_NO_PROGRAM.
   */
  updateField(name: FieldName<P>, value: U64): void;
  /** Sets several at once: the datapath applies all of them or none. Throws as `updateField` does. */
  updateFields(fields: Fields<P>): void;
  /**
   * Calls `callback` once, `us` from now, unless the flow ends or its algorithm fails before; what it throws fails the
   * flow as in `onReport`. In a simulation at that very instant, in a live agent up to 20 ms late where no message
   * comes in between. A flow has up to 256 timers. Throws MOORING_ERR_BAD_ARGUMENT for less than 1 µs and for one
   * timer more.
   */
  after(us: number, callback: () => void): Timer;
  /** As `after`, again and again. Where the agent comes late, the calls missed are not made up for. */
  every(us: number, callback: () => void): Timer;
  /**
   * Notes a value of the algorithm's own: a curve in the report of a simulation (`series.flows[].notes`), an event
   * `noted` of a live agent. Throws MOORING_ERR_BAD_ARGUMENT for what is no number, a name that is empty or longer than
   * 64 characters, and for the 17th name of a flow.
   */
  note(name: string, value: number): void;
}

/** What the agent calls for one flow. */
export interface FlowHandler {
  /** The flow began; set a program here. */
  onCreate?(): void;
  /**
   * The flow's program reported: a `Report` of that program, which only the handler knows. Synchronous: apply
   * what finishes later with `updateField`.
   */
  onReport(report: never): void;
  /** The flow ended, or its datapath did. */
  close?(): void;
}

/** A class whose instances each drive one flow. */
export interface AlgorithmClass {
  new (): FlowHandler;
  /** Programs by name for `setProgram`; sent to a datapath before its first flow. */
  datapathPrograms?(): Readonly<Record<string, string>>;
  /**
   * Prepares what takes long, such as a model that is loaded, once in each thread and before any flow begins: `connect`
   * the workers of an agent and those of `mooring sim` wait for it. A worker that takes another's place has 40 s for it.
   */
  ready?(): void | Promise<void>;
}

/** An algorithm as an object that makes a handler for each flow, as pyportus has it. */
export interface AlgorithmObject {
  /** As of a class. */
  ready?(): void | Promise<void>;
  datapathPrograms?(): Readonly<Record<string, string>>;
  newFlow(datapath: FlowControl, info: DatapathInfo): FlowHandler;
}

/** What an agent runs: a class with an instance for each flow, or an object that makes handlers. */
export type Algorithm = AlgorithmClass | AlgorithmObject;

interface FlowContext {
  readonly datapath: FlowControl;
  readonly datapathInfo: DatapathInfo;
}

// Set while an instance is made, so that a constructor and field initialisers see their flow without every user's
// constructor having to pass it on. It stands where every copy of this package finds it: an algorithm's module may carry
// one of its own, as one does that a page bundled and the simulator's worker imports.
const CONSTRUCTING = Symbol.for('mooring.constructing');
const host = globalThis as { [CONSTRUCTING]?: FlowContext | undefined };

/**
 * Base of an algorithm: one instance for each flow. `P` is the text of its program (or the union of
 * several), from which TypeScript knows the fields of its reports.
 *
 * @example
 * ```ts
 * const PROGRAM = `
 *   (def (Report (volatile acked 0) (volatile loss 0)))
 *   (when true
 *     (:= Report.acked (+ Report.acked Ack.bytes_acked))
 *     (:= Report.loss (+ Report.loss Ack.lost_pkts_sample))
 *     (fallthrough))
 *   (when (> Micros Flow.rtt_sample_us) (report) (:= Micros 0))`;
 *
 * class Halve extends AlgBase<typeof PROGRAM> {
 *   private cwnd = this.datapathInfo.initCwnd;
 *   override onCreate() {
 *     this.datapath.install(PROGRAM, { fields: { Cwnd: this.cwnd } });
 *   }
 *   override onReport(r: Report<typeof PROGRAM>) {
 *     this.cwnd = r.loss > 0 ? Math.max(this.cwnd >> 1, this.datapathInfo.mss) : this.cwnd + r.acked;
 *     this.datapath.updateField('Cwnd', this.cwnd);
 *   }
 * }
 * ```
 */
export abstract class AlgBase<P extends string = string> implements FlowHandler {
  readonly datapath: FlowControl<P>;
  readonly datapathInfo: DatapathInfo;

  constructor() {
    if (!host[CONSTRUCTING]) {
      throw new MooringError(
        ERROR.MOORING_ERR_BAD_ARGUMENT,
        'An algorithm is made by an agent, for a flow: pass the class to Agent or connect, or use createFlowHandler in a test.',
        { argument: 'AlgBase' },
      );
    }
    this.datapath = host[CONSTRUCTING].datapath;
    this.datapathInfo = host[CONSTRUCTING].datapathInfo;
    host[CONSTRUCTING] = undefined;
  }

  /** Programs by name for `setProgram`. */
  datapathPrograms?(): Readonly<Record<string, string>>;

  /** The flow began: set a program, read `this.datapathInfo`. */
  onCreate(): void {}

  /**
   * The flow's program reported. Where `P` is not given, `onReport` may name the program itself:
   * `r: Report<typeof PROGRAM>`.
   */
  abstract onReport(report: string extends P ? ReportValues : Report<P>): void;

  /** The flow ended. */
  close(): void {}
}

/**
 * A handler for one flow of `algorithm`, as the agent makes it. For tests of an algorithm: give it a
 * datapath that notes what it is told.
 *
 * @example
 * ```ts
 * class Hold extends AlgBase {
 *   override onCreate() { this.datapath.updateField('Cwnd', 10 * this.datapathInfo.mss); }
 *   override onReport() {}
 * }
 * const told: unknown[] = [];
 * const datapath = { updateField: (...field: unknown[]) => told.push(field) } as unknown as FlowControl;
 * const info = { sockId: 1, address: '', initCwnd: 14480, mss: 1448, srcIp: 0, srcPort: 0, dstIp: 0, dstPort: 0 };
 * createFlowHandler(Hold, datapath, info).onCreate?.(); // told is [['Cwnd', 14480]]
 * ```
 */
export function createFlowHandler(
  algorithm: Algorithm,
  datapath: FlowControl,
  datapathInfo: DatapathInfo,
): FlowHandler {
  if (typeof algorithm !== 'function') return algorithm.newFlow(datapath, datapathInfo);
  host[CONSTRUCTING] = { datapath, datapathInfo };
  try {
    const handler = new algorithm();
    // A plain class, that does not extend AlgBase.
    if (host[CONSTRUCTING]) Object.assign(handler, host[CONSTRUCTING]);
    return handler;
  } finally {
    host[CONSTRUCTING] = undefined;
  }
}

/**
 * The programs an algorithm declares, by name. Throws what its `datapathPrograms` throws.
 *
 * @example
 * ```ts
 * declaredPrograms({ datapathPrograms: () => ({ main: '(def) (when true (report))' }), newFlow: () => ({ onReport() {} }) });
 * ```
 */
export function declaredPrograms(algorithm: Algorithm): Readonly<Record<string, string>> {
  if (typeof algorithm !== 'function') return algorithm.datapathPrograms?.() ?? {};
  if (algorithm.datapathPrograms) return algorithm.datapathPrograms();
  const prototype = algorithm.prototype as AlgorithmObject | undefined;
  return prototype?.datapathPrograms?.call(Object.create(prototype)) ?? {};
}
