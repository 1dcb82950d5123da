import { ERROR, MooringError, type U64 } from '../base/index.js';
import { Datapath, type Engine } from '../datapath/index.js';
import { MARK, PRIMITIVE_COLUMNS } from '../generated/capture.js';
import { compileOrThrow, type Program } from '../program/index.js';
import { decodeMessage, encodeMessage } from '../wire/index.js';
import type { Capture, ConnectionOptions } from './capture.js';
import type { ConnectionMarks } from './marks.js';
import type { Connection } from './types.js';

/** Which program over which connection. */
export interface CaptureReplayOptions extends ConnectionOptions {
  /** A compiled program or its text; text with errors throws a CompileError. */
  readonly program: Program | string;
  /** Whose data: the direction with more of it where none is given. */
  readonly direction?: 'forward' | 'backward';
  readonly engine?: Engine;
}

/** A report the program would have sent. */
export interface CaptureReplayReport {
  readonly timeUs: number;
  /** The program's report fields by name. */
  readonly fields: Readonly<Record<string, U64>>;
}

/** What a program would have done on the connection's ACKs. */
export interface CaptureReplayResult {
  readonly connection: Connection;
  readonly direction: 'forward' | 'backward';
  /** ACKs of the direction, one invocation each. */
  readonly invocations: number;
  /** Invocations that ended in a libccp error code, by code. */
  readonly errors: Readonly<Record<string, number>>;
  readonly reports: readonly CaptureReplayReport[];
  /** What the program set, where it did: window (bytes) and rate (bytes/s) with the time of each change. */
  readonly decisions: {
    readonly timeUs: readonly number[];
    readonly cwndBytes: readonly number[];
    readonly rateBytesPerSecond: readonly number[];
  };
}

type PrimitiveName = (typeof PRIMITIVE_COLUMNS)[number];

const SEGMENT = 1448;
const INITIAL_SEGMENTS = 10;
const NONE = -1;

/**
 * Runs a datapath program on the ACKs of one connection, with primitives derived from the capture, and lists what it
 * would have reported and set. Two passes. Throws MOORING_ERR_CAPTURE_NO_FLOW, or a CompileError for a program with
 * errors.
 *
 * @example
 * ```ts fragment
 * const capture = await openCapture(new Blob([]));
 * const program = '(def (Report (volatile acked 0))) (when true (:= Report.acked Ack.bytes_acked) (report))';
 * const { reports } = await replayCapture(capture, { connection: 1, program });
 * ```
 */
export async function replayCapture(capture: Capture, options: CaptureReplayOptions): Promise<CaptureReplayResult> {
  const replay = new Replay(await capture.connection(options), options);
  await capture.primitives(options, (marks) => replay.take(marks));
  return replay.result();
}

/** Runs a program on the primitives of one direction as they come, an ACK at a time. */
class Replay {
  readonly #connection: Connection;
  readonly #side: number;
  readonly #program: Program;
  readonly #datapath: Datapath;
  readonly #sid: number;
  readonly #reports: CaptureReplayReport[] = [];
  readonly #errors: Record<string, number> = {};
  readonly #timeUs: number[] = [];
  readonly #cwndBytes: number[] = [];
  readonly #rateBytesPerSecond: number[] = [];
  readonly #values: Record<PrimitiveName, number>;
  #invocations = 0;
  #lastCwnd = NONE;
  #lastRate = NONE;
  #lastUs = 0;

