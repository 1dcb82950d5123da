import { ERROR, type ErrorCode, MooringError, type PlainValue, plainError } from '../base/index.js';
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

/** What an algorithm is told to have done that did not return. */
export function blocked(): MooringError {
  return new MooringError(
    ERROR.MOORING_ERR_AGENT_BLOCKED,
    'The algorithm did not return, or ended its worker. Where it needs longer, give it the time: --watchdog (watchdogMs).',
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
  readonly detail?: Readonly<Record<string, PlainValue>>;
}

/** Whatever an algorithm threw; it may be anything, so nothing of it is trusted. */
export function describeFailure(error: unknown): AlgorithmFailure {
  const { name: _, message, stack, code: given, detail } = plainError(error);
  const code = given !== undefined && Object.hasOwn(ERROR, given) ? (given as ErrorCode) : undefined;
  const place = stack === undefined ? undefined : authorsPlace(stack);
  const excerpt = excerptOf(error);
  return {
    code: code ?? ERROR.MOORING_ERR_AGENT_ALGORITHM_THREW,
    message: stack === undefined ? `the algorithm threw ${message}` : message,
    ...(place === undefined ? {} : { place }),
    ...(excerpt === undefined ? {} : { excerpt }),
    ...(stack === undefined ? {} : { stack }),
    ...(code === undefined ? {} : { detail: { ...detail, code } }),
  };
}

const MOST_EXCERPTS = 5;

function excerptOf(error: unknown): string | undefined {
  try {
    if (!(error instanceof CompileError) || error.source === undefined) return undefined;
    const { diagnostics, source } = error;
    const errors = diagnostics.filter(({ severity }) => severity === 'error').slice(0, MOST_EXCERPTS);
    return errors.map((diagnostic) => excerptDiagnostic(diagnostic, source)).join('\n');
  } catch {
    // A proxy may say it is one.
    return undefined;
  }
}
