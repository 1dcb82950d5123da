import { ERROR, MooringError, toBigint, type U64 } from '../base/index.js';
import type { ReportFieldsOf, Scope } from '../program/index.js';

/** What every report has beside the fields of its program. */
export interface ReportValues {
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
 * throws MOORING_ERR_BAD_ARGUMENT and is read with `r.u64('acked')`). Reading a field the program does not
 * have throws MOORING_ERR_LANG_UNKNOWN_FIELD and lists those it has.
 */
export type Report<P extends string = string> = ReportValues & { readonly [F in ReportFieldsOf<P>]: number };

/** Makes the reports of one program. */
export type ReportFactory = (fields: readonly U64[], cwndBytes: number, rateBytesPerSecond: number) => Report<string>;

/** Names a report answers although no program has them: what hosts ask any object. */
const ASKED_BY_HOSTS = new Set([
  'then',
  'toString',
  'valueOf',
  'constructor',
  'hasOwnProperty',
  'isPrototypeOf',
  'nodeType',
]);

// Its own properties start with $, which no field of a program can.
class ReportBase implements ReportValues {
  constructor(
    readonly $shape: ReportShape,
    readonly $fields: readonly U64[],
    readonly $lastCwnd: number,
    readonly $lastRate: number,
  ) {}

  get programUid(): number {
    return this.$shape.programUid;
  }

  get Cwnd(): number {
    const at = this.$shape.cwndAt;
    return at < 0 ? this.$lastCwnd : readNumber(this, at, 'Cwnd');
  }

  get Rate(): number {
    const at = this.$shape.rateAt;
    return at < 0 ? this.$lastRate : readNumber(this, at, 'Rate');
  }

  u64(name: string): bigint {
    const at = this.$shape.names.indexOf(name);
    if (at < 0) throw unknownField(name, this.$shape);
    return toBigint(this.$fields[at]!);
  }

  has(name: string): boolean {
    return this.$shape.names.includes(name);
  }

  toJSON(): Record<string, number | string> {
    const value = (field: U64) => (typeof field === 'number' ? field : field.toString());
    return Object.fromEntries(this.$shape.names.map((name, index) => [name, value(this.$fields[index]!)]));
  }
}

interface ReportShape {
  readonly programUid: number;
  readonly names: readonly string[];
  readonly cwndAt: number;
  readonly rateAt: number;
}

/**
 * A class for the reports of one program, with a getter for each field, so that reading one costs
 * what a method call costs. Only a name that is nowhere on it reaches the trap at the end of its
 * prototype chain, which throws.
 *
 * @example
 * ```ts
 * const acked = { name: 'Report.acked', kind: 'report', index: 0, volatile: true, registerType: 5, init: 0 } as const;
 * const scope = { reports: [acked], controls: [], locals: [], get: () => undefined };
 * createReportFactory(1, scope)([1448], 14480, 0); // .acked is 1448
 * ```
 */
export function createReportFactory(programUid: number, scope: Scope): ReportFactory {
  const names = scope.reports.map(({ name }) => name.replace(/^Report\./, ''));
  const reported = (plain: string) => Math.max(names.indexOf(`__${plain.toLowerCase()}`), names.indexOf(plain));
  const shape: ReportShape = { programUid, names, cwndAt: reported('Cwnd'), rateAt: reported('Rate') };

  class ProgramReport extends ReportBase {}
  const prototype = Object.create(
    new Proxy(Object.prototype, {
      get: (target, name) => {
        if (typeof name === 'symbol' || ASKED_BY_HOSTS.has(name)) return Reflect.get(target, name);
        throw unknownField(name, shape);
      },
    }),
    Object.getOwnPropertyDescriptors(ReportBase.prototype),
  );
  Object.setPrototypeOf(ProgramReport.prototype, prototype);
  for (const [index, name] of names.entries()) {
    // A field called as one of the methods is read with u64.
    if (name in ReportBase.prototype) continue;
    Object.defineProperty(ProgramReport.prototype, name, {
      get(this: ReportBase) {
        const value = this.$fields[index]!;
        return typeof value === 'number' ? value : readNumber(this, index, name);
      },
    });
  }
  return (fields, cwndBytes, rateBytesPerSecond) =>
    new ProgramReport(shape, fields, cwndBytes, rateBytesPerSecond) as unknown as Report<string>;
}

function readNumber(report: ReportBase, at: number, name: string): number {
  const value = report.$fields[at];
  if (typeof value === 'number') return value;
  if (value === undefined) throw unknownField(name, report.$shape);
  throw new MooringError(
    ERROR.MOORING_ERR_BAD_ARGUMENT,
    `The report's ${name} is ${value}, more than a number holds exactly: read it with u64('${name}').`,
    { argument: name, value },
  );
}

function unknownField(name: string, { names }: ReportShape): MooringError {
  const known = names.filter((field) => !field.startsWith('__'));
  return new MooringError(
    ERROR.MOORING_ERR_LANG_UNKNOWN_FIELD,
    known.length === 0
      ? `The program reports no fields, so not ${name} either.`
      : `The program does not report ${name}; it reports ${known.join(', ')}.`,
    { field: name, known },
  );
}
