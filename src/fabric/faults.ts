import { ERROR, MooringError } from '../base/index.js';

/** An answer that goes wrong on its way. */
export interface AnswerFault {
  readonly method: string;
  /** The request's path begins so. */
  readonly path: string;
  /** How often, from the first such request on. */
  readonly times: number;
  /** Whether the request is carried out although its answer is lost. */
  readonly carriedOut: boolean;
  readonly status: number;
}

/** What goes wrong in a rehearsal. */
export interface Faults {
  /** Machines and services that fail at their site, by name or by its beginning and a `*`, with what the site says. */
  readonly failures: ReadonlyMap<string, string>;
  /** Components that are free, by `SITE/SmartNIC-ConnectX-6`, instead of what there is. */
  readonly free: ReadonlyMap<string, number>;
  readonly answers: readonly AnswerFault[];
}

/** Nothing goes wrong. */
export const NO_FAULTS: Faults = { failures: new Map(), free: new Map(), answers: [] };

/**
 * Reads a file of faults: a JSON object of `failures`, `free` and `answers`, each of which may be left out.
 *
 * @throws MooringError ERROR.FABRIC_CONFIG with `detail.field`, the member that cannot be used.
 */
export function readFaults(value: unknown): Faults {
  const members = objectOf(value, 'faults');
  const known = ['failures', 'free', 'answers'];
  const strange = Object.keys(members).find((name) => !known.includes(name));
  if (strange !== undefined) throw fault(strange, `there is no such kind of fault (kinds: ${known.join(', ')})`);
  const { failures = {}, free = {}, answers = [] } = members;
  if (!Array.isArray(answers)) throw fault('answers', 'a list is wanted');
  return {
    failures: mapOf(failures, 'failures', (each) => typeof each === 'string'),
    free: mapOf(free, 'free', (each) => typeof each === 'number' && each >= 0),
    answers: answers.map((each, at) => answerFault(objectOf(each, `answers[${at}]`), `answers[${at}]`)),
  };
}

function answerFault(members: Record<string, unknown>, field: string): AnswerFault {
  const { method, path, times = 1, carriedOut = true, status = 504 } = members;
  if (typeof method !== 'string') throw fault(`${field}.method`, 'a method such as POST is wanted');
  if (typeof path !== 'string')
    throw fault(`${field}.path`, 'the beginning of a path such as /slices/creates is wanted');
  if (!Number.isSafeInteger(times)) throw fault(`${field}.times`, 'a whole number is wanted');
  if (typeof carriedOut !== 'boolean') throw fault(`${field}.carriedOut`, 'true or false is wanted');
  if (typeof status !== 'number' || status < 400 || status > 599)
    throw fault(`${field}.status`, '400 to 599 is wanted');
  return { method: method.toUpperCase(), path, times: times as number, carriedOut, status };
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
