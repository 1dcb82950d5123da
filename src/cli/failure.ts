import { CommanderError } from 'commander';
import { ERROR, MooringError } from '../base/index.js';

const USAGE: ReadonlySet<string> = new Set([ERROR.MOORING_ERR_BAD_ARGUMENT, ERROR.MOORING_ERR_BAD_UNIT]);

/** Bad usage the argument parser cannot see: ends with exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/**
 * Prints one clear line for `error` on stderr and returns the exit code: 1 failed, 2 bad usage, 0 where the
 * parser ends a call for help. What the parser refuses it has printed itself.
 */
export function reportFailure(error: unknown): 0 | 1 | 2 {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof MooringError) process.stderr.write(`mooring: ${error.message} [${error.code}]\n`);
  else if (error instanceof Error) process.stderr.write(`mooring: ${error.message}\n`);
  else process.stderr.write(`mooring: ${String(error)}\n`);
  if (process.env['MOORING_DEBUG'] && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  return error instanceof UsageError || (error instanceof MooringError && USAGE.has(error.code)) ? 2 : 1;
}
