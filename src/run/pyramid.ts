import { MOST_COLUMNS, type Point, type SeriesColumns } from './query.js';

/** Nodes of a level that one of the next stands for. */
const FOLD = 16;
const FIRST = 256;

/** Summaries of `FOLD ** level` samples each. */
interface Level {
  min: Float64Array;
  max: Float64Array;
  count: Uint32Array;
  /** Index of the last known sample; −1 where there is none. */
  last: Int32Array;
}

/** What is known of a range of samples. */
interface Sum {
  min: number;
  max: number;
  count: number;
  last: number;
}

/**
 * The samples of one series with summaries over summaries, so that any range is asked for in as many columns as a plot has
 * pixels at a cost that does not grow with the samples. It grows at its end, and forgets at its beginning where it may hold
 * only so many. A value that is NaN is a sample that says that the value is not known.
 */
export class Pyramid {
  #time: Float64Array;
  #value: Float64Array;
  #length = 0;
  readonly #levels: Level[] = [];
  readonly #most: number;

  /** Holds at least the last `most` samples, and at most twice as many. */
  constructor(most = Number.POSITIVE_INFINITY) {
    this.#most = Math.max(FOLD, most);
    this.#time = new Float64Array(FIRST);
    this.#value = new Float64Array(FIRST);
  }

  /** The pyramid over columns, which it keeps; times ascend. */
  static of(timeUs: Float64Array, values: Float64Array): Pyramid {
    const pyramid = new Pyramid();
    pyramid.#time = timeUs;
    pyramid.#value = values;
    pyramid.#length = Math.min(timeUs.length, values.length);
    pyramid.#summarise();
    return pyramid;
  }

  get length(): number {
    return this.#length;
  }

