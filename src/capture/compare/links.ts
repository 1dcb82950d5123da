import { ANCHOR_COLUMNS, ANCHOR_COLUMN as at } from '../../generated/capture.js';

// Firewalls draw initial sequence numbers anew, load balancers and gateways change addresses, ports and timestamps, cards
// and clamps cut and join segments. What they leave is the payload. Each one that was seen once at either point says by how
// much SEQ and ACK of its connection differ between the points; those of one connection must agree.

/** What one connection of B is at A, from a time on. */
export interface Link {
  /** Upper bits of the hashes of the connection at A and at B. */
  readonly a: number;
  readonly b: number;
  /** By B's clock, µs since its first packet. */
  readonly fromUs: number;
  /** SEQ at B minus SEQ at A, modulo 2^32, of packets of A's orientation 0 and 1. */
  readonly deltas: readonly [number, number];
  /** A's orientation 0 is 1 at B. */
  readonly flipped: boolean;
  /** Where segments are cut differently at the points: every so manyth byte is compared. 0 where they are not. */
  readonly grid: number;
}

/** What the first look tells of boxes between the points. */
export interface Links {
  readonly links: readonly Link[];
  /** Connections whose numbers differ, and those whose segments do. */
  readonly rewritten: number;
  readonly resegmented: number;
  /** Of any of them addresses or ports differ. */
  readonly translated: boolean;
}

const ROW = ANCHOR_COLUMNS.length;
/** Changes within one connection that are followed. */
const EPOCHS = 64;
/** Of the anchors of a connection, so many must say the same as the one most of them say. */
const AGREED_SHARE = 1 / 20;
/** So many of its segments cut differently say that a box does. */
const RECUT_SHARE = 1 / 10;
/** A segment cut anew when it is sent again is none of a box. */
const RECUT_LEAST = 2;
const LEAST_GRID = 64;
const MOST_GRID = 32_768;
/** The bytes of one packet that are compared; the module takes no more than twice as many. */
const MOST_PARTS = 128;

interface Cluster {
  readonly a: number;
  readonly b: number;
  readonly flipped: boolean;
  readonly deltas: [number | undefined, number | undefined];
  count: number;
  firstUs: number;
  lastUs: number;
  /** Lengths at A and B of its payloads. */
  readonly lengths: Array<readonly [number, number]>;
}

/** Reads the rows of anchors, of spec/capture.json; `largest` are the largest payloads at A and at B. */
export function readLinks(rows: Float64Array, largest: readonly [number, number]): Links {
  const byConnection = new Map<number, Cluster[]>();
  for (const cluster of clusters(rows)) {
    const others = byConnection.get(cluster.b);
    if (others) others.push(cluster);
    else byConnection.set(cluster.b, [cluster]);
  }
  const links: Link[] = [];
  let rewritten = 0;
  let resegmented = 0;
  let translated = false;
  for (const all of byConnection.values()) {
    const epochs = believed(all);
    const { length } = links;
    let lastUs = Number.NEGATIVE_INFINITY;
    for (const epoch of epochs) {
      const { a, b, flipped } = epoch;
      const fromUs = Number.isFinite(lastUs) ? (lastUs + epoch.firstUs) / 2 : lastUs;
      lastUs = epoch.lastUs;
      const deltas = [epoch.deltas[0] ?? 0, epoch.deltas[1] ?? 0] as const;
      links.push({ a, b, fromUs, deltas, flipped, grid: gridOf(epoch, largest) });
      translated ||= a !== b;
    }
    const own = links.slice(length);
    const grids = own.map(({ grid }) => grid).filter((grid) => grid > 0);
    // One for all of them: which time a packet of A falls in is not known yet.
    for (let i = length; grids.length && i < links.length; i += 1) {
      links[i] = { ...links[i]!, grid: Math.min(...grids) };
    }
    if (own.some(({ deltas }) => deltas[0] !== 0 || deltas[1] !== 0)) rewritten += 1;
    if (own.some(({ grid }) => grid > 0)) resegmented += 1;
  }
  return { links, rewritten, resegmented, translated };
}

