import { ERROR, type ErrorCode, MooringError } from '../base/index.js';

/** An error as a value that crosses threads. */
export interface ErrorValue {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
  readonly code?: string;
  readonly detail?: Record<string, unknown>;
}

/**
 * What was thrown as a plain value, `code` and `detail` included; what cannot be copied between threads becomes text.
 *
 * @example
 * ```ts
 * errorToValue(new MooringError('MOORING_ERR_BAD_ARGUMENT', 'no', { argument: 'rate' })).detail; // { argument: 'rate' }
 * ```
 */
export function errorToValue(error: unknown): ErrorValue {
  if (!(error instanceof Error)) return { name: 'Error', message: describe(error) };
  const { name, message, stack } = error;
  const value = { name, message, ...(stack === undefined ? {} : { stack }) };
  const { code, detail } = error as { code?: unknown; detail?: unknown };
  if (typeof code !== 'string') return value;
  return { ...value, code, ...(isRecord(detail) ? { detail: copyable(detail) } : {}) };
}

/**
 * The error of a value: a MooringError where it has a code of ours, else an Error with its name.
 *
 * @example
 * ```ts
 * errorFromValue({ name: 'TypeError', message: 'no such thing' }).name; // 'TypeError'
 * ```
 */
export function errorFromValue(value: ErrorValue): Error {
  const { name, message, stack, code, detail } = value;
  const error =
    code !== undefined && code in ERROR
      ? new MooringError(code as ErrorCode, message, detail ?? {})
      : new Error(message);
  Object.defineProperty(error, 'name', { value: name, configurable: true });
  if (stack !== undefined) error.stack = stack;
  if (code !== undefined && !(error instanceof MooringError)) Object.assign(error, { code, detail });
  return error;
}

function copyable(detail: Record<string, unknown>): Record<string, unknown> {
  try {
    return structuredClone(detail);
  } catch {
    return Object.fromEntries(Object.entries(detail).map(([key, value]) => [key, describe(value)]));
  }
}

function describe(value: unknown): string {
  try {
    return typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
  } catch {
    return Object.prototype.toString.call(value);
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
