import { ERROR, MooringError, toBigint, type U64 } from '../base/index.js';
import { REPORT_MEMBERS } from '../generated/lang.js';
import type { ReportFieldsOf, Scope } from '../program/index.js';

/** What every report has beside the fields of its program. */
export interface ReportValues<P extends string = string> {
  /** The text of the program that reported: it tells the reports of several programs apart. */
  readonly program: P;
  /** `program_uid` of the program that reported. */
  readonly programUid: number;
  /**
   * The congestion window the datapath uses, bytes: what the program reports as `Cwnd` or through
   * `{ reportCwnd: true }`, else what the agent last set (`initCwnd` before it set any).
   */
  readonly Cwnd: number;
  /** The pacing rate, bytes/s; found as `Cwnd` is, 0 before one is set. */
  readonly Rate: number;
  /** A field as the 64 bits it is. Throws MOORING_ERR_LANG_UNKNOWN_FIELD. */
  u64(name: string): bigint;
  /** Whether the program reports a field of that name. */
  has(name: string): boolean;
  /** The fields by name, for logs; what a `number` cannot hold is a decimal string. */
  toJSON(): Record<string, number | string>;
}

/**
 * One report of a flow's program: `r.acked` is its field `Report.acked`, exact (a value beyond 2^53 − 1
 * throws MOORING_ERR_BAD_ARGUMENT, is not enumerated, and is read with `r.u64('acked')`). The fields are the
 * report's own enumerable properties, so that it prints, spreads and compares as they do. Reading a field the
 * program does not have throws MOORING_ERR_LANG_UNKNOWN_FIELD and lists those it has.
 *
 * Of several programs it is a union, told apart by `r.program`: `if (r.program === PROBE) r.minRtt`.
 */
export type Report<P extends string = string> = P extends string
  ? ReportValues<P> & { readonly [F in Exclude<ReportFieldsOf<P>, keyof ReportValues>]: number }
  : never;

/** Makes the reports of one program. */
export type ReportFactory = (fields: readonly U64[], cwndBytes: number, rateBytesPerSecond: number) => Report<string>;

/**
 * Names a report answers although no program has them: what consoles, assertion libraries and frameworks ask
 * any object, to find out what it is. Those that begin with no letter (`$$typeof`, `@@iterator`) are theirs, too.
 */
const ASKED_BY_HOSTS = new Set([
  ...REPORT_MEMBERS,
  'asymmetricMatch',
  'hasAttribute',
  'href',
  'inspect',
  'length',
  'nodeName',
  'nodeType',
  'size',
  'splice',
  'tagName',
]);

const INSPECT = Symbol.for('nodejs.util.inspect.custom');

/** Program text and names, the same for all reports of a program. */
interface ReportShape {
  readonly program: string;
  readonly programUid: number;
  /** In the order of a MEASURE. */
  readonly names: readonly string[];
  readonly cwndAt: number;
  readonly rateAt: number;
  /** Where each name stands. Of two of one name the later is the one in use. */
  readonly places: ReadonlyMap<string, number>;
}

class ReportBase implements ReportValues {
  readonly #shape: ReportShape;
  readonly #fields: readonly U64[];
  readonly #lastCwnd: number;
  readonly #lastRate: number;

  constructor(shape: ReportShape, fields: readonly U64[], lastCwnd: number, lastRate: number) {
    this.#shape = shape;
    this.#fields = fields;
    this.#lastCwnd = lastCwnd;
    this.#lastRate = lastRate;
  }

  get program(): string {
    return this.#shape.program;
  }

  get programUid(): number {
    return this.#shape.programUid;
  }

  get Cwnd(): number {
    const at = this.#shape.cwndAt;
    return at < 0 ? this.#lastCwnd : exact(this.#shape, this.#fields[at], 'Cwnd');
  }

  get Rate(): number {
    const at = this.#shape.rateAt;
    return at < 0 ? this.#lastRate : exact(this.#shape, this.#fields[at], 'Rate');
  }

  u64(name: string): bigint {
    const value = this.#fields[this.#shape.places.get(name) ?? -1];
    if (value === undefined) throw unknownField(name, this.#shape);
    return toBigint(value);
  }

  has(name: string): boolean {
    return this.#shape.places.has(name);
  }

  toJSON(): Record<string, number | string> {
    return this.#listed((field) => (typeof field === 'number' ? field : field.toString()));
  }

  [INSPECT](_depth: number, options: object, inspect?: (value: unknown, options: object) => string): unknown {
    const fields = this.#listed((field) => field);
    return inspect ? inspect(fields, options) : fields;
  }

  #listed<T>(value: (field: U64) => T): Record<string, T> {
    const listed: Record<string, T> = {};
    for (const [name, at] of this.#shape.places) {
      const field = this.#fields[at];
      if (field !== undefined && !isHidden(name)) listed[name] = value(field);
    }
    return listed;
  }
}

