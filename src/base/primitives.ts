import { ERROR } from '../generated/errors.js';
import { LIMIT, PRIMITIVES } from '../generated/isa.js';
import { MooringError } from './errors.js';

/**
 * An input of a datapath beyond libccp's 15: `new Datapath({ primitives })` says that it is there, and
 * `compile(text, { primitives })` knows it by its name. Both go by the number, which is all an INSTALL carries.
 */
export interface ExtraPrimitive {
  /** As programs write it, `Flow.delivery_rate`: `Flow.` or `Ack.`, then a letter, then letters, digits and _; at most 64. */
  readonly name: string;
  /** Its register, 15 … 31. */
  readonly index: number;
  /** True where it is true or false, not a number. */
  readonly bool?: boolean;
}

const FIRST = LIMIT.LIBCCP_PRIMITIVE_REGISTERS;
const LAST = LIMIT.PRIMITIVE_REGISTERS - 1;
const NAME = /^(Flow|Ack)\.[A-Za-z][A-Za-z0-9_]*$/;
const LONGEST_NAME = 64;

/**
 * What Mooring's own senders know beyond libccp: `Flow.srtt_us`, `Flow.min_rtt_us`, `Ack.delivered`,
 * `Flow.app_limited` and `Flow.ecn_ce`. Programs may read them wherever nothing else is said; a datapath without them
 * refuses such a program.
 *
 * @example
 * ```ts
 * console.log(EXTRA_PRIMITIVES.map(({ name, index }) => `${index} ${name}`));
 * ```
 */
export const EXTRA_PRIMITIVES: readonly ExtraPrimitive[] = /* @__PURE__ */ extras();

// A call that bundlers may leave out: most programs that import this room never ask for it.
function extras(): ExtraPrimitive[] {
  return PRIMITIVES.slice(FIRST).map(({ name, index, bits }) =>
    bits === 1 ? { name, index, bool: true } : { name, index },
  );
}

/**
 * `primitives` as it is, or MOORING_ERR_BAD_ARGUMENT that says which entry is wrong and why.
 *
 * @example
 * ```ts
 * checkPrimitives([{ name: 'Flow.delivery_rate', index: 15 }]);
 * ```
 */
export function checkPrimitives(primitives: readonly ExtraPrimitive[]): readonly ExtraPrimitive[] {
  if (!Array.isArray(primitives)) throw refused('it is not a list of { name, index }');
  const names = new Map<string, number>(PRIMITIVES.slice(0, FIRST).map(({ name, index }) => [name, index]));
  const taken = new Map<number, string>();
  for (const [at, entry] of (primitives as readonly Partial<ExtraPrimitive>[]).entries()) {
    const { name, index, bool } = entry ?? {};
    if (typeof name !== 'string' || name.length > LONGEST_NAME || !NAME.test(name)) {
      throw refused(`entry ${at} has no name such as Flow.delivery_rate`);
    }
    if (!Number.isInteger(index) || index! < FIRST || index! > LAST) {
      throw refused(`the index of ${name} is not a whole number of ${FIRST} … ${LAST}`);
    }
    if (bool !== undefined && typeof bool !== 'boolean') throw refused(`bool of ${name} is no boolean`);
    if (names.has(name)) throw refused(`${name} is number ${names.get(name)} already`);
    if (taken.has(index!)) throw refused(`${name} and ${taken.get(index!)} are both number ${index}`);
    names.set(name, index!);
    taken.set(index!, name);
  }
  return primitives;
}

function refused(why: string): MooringError {
  return new MooringError(ERROR.MOORING_ERR_BAD_ARGUMENT, `primitives: ${why}.`, { argument: 'primitives' });
}
