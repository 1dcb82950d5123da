import { type ConnectionMarks, MARK_KIND } from '../capture/index.js';
import { type Direction, SequenceBlocks } from './sequence-blocks.js';

// A time–sequence graph: what was sent, acknowledged and allowed of one direction, asked for in pixels as series are. What is rare is a
// kind of its own, so that a single retransmission is in the answer however many packets a pixel holds.

/** Kinds in rising importance: later ones are drawn over earlier ones. */
export const SEQUENCE_KINDS = [
  'window',
  'ack',
  'data',
  'in-flight',
  'gap',
  'duplicate-ack',
  'sack',
  'reordered',
  'lost-before',
  'duplicate-sack',
  'retransmission',
  'spurious',
] as const;
export type SequenceKind = (typeof SEQUENCE_KINDS)[number];

/** The part that is shown, and how fine. */
export interface SequenceQuery {
  /** Flow of the run whose data it is about. */
  readonly flow: number;
  readonly fromUs: number;
  readonly toUs: number;
  /** Bytes at the lower and the upper edge; null: as the answer needs them. */
  readonly low: number | null;
  readonly high: number | null;
  /** Pixels, 1 … 16384. */
  readonly width: number;
  readonly height: number;
}

/** Spans of one kind: in a column of pixels, from one byte to another. Those that touch are one. */
export interface SequenceSpans {
  readonly kind: SequenceKind;
  /** Of the first of each, µs. */
  readonly timeUs: Float64Array;
  readonly from: Float64Array;
  readonly to: Float64Array;
  /** How many packets each stands for. */
  readonly count: Float64Array;
}

export interface SequenceAnswer {
  readonly low: number;
  readonly high: number;
  /** Those there are, in the order of `SEQUENCE_KINDS`. */
  readonly spans: readonly SequenceSpans[];
}

/** One packet of the graph. */
export interface SequencePacket {
  /** Its place among all of the direction. */
  readonly index: number;
  readonly timeUs: number;
  readonly kind: SequenceKind;
  readonly from: number;
  readonly to: number;
}

/** Who has the packets of a run's flows. */
export interface SequenceSource {
  /** Flows with packets. */
  readonly flows: readonly number[];
  spans(query: SequenceQuery): SequenceAnswer;
  /** The packet nearest to a point of what a query shows, within `reach` pixels. */
  nearest(query: SequenceQuery, x: number, y: number, reach: number): SequencePacket | null;
  /** Packets between two instants, at most `limit` of them; `kinds` empty means all. */
  packets(
    flow: number,
    fromUs: number,
    toUs: number,
    limit: number,
    kinds?: readonly SequenceKind[],
  ): readonly SequencePacket[];
  /** The receiver's window and what is in flight, bytes: what was least and most in each of so many columns. */
  windows(
    flow: number,
    fromUs: number,
    toUs: number,
    width: number,
  ): { readonly windows: SequenceSpans; readonly flights: SequenceSpans };
  /** How many of each kind there are between two instants. */
  counts(flow: number, fromUs: number, toUs: number): Readonly<Partial<Record<SequenceKind, number>>>;
}

const KIND = Object.fromEntries(SEQUENCE_KINDS.map((kind, code) => [kind, code])) as Readonly<
  Record<SequenceKind, number>
>;

const OF_MARK = new Map<number, SequenceKind>([
  [MARK_KIND.DATA, 'data'],
  [MARK_KIND.RETRANSMISSION, 'retransmission'],
  [MARK_KIND.REORDERED, 'reordered'],
  [MARK_KIND.UPSTREAM, 'lost-before'],
  [MARK_KIND.SACK, 'sack'],
  [MARK_KIND.DSACK, 'duplicate-sack'],
  [MARK_KIND.GAP, 'gap'],
  [MARK_KIND.IN_FLIGHT, 'in-flight'],
  [MARK_KIND.ACK, 'ack'],
]);