/** What a report answers itself, whatever its program calls a field: `u64` reads such a field. */
const KEPT = new Set(['program', 'programUid', 'u64', 'has', 'toJSON']);

/**
 * A class for the reports of one program. Each field is a property of the report itself; only a name that is
 * nowhere on it reaches the trap at the end of its prototype chain, which throws.
 *
 * @example
 * ```ts
 * const acked = { name: 'Report.acked', kind: 'report', index: 0, volatile: true, registerType: 5, init: 0 } as const;
 * const scope = { reports: [acked], controls: [], locals: [], primitives: [], get: () => undefined };
 * createReportFactory(1, scope)([1448], 14480, 0); // .acked is 1448
 * ```
 */
export function createReportFactory(programUid: number, scope: Scope, program = ''): ReportFactory {
  const names = scope.reports.map(({ name }) => name.replace(/^Report\./, ''));
  const places = new Map(names.map((name, at) => [name, at]));
  const reported = (plain: string) => Math.max(places.get(`__${plain.toLowerCase()}`) ?? -1, places.get(plain) ?? -1);
  const shape: ReportShape = {
    program,
    programUid,
    names,
    cwndAt: reported('Cwnd'),
    rateAt: reported('Rate'),
    places,
  };
  const own = [...places].filter(([name]) => !KEPT.has(name) && !isHidden(name));
  const ownNames = own.map(([name]) => name);
  const ownPlaces = own.map(([name, at]) => (name === 'Cwnd' ? shape.cwndAt : name === 'Rate' ? shape.rateAt : at));

  class ProgramReport extends ReportBase {
    constructor(fields: readonly U64[], cwndBytes: number, rateBytesPerSecond: number) {
      super(shape, fields, cwndBytes, rateBytesPerSecond);
      for (let i = 0; i < ownNames.length; i += 1) {
        const value = fields[ownPlaces[i]!];
        if (typeof value === 'number') (this as Record<string, unknown>)[ownNames[i]!] = value;
        else defineThrowing(this, shape, ownNames[i]!, value);
      }
    }
  }
  const prototype = Object.create(
    new Proxy(Object.prototype, {
      get: (target, name) => {
        if (typeof name === 'symbol' || ASKED_BY_HOSTS.has(name) || !/^[a-z]/i.test(name)) {
          return Reflect.get(target, name);
        }
        throw unknownField(name, shape);
      },
    }),
    Object.getOwnPropertyDescriptors(ReportBase.prototype),
  );
  Object.setPrototypeOf(ProgramReport.prototype, prototype);
  // A plain assignment stops at these and does not ask the whole chain whether it may.
  for (const name of ownNames) {
    Object.defineProperty(ProgramReport.prototype, name, { value: 0, writable: true, configurable: true });
  }
  return (fields, cwndBytes, rateBytesPerSecond) =>
    new ProgramReport(fields, cwndBytes, rateBytesPerSecond) as unknown as Report<string>;
}

/** Added by `reportCwnd`. */
function isHidden(name: string): boolean {
  return name.startsWith('__');
}

/** A field no number holds, or that the report lacks: whoever reads it is told, whoever lists fields is not stopped. */
function defineThrowing(report: object, shape: ReportShape, name: string, value: U64 | undefined): void {
  Object.defineProperty(report, name, { get: () => exact(shape, value, name), enumerable: false, configurable: true });
}

function exact(shape: ReportShape, value: U64 | undefined, name: string): number {
  if (typeof value === 'number') return value;
  if (value === undefined) throw unknownField(name, shape);
  throw new MooringError(
    ERROR.MOORING_ERR_BAD_ARGUMENT,
    `The report's ${name} is ${value}, more than a number holds exactly: read it with u64('${name}').`,
    { argument: name, value },
  );
}

function unknownField(name: string, { places }: ReportShape): MooringError {
  const known = [...places.keys()].filter((field) => !isHidden(field));
  return new MooringError(
    ERROR.MOORING_ERR_LANG_UNKNOWN_FIELD,
    known.length === 0
      ? `The program reports no fields, so not ${name} either.`
      : `The program does not report ${name}; it reports ${known.join(', ')}.`,
    { field: name, known },
  );
}
