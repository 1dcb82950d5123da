/** An unsigned 64-bit value: a `number` where that is exact (up to 2^53 − 1), else a `bigint`. */
export type U64 = number | bigint;

const MASK = 0xffff_ffff_ffff_ffffn;

/**
 * The shorter form of `value`: a `number` where it is exact.
 *
 * @example
 * ```ts
 * toU64(7n); // 7
 * toU64(2n ** 60n); // 1152921504606846976n
 * ```
 */
export function toU64(value: bigint): U64 {
  return value <= 0x1f_ffff_ffff_ffffn ? Number(value) : value;
}

/**
 * `value` as the 64 bits that go on the wire. Throws a RangeError for what is not an integer in 0 … 2^64 − 1.
 *
 * @example
 * ```ts
 * toBigint(7); // 7n
 * ```
 */
export function toBigint(value: U64): bigint {
  const big = typeof value === 'bigint' ? value : BigInt(value);
  if (big < 0n || big > MASK) throw new RangeError(`${value} is not an unsigned 64-bit integer`);
  return big;
}
