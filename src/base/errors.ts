import type { ErrorCode } from '../generated/errors.js';

/**
 * The one error class of the package. `code` is stable and listed in `spec/errors.json`;
 * `detail` holds what a program may want to act on and survives a thread hop.
 *
 * @example
 * ```ts
 * try { parseRateBytesPerSecond('12Mbps!'); } catch (error) {
 *   if (error instanceof MooringError) console.log(error.code, error.detail);
 * }
 * ```
 */
export class MooringError extends Error {
  override readonly name: string = 'MooringError';
  readonly code: ErrorCode;
  readonly detail: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, detail: Record<string, unknown> = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.detail = detail;
  }
}
