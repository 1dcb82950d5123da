import { ERROR } from '../base/index.js';
import type { ErrorCode } from '../generated/errors.js';

/** How a call of `mooring` ends, whatever the verb. */
export const EXIT = {
  DONE: 0,
  FAILED: 1,
  USAGE: 2,
  CUT_SHORT: 3,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The table of exit codes, for `mooring --help` and the guide. */
export const EXIT_CODES: ReadonlyArray<readonly [code: ExitCode, meaning: string]> = [
  [EXIT.DONE, 'done'],
  [
    EXIT.FAILED,
    'it was tried and failed, or the answer is no: a program has errors, an algorithm threw, a run went wrong',
  ],
  [EXIT.USAGE, 'bad usage, or input that is not there, cannot be read or makes no sense; nothing was begun'],
  [EXIT.CUT_SHORT, 'cut short by Ctrl-C or a signal; what was printed covers the time until then'],
];

/** Errors that say the call was wrong, or that somebody ended it. Every other one is a failure. */
const NOT_FAILED = {
  [ERROR.MOORING_ERR_BAD_ARGUMENT]: EXIT.USAGE,
  [ERROR.MOORING_ERR_BAD_UNIT]: EXIT.USAGE,
  [ERROR.MOORING_ERR_FILE_UNREADABLE]: EXIT.USAGE,
  [ERROR.MOORING_ERR_INTERRUPTED]: EXIT.CUT_SHORT,
  [ERROR.MOORING_ERR_CAPTURE_UNKNOWN_FORMAT]: EXIT.USAGE,
  [ERROR.MOORING_ERR_CAPTURE_UNREADABLE]: EXIT.USAGE,
  [ERROR.MOORING_ERR_CAPTURE_CONSUMED]: EXIT.USAGE,
  [ERROR.MOORING_ERR_CAPTURE_TOO_MANY_FILES]: EXIT.USAGE,
  [ERROR.MOORING_ERR_CAPTURE_NO_FLOW]: EXIT.USAGE,
  [ERROR.MOORING_ERR_AGENT_NO_MODULE]: EXIT.USAGE,
  [ERROR.MOORING_ERR_AGENT_RECORD]: EXIT.USAGE,
  [ERROR.MOORING_ERR_AGENT_UNKNOWN_ALGORITHM]: EXIT.USAGE,
  [ERROR.MOORING_ERR_ALGORITHM_FILE]: EXIT.USAGE,
  [ERROR.MOORING_ERR_SIM_BAD_SCENARIO]: EXIT.USAGE,
  [ERROR.MOORING_ERR_QUERY]: EXIT.USAGE,
  [ERROR.MOORING_ERR_SWEEP_FOLDER]: EXIT.USAGE,
  [ERROR.MOORING_ERR_TWINE_BAD_INPUT]: EXIT.USAGE,
  [ERROR.MOORING_ERR_TWINE_MANIFEST]: EXIT.USAGE,
  [ERROR.MOORING_ERR_FABRIC_GRAPH]: EXIT.USAGE,
  [ERROR.MOORING_ERR_FABRIC_CONFIG]: EXIT.USAGE,
  [ERROR.MOORING_ERR_FABRIC_REPLAY]: EXIT.USAGE,
} as const satisfies Partial<Record<ErrorCode, ExitCode>>;

/** The exit code of an error by its code. */
export function exitCodeOf(code: ErrorCode): ExitCode {
  return (NOT_FAILED as Partial<Record<ErrorCode, ExitCode>>)[code] ?? EXIT.FAILED;
}
