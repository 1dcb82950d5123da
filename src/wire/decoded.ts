import { ERROR, type ErrorCode } from '../base/index.js';

/** A message of type `M` and how many bytes it took, or why there is none. */
export type DecodedAs<M> =
  | { readonly ok: true; readonly message: M; readonly bytes: number }
  | {
      readonly ok: false;
      readonly code: ErrorCode;
      readonly message: string;
      /** Bytes to skip to the next message; all of them where framing is lost. */
      readonly bytes: number;
    };

export function accept<M>(message: M, bytes: number): DecodedAs<M> {
  return { ok: true, message, bytes };
}

export function refuse(code: ErrorCode, message: string, bytes: number): DecodedAs<never> {
  return { ok: false, code, message, bytes };
}

export function malformed(message: string, bytes: number): DecodedAs<never> {
  return refuse(ERROR.MOORING_ERR_WIRE_MALFORMED, message, bytes);
}

export function wrongLength(what: string, length: number, expected: number): DecodedAs<never> {
  return malformed(`a ${what} takes ${expected} bytes, its header says ${length}`, length);
}
