import fc from 'fast-check';
import { expect, test } from 'vitest';
import { scheduleRotation } from '../../src/twine/index.js';

const ports = fc.array(fc.record({ name: fc.string(), weight: fc.integer({ min: 1, max: 9 }) }), {
  minLength: 1,
  maxLength: 20,
});

test('no port twice in a slot, no place empty while a port is free, all had a turn before a second', () => {
  fc.assert(
    fc.property(
      ports,
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 1, max: 40 }),
      fc.nat(),
      (list, places, slots, seed) => {
        const schedule = scheduleRotation(list, places, slots, seed);
        expect(schedule).toHaveLength(slots);
        const first = new Set<number>();
        for (const slot of schedule) {
          const chosen = slot.filter((index) => index >= 0);
          expect(slot).toHaveLength(places);
          expect(new Set(chosen).size).toBe(Math.min(places, list.length));
          const again = chosen.filter((index) => first.has(index));
          for (const index of chosen) first.add(index);
          // A second turn only when this slot had room for everyone still waiting.
          if (again.length > 0) expect(first.size).toBe(list.length);
        }
      },
    ),
  );
});

test('turns follow the weights', () => {
  const schedule = scheduleRotation(
    [
      { name: 'a', weight: 5 },
      { name: 'b', weight: 3 },
      { name: 'c', weight: 1 },
      { name: 'd', weight: 1 },
    ],
    1,
    1000,
    7,
  );
  const turns = [0, 1, 2, 3].map((port) => schedule.filter(([index]) => index === port).length);
  expect(turns).toEqual([500, 300, 100, 100]);
});

test('a port chosen twice in a row keeps its place', () => {
  for (const schedule of [1, 2, 3, 4].map((seed) =>
    scheduleRotation(
      Array.from({ length: 5 }, (_, index) => ({ name: String(index), weight: 1 + index })),
      3,
      50,
      seed,
    ),
  )) {
    for (let slot = 1; slot < schedule.length; slot += 1) {
      for (const [place, index] of schedule[slot]!.entries()) {
        const before = schedule[slot - 1]!.indexOf(index);
        if (before >= 0) expect(before).toBe(place);
      }
    }
  }
});
