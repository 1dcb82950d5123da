import type { Fields } from '../model/index.js';

/** Cores, RAM and disk of the flavours FABRIC's sites know, as FIM's catalogue of instances has them. */
interface Instance {
  readonly core: number;
  readonly ram: number;
  readonly disk: number;
}

const powersOfTwo = (from: number, to: number): number[] => {
  const all: number[] = [];
  for (let value = from; value <= to; value *= 2) all.push(value);
  return all;
};

/** Machines of one and two cores: RAM, and the disks they come with. */
const SMALL: readonly (readonly [core: number, ram: number, disks: readonly number[]])[] = [
  [1, 2, [10]],
  [1, 4, [10, 100, 500]],
  [1, 8, [10, 50]],
  [1, 16, [10, 50]],
  [1, 32, [50]],
  [2, 2, [10, 100]],
  [2, 4, [10, 100]],
  [2, 8, [10, 100, 500, 1000]],
];

function* catalogue(): Generator<Instance> {
  for (const [core, ram, disks] of SMALL) for (const disk of disks) yield { core, ram, disk };
  for (let core = 4; core <= 64; core += 2) {
    for (const ram of powersOfTwo(core === 64 ? 64 : 4, 256)) {
      for (const disk of [10, 100, 500, 1000]) yield { core, ram, disk };
    }
  }
}

/** The smallest flavour that holds the capacities asked for, the largest where none does. */
export function instanceFor(capacities: Fields): string {
  const wanted = (name: string) => Number(capacities[name] ?? 0);
  const all = [...catalogue()];
  const fitting = all
    .filter(({ core, ram, disk }) => core >= wanted('core') && ram >= wanted('ram') && disk >= wanted('disk'))
    .sort((a, b) => a.core - b.core || a.ram - b.ram || a.disk - b.disk);
  const { core, ram, disk } = fitting[0] ?? all.at(-1)!;
  return `fabric.c${core}.m${ram}.d${disk}`;
}
