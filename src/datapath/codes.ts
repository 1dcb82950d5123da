import { LIBCCP_TEXT } from '../generated/codes.js';

/**
 * What a return code of `Datapath.handle` or an invocation means, by libccp's name for it.
 *
 * @example
 * ```ts
 * describeCode(-96); // 'PROG_IS_NULL: the flow has no program'
 * ```
 */
export function describeCode(code: number): string {
  const known = LIBCCP_TEXT.get(code);
  return known ? `${known.name}: ${known.text}` : `${code}: not a code of libccp`;
}