/** The graphs of a connection's directions, 0 forward and 1 backward, out of its marks. */
export function sequenceSource(marks: ConnectionMarks): SequenceSource {
  const sides = [0, 1].map((side) => directionOf(marks, side));
  const of = (flow: number): Direction => sides[flow] ?? sides[0]!;
  return {
    flows: [0, 1].filter((side) => sides[side]!.kind.some((kind) => kind === KIND.data)),
    spans: (query) => spansOf(of(query.flow), query),
    nearest: (query, x, y, reach) => nearestOf(of(query.flow), query, { x, y, reach }),
    packets: (flow, fromUs, toUs, limit, kinds = []) => {
      const direction = of(flow);
      const wanted = new Set(
        (kinds.length > 0 ? kinds : SEQUENCE_KINDS.filter((kind) => kind !== 'window' && kind !== 'in-flight')).map(
          (kind) => KIND[kind],
        ),
      );
      const found: SequencePacket[] = [];
      for (
        let i = firstAt(direction.timeUs, fromUs);
        i < direction.length && direction.timeUs[i]! <= toUs && found.length < limit;
        i += 1
      )
        if (wanted.has(direction.kind[i]!)) found.push(packetAt(direction, i));
      return found;
    },
    windows: (flow, fromUs, toUs, width) => windowsOf(of(flow), { fromUs, toUs, width }),
    counts(flow, fromUs, toUs) {
      const direction = of(flow);
      const counts: Partial<Record<SequenceKind, number>> = {};
      blocksOf(direction).walk(firstAt(direction.timeUs, fromUs), toUs, ANYWHERE, (_, code, _from, _to, count) => {
        const kind = SEQUENCE_KINDS[code]!;
        counts[kind] = (counts[kind] ?? 0) + count;
      });
      return counts;
    },
  };
}

/** Blocks of each direction, built with its first picture. */
const built = new WeakMap<Direction, SequenceBlocks>();

function blocksOf(direction: Direction): SequenceBlocks {
  const known = built.get(direction);
  if (known) return known;
  const blocks = new SequenceBlocks(direction, SEQUENCE_KINDS.length, (kind) => LINES.has(kind));
  built.set(direction, blocks);
  return blocks;
}

const ANYWHERE = (): number => 0;

/** What a direction's marks are as a graph: an ACK is two, of the byte it acknowledges and of the window's edge. */
function directionOf(marks: ConnectionMarks, side: number): Direction {
  let length = 0;
  for (let i = 0; i < marks.length; i += 1)
    if (marks.direction[i] === side && OF_MARK.has(marks.kind[i]!)) length += marks.kind[i] === MARK_KIND.ACK ? 2 : 1;
  const graph = {
    length,
    timeUs: new Float64Array(length),
    from: new Float64Array(length),
    to: new Float64Array(length),
    kind: new Uint8Array(length),
  };
  let at = 0;
  const put = (timeUs: number, from: number, to: number, kind: SequenceKind): void => {
    graph.timeUs[at] = timeUs;
    graph.from[at] = from;
    graph.to[at] = to;
    graph.kind[at] = KIND[kind];
    at += 1;
  };
  /** Where retransmissions stand by their first byte: one that the receiver had already is told by its D-SACK (RFC 2883). */
  const resent = new Map<number, number>();
  let [acked, edge] = [Number.NaN, Number.NaN];
  for (let i = 0; i < marks.length; i += 1) {
    if (marks.direction[i] !== side) continue;
    const kind = OF_MARK.get(marks.kind[i]!);
    if (!kind) continue;
    const [timeUs, a, b] = [marks.timeUs[i]!, marks.a[i]!, marks.b[i]!];
    if (kind === 'ack') {
      // The same once more and no other window: a duplicate (RFC 5681).
      put(timeUs, a, a, a === acked && b === edge ? 'duplicate-ack' : 'ack');
      put(timeUs, b, b, 'window');
      [acked, edge] = [a, b];
      continue;
    }
    if (kind === 'retransmission') resent.set(a, at);
    if (kind === 'duplicate-sack') {
      const spurious = resent.get(a);
      if (spurious !== undefined) graph.kind[spurious] = KIND.spurious;
    }
    put(timeUs, a, kind === 'in-flight' ? a : b, kind);
  }
  return graph;
}

