import { expect, test } from 'vitest';
import { createRng } from '../../src/base/index.js';

const MASK = 0xffff_ffffn;

/** sfc32 of PractRand 0.95 (sfc.cpp: shifts 9 and 3, rotation 21) in plain integers, its state as `createRng` sets it. */
function* sfc32(seed: bigint): Generator<number> {
  let [a, b, c, counter] = [0x9e3779b9n, 0x243f6a88n, seed & MASK, 1n];
  for (let round = 0; ; round++) {
    const sum = (a + b + counter++) & MASK;
    a = b ^ (b >> 9n);
    b = (c + (c << 3n)) & MASK;
    c = (((c << 21n) | (c >> 11n)) + sum) & MASK;
    if (round >= 12) yield Number(sum);
  }
}

test.each([0, 1, 42, 0xffff_ffff])('the stream of seed %d is sfc32, which a recorded run depends on', (seed) => {
  const rng = createRng(seed);
  const reference = sfc32(BigInt(seed));
  for (let draw = 0; draw < 1000; draw++) expect(rng.nextU32()).toBe(reference.next().value);
});

test('a number in [0, 1), and an integer below its bound, are the next 32 bits scaled', () => {
  const [bits, unit, die] = [createRng(7), createRng(7), createRng(7)];
  for (let draw = 0; draw < 1000; draw++) {
    const next = bits.nextU32();
    expect(unit.nextUnit()).toBe(next / 2 ** 32);
    expect(die.nextBelow(6)).toBe(Number((BigInt(next) * 6n) >> 32n));
  }
});

test('of a bound of 2^32 every number can come, the last one too, and of 1 only 0', () => {
  const [bits, all, none] = [createRng(3), createRng(3), createRng(3)];
  for (let draw = 0; draw < 100; draw++) {
    expect(all.nextBelow(2 ** 32)).toBe(bits.nextU32());
    expect(none.nextBelow(1)).toBe(0);
  }
});
