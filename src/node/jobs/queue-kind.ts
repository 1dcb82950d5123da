import { ERROR, MooringError } from '../../base/index.js';
import { type ErrorValue, errorToValue } from '../../client/index.js';
import type { Outcome } from './job-source.js';

/**
 * What stands in a queue: runs, or captures. Each kind has a queue for each build, so that no worker takes what it cannot do
 * or another would do otherwise.
 */
export interface QueueKind<Result> {
  /** What people call one: `run`. */
  readonly noun: string;
  /** How its queues are called, before the build. */
  readonly queue: string;
  /** Who computes; results of another are others. */
  readonly build: string;
  /** What results look like; one more with every change. */
  readonly schema: number;
  /** Whether a value from outside is a result. */
  isResult(value: unknown): value is Result;
}

/** A job as it stands in the queue. */
export interface QueuedJob<Data> {
  readonly build: string;
  readonly data: Data;
}

/** Its result. */
export interface QueuedResult<Result> {
  readonly schema: number;
  readonly result: Result;
}

export const queueName = ({ queue, build }: Pick<QueueKind<unknown>, 'queue' | 'build'>): string => `${queue}-${build}`;

/** What a worker left: its result, or what is wrong with it. */
export function readResult<Result>(kind: QueueKind<Result>, value: unknown): Outcome<Result> {
  const { schema, result } = Object(value) as { readonly schema?: unknown; readonly result?: unknown };
  if (schema === kind.schema && kind.isResult(result)) return { ok: true, result };
  const message = `a result in the queue has schema ${schema}, this reads ${kind.schema}: its worker is of another version`;
  const error = new MooringError(ERROR.MOORING_ERR_JOBS_RESULT, message, { schema });
  return { ok: false, error: errorToValue(error) };
}

/** A failure as a worker left it, or as text. */
export function readFailure(reason: string): { readonly ok: false; readonly error: ErrorValue } {
  try {
    const error = JSON.parse(reason) as ErrorValue;
    if (typeof error?.message === 'string' && typeof error.name === 'string') return { ok: false, error };
  } catch {
    // BullMQ's own words.
  }
  return { ok: false, error: { name: 'Error', message: reason } };
}
