import { ERROR, MooringError } from '../../base/index.js';
import type { Failure } from '../../twine/index.js';
import { reasonOf } from '../files/index.js';

/** A request the testbed turned down, with what to do about it. */
export function refuse(failure: Failure): MooringError {
  return new MooringError(ERROR.MOORING_ERR_TESTBED_REFUSED, failure.reason, { failure });
}

/** What a system says of this machine that no second try changes, and what kind of failure it is. */
const LASTING: Readonly<Record<string, { readonly class: Failure['class']; readonly mend: string }>> = {
  ENOSPC: { class: 'resources', mend: 'free space' },
  EDQUOT: { class: 'resources', mend: 'free space' },
  EACCES: { class: 'configuration', mend: 'run with sudo, or choose a folder of yours' },
  EPERM: { class: 'configuration', mend: 'run with sudo' },
  EROFS: { class: 'configuration', mend: 'choose another folder' },
};

/** The failure an error stands for: its own when the testbed named one, one of this machine's disk, else transient. */
export function failureOf(error: unknown): Failure {
  if (error instanceof MooringError && error.code === ERROR.MOORING_ERR_TESTBED_REFUSED) {
    return error.detail['failure'] as Failure;
  }
  const { code = '', path } = (error ?? {}) as NodeJS.ErrnoException;
  const lasting = LASTING[code];
  if (lasting) {
    const reason = `${path ?? 'this machine'}: ${reasonOf(error)} (${lasting.mend})`;
    return { class: lasting.class, scope: 'site', reason };
  }
  const reason = error instanceof Error ? error.message : String(error);
  return { class: 'transient', scope: 'site', reason };
}
