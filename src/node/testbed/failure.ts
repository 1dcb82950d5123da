import { ERROR, MooringError } from '../../base/index.js';
import type { Failure } from '../../twine/index.js';

/** A request the testbed turned down, with what to do about it. */
export function refuse(failure: Failure): MooringError {
  return new MooringError(ERROR.MOORING_ERR_TESTBED_REFUSED, failure.reason, { failure });
}

/** The failure an error stands for: its own when the testbed named one, else transient. */
export function failureOf(error: unknown): Failure {
  if (error instanceof MooringError && error.code === ERROR.MOORING_ERR_TESTBED_REFUSED) {
    return error.detail['failure'] as Failure;
  }
  const reason = error instanceof Error ? error.message : String(error);
  return { class: 'transient', scope: 'site', reason };
}