function clusters(rows: Float64Array): Cluster[] {
  const found = new Map<string, Cluster>();
  // Anchors that know one number alone, a SYN's: they join those that know both.
  const partial: Cluster[] = [];
  for (let row = 0; row < rows.length; row += ROW) {
    const cell = (column: number): number => rows[row + column]!;
    const orientation = cell(at.orientationA) ? 1 : 0;
    const seq = (cell(at.seqB) - cell(at.seqA)) >>> 0;
    const ack = cell(at.ackB) - cell(at.ackA);
    const deltas: [number | undefined, number | undefined] = [undefined, undefined];
    deltas[orientation] = seq;
    if (!Number.isNaN(ack)) deltas[1 - orientation] = ack >>> 0;
    const flipped = cell(at.orientationA) !== cell(at.orientationB);
    const us = cell(at.bUs);
    const own: Cluster = {
      a: cell(at.connectionA),
      b: cell(at.connectionB),
      flipped,
      deltas,
      count: 1,
      firstUs: us,
      lastUs: us,
      lengths: cell(at.lengthA) > 0 ? [[cell(at.lengthA), cell(at.lengthB)]] : [],
    };
    if (Number.isNaN(ack)) {
      partial.push(own);
      continue;
    }
    const key = `${own.a},${own.b},${flipped},${deltas}`;
    const known = found.get(key);
    if (known) merge(known, own);
    else found.set(key, own);
  }
  const half = ({ a, b, flipped, deltas }: Cluster, i: number): string => `${a},${b},${flipped},${i},${deltas[i]}`;
  const byHalf = new Map<string, Cluster>();
  for (const cluster of found.values()) for (const i of [0, 1]) byHalf.set(half(cluster, i), cluster);
  const alone: Cluster[] = [];
  for (const own of partial) {
    const known = byHalf.get(half(own, own.deltas[0] === undefined ? 1 : 0));
    if (known) merge(known, own);
    else alone.push(own);
  }
  return [...found.values(), ...alone];
}

function merge(known: Cluster, own: Cluster): void {
  known.count += own.count;
  known.firstUs = Math.min(known.firstUs, own.firstUs);
  known.lastUs = Math.max(known.lastUs, own.lastUs);
  known.lengths.push(...own.lengths);
}

// Of what was said of one connection of B, what is more than an accident, in the order of time.
function believed(all: readonly Cluster[]): Cluster[] {
  const most = Math.max(...all.map(({ count }) => count));
  // Between other hosts the same bytes, once at each point, may be of two connections.
  const least = (of: Cluster): number => Math.max(most * AGREED_SHARE, most > 1 || of.a !== of.b ? 2 : 1);
  return all
    .filter((of) => of.count >= least(of))
    .sort((l, r) => r.count - l.count)
    .slice(0, EPOCHS)
    .sort((l, r) => l.firstUs - r.firstUs);
}

function gridOf({ lengths }: Cluster, largest: readonly [number, number]): number {
  const recut = lengths.filter(([a, b]) => a !== b && !isWhole(Math.max(a, b), Math.min(a, b), largest[a < b ? 0 : 1]));
  if (recut.length < RECUT_LEAST || recut.length < lengths.length * RECUT_SHARE) return 0;
  const finer = lengths.map(([a, b]) => Math.min(a, b)).sort((l, r) => l - r);
  // Nearly each of them holds one of the bytes.
  const small = finer[finer.length >> 4]!;
  const grid = Math.max(LEAST_GRID, Math.max(...largest) / MOST_PARTS, small);
  return Math.min(MOST_GRID, 2 ** Math.floor(Math.log2(grid)));
}

// A card cuts at the size of a segment, and joins whole ones: that is read as segments. 1460 bytes cut at 1360 are not.
function isWhole(large: number, small: number, segment: number): boolean {
  return small === segment && (large % segment === 0 || large >= 2 * segment);
}
