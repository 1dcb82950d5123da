import { ERROR, MooringError } from '../base/index.js';

/** An answer that goes wrong on its way. */
export interface AnswerFault {
  readonly method: string;
  /** The request's path begins so. */
  readonly path: string;
  /** How many such requests go well before. */
  readonly after: number;
  /** How often, from then on. */
  readonly times: number;
  /** Whether the request is carried out although its answer is lost. */
  readonly carriedOut: boolean;
  readonly status: number;
  /** The server's own words; without them a proxy in between answers, with a page. */
  readonly text: string | undefined;
}

/** What goes wrong in a rehearsal. */
export interface Faults {
  /** Machines and services that fail at their site, by name or by its beginning and a `*`, with what the site says. */
  readonly failures: ReadonlyMap<string, string>;
  /** Components that are free, by `SITE/SmartNIC-ConnectX-6`, instead of what there is. */
  readonly free: ReadonlyMap<string, number>;
  readonly answers: readonly AnswerFault[];
  /** Seconds the testbed's clock is ahead of this machine's. */
  readonly clockOffsetS: number;
  /** Seconds a token lasts; `undefined` as the real ones, 4 hours. */
  readonly tokenS: number | undefined;
  /** Leases are cut to so many seconds without a word; `undefined` only to what the project may have. */
  readonly leaseS: number | undefined;
}

/** Nothing goes wrong. */
export const NO_FAULTS: Faults = {
  failures: new Map(),
  free: new Map(),
  answers: [],
  clockOffsetS: 0,
  tokenS: undefined,
  leaseS: undefined,
};

const KINDS = ['failures', 'free', 'answers', 'clockOffsetS', 'tokenS', 'leaseS'];

/**
 * Reads a file of faults: a JSON object with the members of {@link Faults}, each of which may be left out.
 *
 * @throws MooringError ERROR.FABRIC_CONFIG with `detail.field`, the member that cannot be used.
 */
export function readFaults(value: unknown): Faults {
  const members = objectOf(value, 'faults');
  const strange = Object.keys(members).find((name) => !KINDS.includes(name));
  if (strange !== undefined) throw fault(strange, `there is no such kind of fault (kinds: ${KINDS.join(', ')})`);
  const { failures = {}, free = {}, answers = [], clockOffsetS = 0, tokenS, leaseS } = members;
  if (typeof clockOffsetS !== 'number' || Math.abs(clockOffsetS) > DAY_S) {
    throw fault('clockOffsetS', 'seconds are wanted, a day at most');
  }
  if (!Array.isArray(answers)) throw fault('answers', 'a list is wanted');
  return {
    failures: mapOf(failures, 'failures', (each) => typeof each === 'string'),
    free: mapOf(free, 'free', (each) => typeof each === 'number' && each >= 0),
    answers: answers.map((each, at) => answerFault(objectOf(each, `answers[${at}]`), `answers[${at}]`)),
    clockOffsetS,
    tokenS: secondsOf(tokenS, 'tokenS'),
    leaseS: secondsOf(leaseS, 'leaseS'),
  };
}

const DAY_S = 86_400;

function secondsOf(value: unknown, field: string): number | undefined {
  if (value === undefined || (typeof value === 'number' && value > 0)) return value;
  throw fault(field, 'seconds above 0 are wanted');
}

function answerFault(members: Record<string, unknown>, field: string): AnswerFault {
  const { method, path, after = 0, times = 1, status = 504, text } = members;
  // What the server itself refuses it has not done.
  const { carriedOut = text === undefined } = members;
  if (typeof method !== 'string') throw fault(`${field}.method`, 'a method such as POST is wanted');
  if (typeof path !== 'string')
    throw fault(`${field}.path`, 'the beginning of a path such as /slices/creates is wanted');
  if (!Number.isSafeInteger(after)) throw fault(`${field}.after`, 'a whole number is wanted');
  if (text !== undefined && typeof text !== 'string') throw fault(`${field}.text`, "the server's words are wanted");
  if (!Number.isSafeInteger(times)) throw fault(`${field}.times`, 'a whole number is wanted');
  if (typeof carriedOut !== 'boolean') throw fault(`${field}.carriedOut`, 'true or false is wanted');
  if (typeof status !== 'number' || status < 400 || status > 599)
    throw fault(`${field}.status`, '400 to 599 is wanted');
  return {
    ...{ method: method.toUpperCase(), path, after: after as number, times: times as number },
    ...{ carriedOut, status, text },
  };
}

function mapOf<T>(value: unknown, field: string, fits: (each: unknown) => boolean): Map<string, T> {
  const entries = Object.entries(objectOf(value, field));
  const wrong = entries.find(([, each]) => !fits(each));
  if (wrong !== undefined) throw fault(`${field}.${wrong[0]}`, 'a value of another kind is wanted');
  return new Map(entries as [string, T][]);
}

function objectOf(value: unknown, field: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw fault(field, 'an object is wanted');
}

function fault(field: string, message: string): MooringError {
  return new MooringError(ERROR.MOORING_ERR_FABRIC_CONFIG, `faults: ${field}: ${message}`, { field });
}
