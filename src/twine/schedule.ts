import { createRng } from '../base/index.js';

/** A port that takes turns; a greater weight comes round more often. */
export interface RotatingPort {
  readonly name: string;
  readonly weight: number;
}

/**
 * Who is mirrored in which slot: for each slot, `places` entries, each the index of a port (or −1
 * for a place that stays empty). A pure function of ports, weights and seed.
 *
 * Stride scheduling (Waldspurger and Weihl, 1995): each choice moves a port's pass on by 1/weight
 * and the least passes are chosen, so no port waits for its second turn before every port had its
 * first, and turns follow the weights. Equal passes are parted by weight, then by a seeded
 * shuffle. A port chosen twice in a row keeps its place, so that its mirror is left alone.
 */
export function scheduleRotation(
  ports: readonly RotatingPort[],
  places: number,
  slots: number,
  seed: number,
): readonly (readonly number[])[] {
  const rng = createRng(seed);
  const tieBreak = ports.map(() => rng.nextU32());
  const pass = ports.map(() => 0);
  const byTurn = (a: number, b: number): number =>
    pass[a]! - pass[b]! || ports[b]!.weight - ports[a]!.weight || tieBreak[a]! - tieBreak[b]! || a - b;

  const schedule: number[][] = [];
  let previous: readonly number[] = new Array<number>(places).fill(-1);
  for (let slot = 0; slot < slots; slot += 1) {
    const chosen = ports
      .map((_, index) => index)
      .sort(byTurn)
      .slice(0, places);
    for (const index of chosen) pass[index]! += 1 / ports[index]!.weight;
    previous = seat(chosen, previous);
    schedule.push([...previous]);
  }
  return schedule;
}

/** Twine's weights for ports ordered busiest first: 5, 3, then 1. */
export function rankWeight(rank: number): number {
  return Math.max(1, 5 - 2 * rank);
}

function seat(chosen: readonly number[], previous: readonly number[]): number[] {
  const seats = previous.map((index) => (chosen.includes(index) ? index : -1));
  for (const index of chosen) if (!seats.includes(index)) seats[seats.indexOf(-1)] = index;
  return seats;
}