  /** The times and values it holds. */
  columns(): { readonly timeUs: Float64Array; readonly values: Float64Array } {
    return { timeUs: this.#time.subarray(0, this.#length), values: this.#value.subarray(0, this.#length) };
  }

  /** Adds a sample. One earlier than the last is taken as of the same instant: time does not go back here. */
  append(timeUs: number, value: number): void {
    if (this.#length === this.#time.length) this.#makeRoom();
    const at = this.#length;
    const earliest = at > 0 ? this.#time[at - 1]! : Number.NEGATIVE_INFINITY;
    this.#time[at] = Math.max(timeUs, earliest);
    this.#value[at] = value;
    this.#length = at + 1;
    this.#note(at, value);
  }

  /** Drops samples before an instant, but for the last of them, which holds until the next. */
  forget(beforeUs: number): void {
    const from = this.#firstAfter(beforeUs) - 1;
    if (from <= 0) return;
    this.#time.copyWithin(0, from, this.#length);
    this.#value.copyWithin(0, from, this.#length);
    this.#length -= from;
    this.#summarise();
  }

  /** The range in columns; `pixels` is cut to 1 … `MOST_COLUMNS`. A range that is none gives columns without samples. */
  query(fromUs: number, toUs: number, pixels: number): SeriesColumns {
    const columns = Math.max(1, Math.min(MOST_COLUMNS, Math.floor(pixels) || 1));
    const answer = emptyColumns(fromUs, toUs, columns);
    if (!(toUs >= fromUs)) return answer;
    const width = (toUs - fromUs) / columns;
    const begin = this.#firstAt(fromUs);
    let from = begin;
    for (let column = 0; column < columns; column += 1) {
      const to = column === columns - 1 ? this.#firstAfter(toUs) : this.#firstAt(fromUs + (column + 1) * width, from);
      if (to > from) this.#fill(answer, column, from, to);
      from = to;
    }
    return { ...answer, before: this.#pointAt(begin - 1), after: this.#pointAt(from) };
  }

  /** The last known sample at or before `atUs`. */
  at(atUs: number): Point | null {
    const { last } = this.#sum(0, this.#firstAfter(atUs));
    return last < 0 ? null : this.#pointAt(last);
  }

  /** The last known sample before `atUs`, and the first known one after it. */
  beside(atUs: number): { readonly before: Point | null; readonly after: Point | null } {
    const { last } = this.#sum(0, this.#firstAt(atUs));
    let next = this.#firstAfter(atUs);
    while (next < this.#length && Number.isNaN(this.#value[next]!)) next += 1;
    return { before: last < 0 ? null : this.#pointAt(last), after: this.#pointAt(next) };
  }

  #pointAt(index: number): Point | null {
    if (index < 0 || index >= this.#length || Number.isNaN(this.#value[index]!)) return null;
    return { timeUs: this.#time[index]!, value: this.#value[index]! };
  }

  #fill(answer: SeriesColumns, column: number, from: number, to: number): void {
    const { min, max, count, last } = this.#sum(from, to);
    answer.count[column] = count;
    answer.unknown[column] = to - from - count;
    if (count === 0) return;
    answer.min[column] = min;
    answer.max[column] = max;
    answer.last[column] = this.#value[last]!;
    answer.lastUs[column] = this.#time[last]!;
  }

  /** Samples `from` … `to` − 1, by the fewest summaries. */
  #sum(from: number, to: number): Sum {
    const sum: Sum = { min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY, count: 0, last: -1 };
    let at = from;
    while (at < to) {
      let level = 0;
      let span = 1;
      while (level < this.#levels.length && at % (span * FOLD) === 0 && at + span * FOLD <= to) {
        level += 1;
        span *= FOLD;
      }
      if (level === 0) add(sum, this.#value[at]!, at);
      else addNode(sum, this.#levels[level - 1]!, at / span);
      at += span;
    }
    return sum;
  }

  /** Index of the first sample at or after `us`, looked for from `low` on. */
  #firstAt(us: number, low = 0): number {
    let [from, to] = [low, this.#length];
    while (from < to) {
      const middle = (from + to) >>> 1;
      if (this.#time[middle]! < us) from = middle + 1;
      else to = middle;
    }
    return from;
  }

  #firstAfter(us: number): number {
    let [from, to] = [0, this.#length];
    while (from < to) {
      const middle = (from + to) >>> 1;
      if (this.#time[middle]! <= us) from = middle + 1;
      else to = middle;
    }
    return from;
  }

  /** Twice the room; where that is beyond the bound, only the newest `most` samples stay. */
  #makeRoom(): void {
    if (this.#length >= 2 * this.#most) {
      const from = this.#length - this.#most;
      this.#time.copyWithin(0, from);
      this.#value.copyWithin(0, from);
      this.#length = this.#most;
      this.#summarise();
      return;
    }
    const size = Math.min(2 * this.#time.length, 2 * this.#most);
    this.#time = grown(this.#time, new Float64Array(size));
    this.#value = grown(this.#value, new Float64Array(size));
  }

  #summarise(): void {
    this.#levels.length = 0;
    for (let i = 0; i < this.#length; i += 1) this.#note(i, this.#value[i]!);
  }

  /** Takes a new last sample into every level. */
  #note(at: number, value: number): void {
    let node = at;
    for (let level = 0; level === 0 || node > 0; level += 1) {
      node = Math.floor(node / FOLD);
      // One that begins here sums up what is below it, the new sample with it.
      const begins = level > 0 && level === this.#levels.length;
      const summaries = this.#level(level, node);
      if (begins || Number.isNaN(value)) continue;
      if (value < summaries.min[node]!) summaries.min[node] = value;
      if (value > summaries.max[node]!) summaries.max[node] = value;
      summaries.count[node]! += 1;
      summaries.last[node] = at;
    }
  }

  /** The summaries of a level, with room for `node`. A level that begins sums up what is below it. */
  #level(level: number, node: number): Level {
    const existing = this.#levels[level];
    if (existing && node < existing.count.length) return existing;
    if (existing) {
      const size = 2 * existing.count.length;
      existing.min = grown(existing.min, new Float64Array(size).fill(Number.POSITIVE_INFINITY));
      existing.max = grown(existing.max, new Float64Array(size).fill(Number.NEGATIVE_INFINITY));
      existing.count = grown(existing.count, new Uint32Array(size));
      existing.last = grown(existing.last, new Int32Array(size).fill(-1));
      return existing;
    }
    const begun: Level = {
      min: new Float64Array(FOLD).fill(Number.POSITIVE_INFINITY),
      max: new Float64Array(FOLD).fill(Number.NEGATIVE_INFINITY),
      count: new Uint32Array(FOLD),
      last: new Int32Array(FOLD).fill(-1),
    };
    this.#levels.push(begun);
    const below = this.#levels[level - 1];
    if (!below) return begun;
    const sum: Sum = { min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY, count: 0, last: -1 };
    for (let i = 0; i < FOLD; i += 1) addNode(sum, below, i);
    begun.min[0] = sum.min;
    begun.max[0] = sum.max;
    begun.count[0] = sum.count;
    begun.last[0] = sum.last;
    return begun;
  }
}

/** Columns about no sample at all. */
export function emptyColumns(fromUs: number, toUs: number, columns: number): SeriesColumns {
  const none = (): Float64Array => new Float64Array(columns).fill(Number.NaN);
  return {
    ...{ fromUs, toUs, min: none(), max: none(), last: none(), lastUs: none() },
    ...{ count: new Uint32Array(columns), unknown: new Uint32Array(columns), before: null, after: null },
  };
}

function add(sum: Sum, value: number, at: number): void {
  if (Number.isNaN(value)) return;
  if (value < sum.min) sum.min = value;
  if (value > sum.max) sum.max = value;
  sum.count += 1;
  sum.last = at;
}

function addNode(sum: Sum, { min, max, count, last }: Level, node: number): void {
  if (!count[node]) return;
  if (min[node]! < sum.min) sum.min = min[node]!;
  if (max[node]! > sum.max) sum.max = max[node]!;
  sum.count += count[node]!;
  sum.last = last[node]!;
}

function grown<T extends Float64Array | Uint32Array | Int32Array>(from: T, into: T): T {
  into.set(from);
  return into;
}