  constructor(connection: Connection, options: CaptureReplayOptions) {
    this.#connection = connection;
    const { forward, backward } = connection;
    const side = options.direction ?? (forward.dataBytes >= backward.dataBytes ? 'forward' : 'backward');
    this.#side = side === 'forward' ? 0 : 1;
    this.#program = typeof options.program === 'string' ? compileOrThrow(options.program) : options.program;
    this.#values = Object.fromEntries(PRIMITIVE_COLUMNS.map((name) => [name, 0])) as Record<PrimitiveName, number>;
    this.#datapath = new Datapath({ ...(options.engine ? { engine: options.engine } : {}) });
    const mss = (this.#side === 0 ? forward : backward).maxSegmentBytes || SEGMENT;
    const ends = { srcIp: 0, srcPort: connection.srcPort, dstIp: 0, dstPort: connection.dstPort };
    this.#sid = this.#datapath.startFlow({ initCwnd: INITIAL_SEGMENTS * mss, mss, ...ends }, 0).sockId;
    const { uid, events, instructions } = this.#program;
    const install = { programUid: uid, events, instructions, rows: this.#program.rows() };
    this.#handle(encodeMessage({ type: 'install', sid: this.#sid, ...install }));
    this.#handle(encodeMessage({ type: 'changeProg', sid: this.#sid, programUid: uid, updates: [] }));
  }

  /** Takes marks in time order; those that are no primitives of this direction are passed over. */
  take(marks: ConnectionMarks): void {
    const last = PRIMITIVE_COLUMNS.length - 1;
    for (let i = 0; i < marks.length; i += 1) {
      if (marks.kind[i] !== MARK.PRIMITIVE || marks.direction[i] !== this.#side) continue;
      const index = marks.a[i]!;
      this.#values[PRIMITIVE_COLUMNS[index]!] = Math.round(marks.b[i]!);
      if (index === last) this.#invoke(marks.timeUs[i]!);
    }
  }

  result(): CaptureReplayResult {
    return {
      connection: this.#connection,
      direction: this.#side === 0 ? 'forward' : 'backward',
      invocations: this.#invocations,
      errors: this.#errors,
      reports: this.#reports,
      decisions: { timeUs: this.#timeUs, cwndBytes: this.#cwndBytes, rateBytesPerSecond: this.#rateBytesPerSecond },
    };
  }

  #invoke(timeUs: number): void {
    // Packets of several queues may be a little out of order; a datapath's clock never goes back.
    this.#lastUs = Math.max(this.#lastUs, Math.round(timeUs));
    this.#invocations += 1;
    const { code, cwndBytes, rateBytesPerSecond, messages } = this.#datapath.invoke(
      this.#sid,
      this.#values,
      this.#lastUs,
    );
    if (code !== 0) this.#errors[code] = (this.#errors[code] ?? 0) + 1;
    if (cwndBytes !== undefined || rateBytesPerSecond !== undefined)
      this.#decide(timeUs, cwndBytes, rateBytesPerSecond);
    for (const bytes of messages) {
      const decoded = decodeMessage(bytes);
      if (!decoded.ok || decoded.message.type !== 'measure') continue;
      const { fields } = decoded.message;
      const names = this.#program.scope.reports.map(({ name }) => name.replace(/^Report\./, ''));
      this.#reports.push({ timeUs, fields: Object.fromEntries(names.map((name, i) => [name, fields[i] ?? 0])) });
    }
  }

  #decide(timeUs: number, cwndBytes = this.#lastCwnd, rateBytesPerSecond = this.#lastRate): void {
    if (cwndBytes === this.#lastCwnd && rateBytesPerSecond === this.#lastRate) return;
    this.#lastCwnd = cwndBytes;
    this.#lastRate = rateBytesPerSecond;
    this.#timeUs.push(timeUs);
    this.#cwndBytes.push(cwndBytes === NONE ? 0 : cwndBytes);
    this.#rateBytesPerSecond.push(rateBytesPerSecond === NONE ? 0 : rateBytesPerSecond);
  }

  #handle(message: Uint8Array): void {
    const code = this.#datapath.handle(message, 0);
    if (code === 0) return;
    const missing = this.#datapath.missingPrimitives.join(', ');
    const why = missing === '' ? `libccp code ${code}` : `a capture does not tell ${missing}`;
    throw new MooringError(ERROR.MOORING_ERR_BAD_ARGUMENT, `the datapath refused the program: ${why}`, {
      argument: 'program',
      code,
    });
  }
}
