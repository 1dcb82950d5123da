import { ERROR, type ErrorCode, MooringError } from '../base/index.js';

/** Reports are handled in order and at once; a promise would hide the algorithm's errors and decisions. */
export function refusePromise(result: unknown, callback: string): void {
  if (typeof result !== 'object' || result === null || !('then' in result) || typeof result.then !== 'function') return;
  result.then(undefined, () => {});
  throw new MooringError(
    ERROR.MOORING_ERR_AGENT_ASYNC_ALGORITHM,
    `${callback} returned a promise: make it synchronous, and apply what finishes later with updateField.`,
    { callback },
  );
}

/** What an algorithm threw, as plain values. */
export interface AlgorithmFailure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly stack?: string;
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** Whatever an algorithm threw. */
export function describeFailure(error: unknown): AlgorithmFailure {
  const detail = error instanceof MooringError ? { detail: { ...error.detail, code: error.code } } : {};
  if (!(error instanceof Error)) {
    return { code: ERROR.MOORING_ERR_AGENT_ALGORITHM_THREW, message: `the algorithm threw ${printable(error)}` };
  }
  const stack = error.stack === undefined ? {} : { stack: error.stack };
  const code = error instanceof MooringError ? error.code : ERROR.MOORING_ERR_AGENT_ALGORITHM_THREW;
  return { code, message: error.message, ...stack, ...detail };
}

function printable(value: unknown): string {
  try {
    return String(value);
  } catch {
    return 'a value that cannot be printed';
  }
}