/** Kinds that are values over time, of which a column needs the least and the greatest, in one span each. */
const LINES = new Set<number>([KIND.ack, KIND.window, KIND['in-flight']]);
const IS_LINE = SEQUENCE_KINDS.map((_, kind) => LINES.has(kind));

function spansOf(direction: Direction, query: SequenceQuery): SequenceAnswer {
  const { fromUs, toUs } = query;
  const width = Math.min(16384, Math.max(1, Math.floor(query.width)));
  const [low, high] = edgesOf(direction, query);
  const perUs = width / Math.max(toUs - fromUs, 1e-9);
  /** Bytes of a pixel: what is nearer than that is drawn as one. */
  const touch = (high - low) / Math.max(1, query.height);
  const building = SEQUENCE_KINDS.map(() => ({
    column: -1,
    timeUs: [] as number[],
    from: [] as number[],
    to: [] as number[],
    count: [] as number[],
  }));
  // A line comes in from the last value before, and goes on to the first after.
  const first = lineStart(direction, firstAt(direction.timeUs, fromUs));
  const columnOf = (us: number): number => Math.floor((us - fromUs) * perUs);
  blocksOf(direction).walk(first, toUs, columnOf, (timeUs, kind, from, to, count) => {
    const isLine = IS_LINE[kind]!;
    if (timeUs < fromUs ? kind !== KIND.ack && kind !== KIND.window : !isLine && (to < low || from > high)) return;
    const spans = building[kind]!;
    const column = columnOf(timeUs);
    const last = spans.from.length - 1;
    const joins =
      column === spans.column && (isLine || (from <= spans.to[last]! + touch && to >= spans.from[last]! - touch));
    if (joins) {
      if (from < spans.from[last]!) spans.from[last] = from;
      if (to > spans.to[last]!) spans.to[last] = to;
      spans.count[last]! += count;
      return;
    }
    spans.column = column;
    spans.timeUs.push(timeUs);
    spans.from.push(from);
    spans.to.push(to);
    spans.count.push(count);
  });
  return {
    ...{ low, high },
    spans: building.flatMap(({ timeUs, from, to, count }, code): SequenceSpans[] =>
      timeUs.length === 0
        ? []
        : [
            {
              kind: SEQUENCE_KINDS[code]!,
              timeUs: Float64Array.from(timeUs),
              from: Float64Array.from(from),
              to: Float64Array.from(to),
              count: Float64Array.from(count),
            },
          ],
    ),
  };
}

/** Where the lines that reach into what is shown were last said, as far back as is looked. */
function lineStart({ kind }: Direction, first: number): number {
  let [ack, window] = [false, false];
  for (let i = first - 1; i >= Math.max(0, first - MOST_LOOKED_AT); i -= 1) {
    ack ||= kind[i] === KIND.ack;
    window ||= kind[i] === KIND.window;
    if (ack && window) return i;
  }
  return first;
}

