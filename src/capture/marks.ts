import type { CaptureInstance } from '../core/index.js';
import { BYTES, MARK, MARK_AT } from '../generated/capture.js';

/** What a mark of a time–sequence graph shows: the numbers of `ConnectionMarks.kind`. */
export const MARK_KIND = MARK;
/** The word for each of these numbers: `data`, `in-flight`, … */
export const MARK_WORDS: readonly string[] = (Object.keys(MARK) as (keyof typeof MARK)[])
  .sort((a, b) => MARK[a] - MARK[b])
  .map((name) => name.toLowerCase().replaceAll('_', '-'));

/**
 * What happened on one connection, one entry each, as columns in time order. `direction` is that of
 * the data (0 forward, 1 backward), for ACKs too. `a` and `b`, in bytes from the first of the
 * direction: first and last + 1 of DATA, RETRANSMISSION, REORDERED, UPSTREAM (lost before the capture), SACK, DSACK
 * and GAP; of ACK the
 * first byte not acknowledged and the right edge of the window; of IN_FLIGHT what is in flight and
 * what is not acknowledged. RTT has µs in `a`, CWND the estimate of the round that ended.
 */
export interface ConnectionMarks {
  readonly length: number;
  readonly timeUs: Float64Array;
  readonly a: Float64Array;
  readonly b: Float64Array;
  readonly kind: Uint8Array;
  readonly direction: Uint8Array;
}

const FIRST = 4096;
/** A mark as numbers of 64 bits and as words of 32. */
const DOUBLES = BYTES.MARK / 8;
const WORDS = BYTES.MARK / 4;
const TIME = MARK_AT.TIME_US / 8;
const A = MARK_AT.A / 8;
const B = MARK_AT.B / 8;
const KIND = MARK_AT.KIND / 4;
const DIRECTION = MARK_AT.DIRECTION / 4;

/** Collects marks into columns that grow, up to a bound. */
export class MarkColumns {
  length = 0;
  /** Marks beyond the bound. */
  dropped = 0;
  #timeUs = new Float64Array(FIRST);
  #a = new Float64Array(FIRST);
  #b = new Float64Array(FIRST);
  #kind = new Uint8Array(FIRST);
  #direction = new Uint8Array(FIRST);
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  /** Takes the module's marks and clears them. */
  take(wasm: CaptureInstance): void {
    const count = wasm.marksCount();
    const at = wasm.marksAddress() >>> 0;
    const numbers = new Float64Array(wasm.memory.buffer, at, count * DOUBLES);
    const words = new Uint32Array(wasm.memory.buffer, at, count * WORDS);
    const room = Math.min(count, this.#most - this.length);
    this.dropped += count - room;
    this.#reserve(this.length + room);
    for (let i = 0; i < room; i += 1) {
      const to = this.length + i;
      this.#timeUs[to] = numbers[i * DOUBLES + TIME]!;
      this.#a[to] = numbers[i * DOUBLES + A]!;
      this.#b[to] = numbers[i * DOUBLES + B]!;
      this.#kind[to] = words[i * WORDS + KIND]!;
      this.#direction[to] = words[i * WORDS + DIRECTION]!;
    }
    this.length += room;
    wasm.clearMarks();
  }

  columns(): ConnectionMarks {
    const { length } = this;
    return {
      length,
      timeUs: this.#timeUs.slice(0, length),
      a: this.#a.slice(0, length),
      b: this.#b.slice(0, length),
      kind: this.#kind.slice(0, length),
      direction: this.#direction.slice(0, length),
    };
  }

  #reserve(need: number): void {
    let capacity = this.#timeUs.length;
    if (need <= capacity) return;
    while (capacity < need) capacity *= 2;
    this.#timeUs = grown(this.#timeUs, new Float64Array(capacity));
    this.#a = grown(this.#a, new Float64Array(capacity));
    this.#b = grown(this.#b, new Float64Array(capacity));
    this.#kind = grown(this.#kind, new Uint8Array(capacity));
    this.#direction = grown(this.#direction, new Uint8Array(capacity));
  }
}

/** The part of a plot that is drawn: its edges in data and its size in pixels. */
export interface PlotArea {
  readonly fromUs: number;
  readonly toUs: number;
  /** Edges of the values (`a` and `b`). */
  readonly low: number;
  readonly high: number;
  /** 1 … 16384. */
  readonly width: number;
  readonly height: number;
}

/**
 * The marks inside an area, one for each kind, direction and pixel: what a plot of that size can
 * show, however many there are.
 *
 * @example
 * ```ts
 * const one = Float64Array.of(5);
 * const marks = { length: 1, timeUs: one, a: one, b: one, kind: new Uint8Array(1), direction: new Uint8Array(1) };
 * const area = { fromUs: 0, toUs: 10, low: 0, high: 10, width: 800, height: 400 };
 * console.log(decimateMarks(marks, area).length); // 1
 * ```
 */
export function decimateMarks(marks: ConnectionMarks, area: PlotArea): ConnectionMarks {
  const width = Math.min(16384, Math.max(1, Math.floor(area.width)));
  const height = Math.min(16384, Math.max(1, Math.floor(area.height)));
  const xScale = width / Math.max(area.toUs - area.fromUs, 1e-9);
  const yScale = height / Math.max(area.high - area.low, 1e-9);
  const taken = new Map<number, Uint32Array>();
  const keep: number[] = [];
  for (let i = 0; i < marks.length; i += 1) {
    const x = Math.floor((marks.timeUs[i]! - area.fromUs) * xScale);
    const value = marks.a[i]!;
    if (x < 0 || x >= width || Math.max(value, marks.b[i]!) < area.low || value > area.high) continue;
    const y = Math.min(height - 1, Math.max(0, Math.floor((value - area.low) * yScale)));
    const layer = marks.kind[i]! * 2 + marks.direction[i]!;
    let bits = taken.get(layer);
    if (!bits) {
      bits = new Uint32Array(((width * height) >> 5) + 1);
      taken.set(layer, bits);
    }
    const pixel = y * width + x;
    if (bits[pixel >> 5]! & (1 << (pixel & 31))) continue;
    bits[pixel >> 5]! |= 1 << (pixel & 31);
    keep.push(i);
  }
  const pick = <T extends Float64Array | Uint8Array>(from: T, into: T): T => {
    keep.forEach((index, i) => {
      into[i] = from[index]!;
    });
    return into;
  };
  const { length } = keep;
  return {
    length,
    timeUs: pick(marks.timeUs, new Float64Array(length)),
    a: pick(marks.a, new Float64Array(length)),
    b: pick(marks.b, new Float64Array(length)),
    kind: pick(marks.kind, new Uint8Array(length)),
    direction: pick(marks.direction, new Uint8Array(length)),
  };
}

function grown<T extends Float64Array | Uint8Array>(from: T, into: T): T {
  into.set(from);
  return into;
}
