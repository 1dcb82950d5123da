// Marks of a time–sequence graph in blocks, so that a picture of many costs what its pixels cost. A block says of each kind which
// bytes its marks cover: those that touch are one group with a count. Sixteen blocks are one of the next level.

/** A mark of a direction: columns in the order of time. */
export interface Direction {
  readonly length: number;
  readonly timeUs: Float64Array;
  readonly from: Float64Array;
  readonly to: Float64Array;
  readonly kind: Uint8Array;
}

/** Takes marks of one kind that touch, the first of which was at `timeUs`. */
export type EachGroup = (timeUs: number, kind: number, from: number, to: number, count: number) => void;

const LEAST = 64;
const TIMES = 16;

/** Blocks of so many marks: groups `start[i]` to `start[i + 1]` are those of block `i`. */
interface Level {
  readonly size: number;
  readonly start: Uint32Array;
  readonly timeUs: Float64Array;
  readonly kind: Uint8Array;
  readonly from: Float64Array;
  readonly to: Float64Array;
  readonly count: Uint32Array;
}

export class SequenceBlocks {
  readonly #direction: Direction;
  /** Smallest blocks first; whole ones only. */
  readonly #levels: readonly Level[];

  /**
   * @param kinds how many kinds there are
   * @param isLine whether a kind is a value over time, of which a group has the least and the greatest
   */
  constructor(direction: Direction, kinds: number, isLine: (kind: number) => boolean) {
    this.#direction = direction;
    const levels: Level[] = [];
    for (let size = LEAST; size <= direction.length; size *= TIMES) {
      const below = levels.at(-1);
      levels.push(below ? together(below, kinds, isLine) : blocksOf(direction, kinds, isLine));
    }
    this.#levels = levels;
  }

  /**
   * Gives what lies from the mark `first` up to the last one at or before `toUs`: of blocks that are all in one column their
   * groups, of the others each mark.
   */
  walk(first: number, toUs: number, columnOf: (timeUs: number) => number, each: EachGroup): void {
    const { length, timeUs, kind, from, to } = this.#direction;
    for (let i = first; i < length && timeUs[i]! <= toUs; ) {
      const level = i % LEAST === 0 ? this.#widest(i, toUs, columnOf) : undefined;
      if (!level) {
        each(timeUs[i]!, kind[i]!, from[i]!, to[i]!, 1);
        i += 1;
        continue;
      }
      const block = i / level.size;
      for (let g = level.start[block]!; g < level.start[block + 1]!; g += 1)
        each(level.timeUs[g]!, level.kind[g]!, level.from[g]!, level.to[g]!, level.count[g]!);
      i += level.size;
    }
  }

  /** The greatest block that begins here and is in one column. */
  #widest(first: number, toUs: number, columnOf: (timeUs: number) => number): Level | undefined {
    const { length, timeUs } = this.#direction;
    const column = columnOf(timeUs[first]!);
    let found: Level | undefined;
    for (const level of this.#levels) {
      const last = first + level.size - 1;
      if (first % level.size !== 0 || last >= length) break;
      if (timeUs[last]! > toUs || columnOf(timeUs[last]!) !== column) break;
      found = level;
    }
    return found;
  }
}

/** Collects groups block by block. */
class Groups {
  readonly #start: number[] = [0];
  readonly #timeUs: number[] = [];
  readonly #kind: number[] = [];
  readonly #from: number[] = [];
  readonly #to: number[] = [];
  readonly #count: number[] = [];
  /** By kind, the last group of this block; −1 for none. */
  readonly #last: Int32Array;
  readonly #isLine: readonly boolean[];

  constructor(kinds: number, isLine: (kind: number) => boolean) {
    this.#last = new Int32Array(kinds).fill(-1);
    this.#isLine = Array.from({ length: kinds }, (_, kind) => isLine(kind));
  }

  put(timeUs: number, kind: number, from: number, to: number, count: number): void {
    const last = this.#last[kind]!;
    if (last >= 0 && (this.#isLine[kind] || (from <= this.#to[last]! && to >= this.#from[last]!))) {
      if (from < this.#from[last]!) this.#from[last] = from;
      if (to > this.#to[last]!) this.#to[last] = to;
      this.#count[last]! += count;
      return;
    }
    this.#last[kind] = this.#timeUs.length;
    this.#timeUs.push(timeUs);
    this.#kind.push(kind);
    this.#from.push(from);
    this.#to.push(to);
    this.#count.push(count);
  }

  endBlock(): void {
    this.#start.push(this.#timeUs.length);
    this.#last.fill(-1);
  }

  level(size: number): Level {
    return {
      ...{ size, start: Uint32Array.from(this.#start), timeUs: Float64Array.from(this.#timeUs) },
      ...{ kind: Uint8Array.from(this.#kind), count: Uint32Array.from(this.#count) },
      ...{ from: Float64Array.from(this.#from), to: Float64Array.from(this.#to) },
    };
  }
}

function blocksOf(
  { length, timeUs, kind, from, to }: Direction,
  kinds: number,
  isLine: (kind: number) => boolean,
): Level {
  const groups = new Groups(kinds, isLine);
  const whole = length - (length % LEAST);
  for (let i = 0; i < whole; i += 1) {
    groups.put(timeUs[i]!, kind[i]!, from[i]!, to[i]!, 1);
    if (i % LEAST === LEAST - 1) groups.endBlock();
  }
  return groups.level(LEAST);
}

function together(below: Level, kinds: number, isLine: (kind: number) => boolean): Level {
  const groups = new Groups(kinds, isLine);
  const blocks = Math.floor((below.start.length - 1) / TIMES);
  for (let block = 0; block < blocks; block += 1) {
    for (let g = below.start[block * TIMES]!; g < below.start[(block + 1) * TIMES]!; g += 1)
      groups.put(below.timeUs[g]!, below.kind[g]!, below.from[g]!, below.to[g]!, below.count[g]!);
    groups.endBlock();
  }
  return groups.level(below.size * TIMES);
}
