import { ERROR, type ErrorCode, MooringError } from '../base/index.js';
import { CompileError, excerptDiagnostic } from '../program/index.js';
import { authorsPlace } from './stack.js';

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
  /** `file:line:column` of the first place in the author's own code, where the host's stack tells one. */
  readonly place?: string;
  /** Of a program that does not compile: its errors, each with its line and the place marked. */
  readonly excerpt?: string;
  readonly stack?: string;
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** Whatever an algorithm threw. */
export function describeFailure(error: unknown): AlgorithmFailure {
  const detail = error instanceof MooringError ? { detail: { ...error.detail, code: error.code } } : {};
  if (!(error instanceof Error)) {
    return { code: ERROR.MOORING_ERR_AGENT_ALGORITHM_THREW, message: `the algorithm threw ${printable(error)}` };
  }
  const { stack } = error;
  const place = typeof stack === 'string' ? authorsPlace(stack) : undefined;
  const excerpt = error instanceof CompileError ? excerptOf(error) : undefined;
  const code = error instanceof MooringError ? error.code : ERROR.MOORING_ERR_AGENT_ALGORITHM_THREW;
  return {
    code,
    message: error.message,
    ...(place === undefined ? {} : { place }),
    ...(excerpt === undefined ? {} : { excerpt }),
    ...(stack === undefined ? {} : { stack }),
    ...detail,
  };
}

const MOST_EXCERPTS = 5;

function excerptOf({ diagnostics, source }: CompileError): string | undefined {
  if (source === undefined) return undefined;
  const errors = diagnostics.filter(({ severity }) => severity === 'error').slice(0, MOST_EXCERPTS);
  return errors.map((diagnostic) => excerptDiagnostic(diagnostic, source)).join('\n');
}

function printable(value: unknown): string {
  try {
    return String(value);
  } catch {
    return 'a value that cannot be printed';
  }
}
