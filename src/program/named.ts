import { unreachable } from '../base/index.js';

/** What the compiler's `number` stands for. Throws MOORING_ERR_INTERNAL where it and this build do not agree. */
export function named<T>(names: readonly T[] | ReadonlyMap<number, T>, number: number, what: string): T {
  const name = 'get' in names ? names.get(number) : names[number];
  return name ?? unreachable(number as never, what);
}
