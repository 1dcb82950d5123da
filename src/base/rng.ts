/** A stream of random numbers that a seed determines. */
export interface Rng {
  /** The next 32 random bits, 0 … 2^32 − 1. */
  nextU32(): number;
  /** A number in [0, 1) with 32 random bits. */
  nextUnit(): number;
  /** An integer in [0, bound), 1 ≤ bound ≤ 2^32. */
  nextBelow(bound: number): number;
}

/**
 * sfc32 (Chris Doty-Humphrey's Small Fast Counting generator, PractRand), seeded with a
 * 32-bit number and 12 discarded rounds. The same seed gives the same stream on every host.
 *
 * @example
 * ```ts
 * const rng = createRng(1);
 * rng.nextBelow(6) + 1; // a die
 * ```
 */
export function createRng(seed: number): Rng {
  let a = 0x9e3779b9;
  let b = 0x243f6a88;
  let c = seed >>> 0;
  let counter = 1;
  const nextU32 = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return sum >>> 0;
  };
  for (let round = 0; round < 12; round += 1) nextU32();
  return {
    nextU32,
    nextUnit: () => nextU32() / 0x1_0000_0000,
    nextBelow: (bound) => Math.floor((nextU32() / 0x1_0000_0000) * bound),
  };
}
