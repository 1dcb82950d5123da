import { ERROR } from '../generated/errors.js';
import { MooringError } from './errors.js';

/**
 * For the branch that no value can reach: it does not compile once a name is added that no other branch takes. Throws
 * MOORING_ERR_INTERNAL where a value gets there all the same, such as a number this build does not know.
 *
 * @example
 * ```ts
 * function arrow(side: 'left' | 'right'): string {
 *   switch (side) {
 *     case 'left':
 *       return '<-';
 *     case 'right':
 *       return '->';
 *     default:
 *       return unreachable(side, 'side');
 *   }
 * }
 * console.log(arrow('left')); // <-
 * ```
 */
export function unreachable(value: never, what: string): never {
  throw new MooringError(ERROR.MOORING_ERR_INTERNAL, `${what} ${String(value)} is not known here`, { what, value });
}