function windowsOf(direction: Direction, { fromUs, toUs, width }: Pick<SequenceQuery, 'fromUs' | 'toUs' | 'width'>) {
  const perUs = Math.max(1, width) / Math.max(toUs - fromUs, 1e-9);
  const rows = [0, 1].map(() => ({
    timeUs: [] as number[],
    from: [] as number[],
    to: [] as number[],
    count: [] as number[],
  }));
  const put = (row: 0 | 1, timeUs: number, bytes: number): void => {
    const { timeUs: times, from, to, count } = rows[row]!;
    const last = times.length - 1;
    if (last >= 0 && Math.floor((timeUs - fromUs) * perUs) === Math.floor((times[last]! - fromUs) * perUs)) {
      from[last] = Math.min(from[last]!, bytes);
      to[last] = Math.max(to[last]!, bytes);
      count[last]! += 1;
      return;
    }
    times.push(timeUs);
    from.push(bytes);
    to.push(bytes);
    count.push(1);
  };
  // The acknowledgement stands before the edge of its window.
  let acked = 0;
  for (
    let i = Math.max(0, firstAt(direction.timeUs, fromUs) - 4);
    i < direction.length && direction.timeUs[i]! <= toUs;
    i += 1
  ) {
    const kind = direction.kind[i];
    if (kind === KIND.ack || kind === KIND['duplicate-ack']) acked = direction.from[i]!;
    else if (kind === KIND.window) put(0, direction.timeUs[i]!, direction.to[i]! - acked);
    else if (kind === KIND['in-flight']) put(1, direction.timeUs[i]!, direction.from[i]!);
  }
  const spans = (row: 0 | 1, kind: SequenceKind): SequenceSpans => {
    const { timeUs, from, to, count } = rows[row]!;
    return {
      kind,
      ...{ timeUs: Float64Array.from(timeUs), from: Float64Array.from(from) },
      ...{ to: Float64Array.from(to), count: Float64Array.from(count) },
    };
  };
  return { windows: spans(0, 'window'), flights: spans(1, 'in-flight') };
}

/** As asked for, or so that data and ACKs fill the height; a window far above them would press them flat. */
function edgesOf(direction: Direction, { fromUs, toUs, low, high }: SequenceQuery): [number, number] {
  if (low !== null && high !== null) return [low, high];
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  blocksOf(direction).walk(firstAt(direction.timeUs, fromUs), toUs, ANYWHERE, (_, kind, from, to) => {
    if (kind === KIND.window || kind === KIND['in-flight']) return;
    if (from < least) least = from;
    if (to > most) most = to;
  });
  if (!(most >= least)) return [0, 1];
  const room = Math.max(1, (most - least) * 0.04);
  return [least - room, most + room];
}

/** Packets looked at for a pointer, at most. */
const MOST_LOOKED_AT = 100_000;

function nearestOf(
  direction: Direction,
  query: SequenceQuery,
  point: { readonly x: number; readonly y: number; readonly reach: number },
): SequencePacket | null {
  const [low, high] = edgesOf(direction, query);
  const perUs = query.width / Math.max(query.toUs - query.fromUs, 1e-9);
  const perByte = query.height / Math.max(high - low, 1e-9);
  const us = query.fromUs + point.x / perUs;
  const reachUs = point.reach / perUs;
  let [best, found] = [point.reach, -1];
  let looked = 0;
  for (
    let i = firstAt(direction.timeUs, us - reachUs);
    i < direction.length && direction.timeUs[i]! <= us + reachUs;
    i += 1
  ) {
    looked += 1;
    if (looked > MOST_LOOKED_AT) break;
    if (direction.kind[i] === KIND['in-flight']) continue;
    const dx = Math.abs((direction.timeUs[i]! - query.fromUs) * perUs - point.x);
    const bottom = (high - direction.from[i]!) * perByte;
    const top = (high - direction.to[i]!) * perByte;
    const dy = Math.max(0, top - point.y, point.y - bottom);
    const distance = Math.hypot(dx, dy);
    // What matters more wins where both are as near.
    if (distance < best || (distance === best && found >= 0 && direction.kind[i]! > direction.kind[found]!))
      [best, found] = [distance, i];
  }
  return found < 0 ? null : packetAt(direction, found);
}

function packetAt({ timeUs, from, to, kind }: Direction, index: number): SequencePacket {
  return { index, timeUs: timeUs[index]!, kind: SEQUENCE_KINDS[kind[index]!]!, from: from[index]!, to: to[index]! };
}

/** Index of the first at or after `us`. */
function firstAt(timeUs: Float64Array, us: number): number {
  let [from, to] = [0, timeUs.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (timeUs[middle]! < us) from = middle + 1;
    else to = middle;
  }
  return from;
}
