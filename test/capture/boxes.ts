// A path with a box on it that rewrites what passes, and what is true of it.
import { type Bytes, ethernet, ipv4, type Packet, pcap, type Tcp, tcp } from './build.js';

/** A number below `bound`, the next of a sequence that a seed begins. */
export type Draw = (bound: number) => number;

export function drawFrom(seed: number): Draw {
  let state = seed >>> 0 || 1;
  return (bound) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state % bound;
  };
}

/** What the box does. */
export interface Box {
  /** To sequence numbers of the opener, of the other side; by connection. */
  readonly isn?: (connection: number) => readonly [number, number];
  /** Addresses and ports as they are behind it. */
  readonly translates?: boolean;
  /** Takes timestamps away, or adds to them. */
  readonly stamps?: 'strip' | number;
  readonly windows?: boolean;
  /** Cuts data anew at so many bytes, or joins what arrives within 100 µs up to so many. */
  readonly cut?: number;
  readonly join?: number;
}

export interface Shape {
  readonly connections: number;
  readonly segments: number;
  readonly bytes: (draw: Draw) => number;
  /** Of a hundred segments so many are lost; each is sent again 300 ms later. */
  readonly lostPercent: number;
  /** Payload: told apart by connection and place, or zeros. */
  readonly zeros?: boolean;
  /** Without the handshakes. */
  readonly midway?: boolean;
  readonly stamps?: boolean;
  readonly delayUs: (draw: Draw) => number;
}

interface Segment {
  readonly us: number;
  readonly delayUs: number;
  readonly lost: boolean;
  readonly connection: number;
  /** From the side of A. */
  readonly forward: boolean;
  readonly of: Tcp;
}

export interface Passage {
  readonly a: Bytes;
  readonly b: Bytes;
  /** Of the way from A. */
  readonly lost: number;
  readonly lostBytes: number;
  readonly arrived: number;
  readonly back: number;
  /** As they are on the way from A: in order of leaving. */
  readonly delaysUs: readonly number[];
}

const BACK_US = 15_000;

/** Bulk transfers from A through `box` to B. The clock of B is 3.7 s ahead and 50 ppm fast. */
export function throughBox(box: Box, shape: Shape, draw: Draw): Passage {
  const segments = conversation(shape, draw);
  const a: Packet[] = [];
  const b: Packet[] = [];
  const clock = (us: number): number => us * (1 + 50e-6) + 3.7e6;
  for (const segment of segments) {
    const here = { us: segment.forward ? segment.us : segment.us + segment.delayUs, bytes: frameOf(segment, shape) };
    if (segment.forward || !segment.lost) a.push(here);
  }
  const there = segments.filter(({ forward, lost }) => !forward || !lost);
  const times = (of: Segment): number => (of.forward ? of.us + of.delayUs : of.us);
  there.sort((l, r) => times(l) - times(r));
  for (const segment of recut(box, there, times)) {
    b.push({ us: clock(times(segment)), bytes: frameOf(rewritten(box, segment), shape, box, segment) });
  }
  const order = (l: Packet, r: Packet): number => l.us - r.us;
  const forward = segments.filter((of) => of.forward);
  const lost = forward.filter((of) => of.lost);
  return {
    a: pcap(a.sort(order), { nano: true }),
    b: pcap(b.sort(order), { nano: true }),
    lost: lost.length,
    lostBytes: lost.reduce((sum, { of }) => sum + (of.length ?? 0), 0),
    arrived: forward.length - lost.length,
    back: segments.length - forward.length,
    delaysUs: forward.filter((of) => !of.lost).map(({ delayUs }) => delayUs),
  };
}

function conversation(shape: Shape, draw: Draw): Segment[] {
  const all: Segment[] = [];
  for (let connection = 0; connection < shape.connections; connection += 1) {
    const start = 1000 + connection * 7777;
    const isn = [draw(2 ** 32), draw(2 ** 32)] as const;
    const stamp = (us: number): Tcp => (shape.stamps ? { ts: [Math.floor(us / 1000), 9] } : {});
    const put = (us: number, forward: boolean, lost: boolean, of: Tcp): number => {
      const delayUs = forward ? shape.delayUs(draw) : BACK_US;
      all.push({ us, forward, lost, connection, delayUs, of: { ...of, ...stamp(us) } });
      return us + delayUs;
    };
    const at = (from: number, offset: number): number => (from + offset) >>> 0;
    if (!shape.midway) {
      const opened = put(start, true, false, { seq: isn[0], flags: 'S' });
      const answered = put(opened + 20, false, false, { seq: isn[1], ack: at(isn[0], 1), flags: 'SA' });
      put(answered + 20, true, false, { seq: at(isn[0], 1), ack: at(isn[1], 1) });
    }
    let offset = 1;
    for (let i = 0; i < shape.segments; i += 1) {
      const us = start + 100_000 + i * 2000 + draw(300);
      const length = shape.bytes(draw);
      const lost = draw(100) < shape.lostPercent;
      const of: Tcp = { seq: at(isn[0], offset), ack: at(isn[1], 1), length, flags: 'A' };
      let arrived = put(us, true, lost, of);
      if (lost) arrived = put(us + 300_000 + draw(500), true, false, of);
      put(arrived + 30, false, false, { seq: at(isn[1], 1), ack: at(isn[0], offset + length) });
      offset += length;
    }
  }
  return all.sort((l, r) => l.us - r.us);
}

function rewritten(box: Box, segment: Segment): Segment {
  const { of, forward, connection } = segment;
  const deltas = box.isn?.(connection) ?? [0, 0];
  const [seqBy, ackBy] = forward ? deltas : [deltas[1], deltas[0]];
  const changed: Tcp = {
    ...of,
    seq: ((of.seq ?? 0) + seqBy) >>> 0,
    ...(of.ack === undefined ? {} : { ack: (of.ack + ackBy) >>> 0 }),
    ...(box.windows ? { window: 4321 + ((of.ack ?? 0) & 255) } : {}),
    ...(typeof box.stamps === 'number' && of.ts ? { ts: [(of.ts[0] + box.stamps) >>> 0, of.ts[1]] as const } : {}),
  };
  if (box.stamps !== 'strip') return { ...segment, of: changed };
  const { ts: _, ...bare } = changed;
  return { ...segment, of: bare };
}

function recut(box: Box, segments: readonly Segment[], times: (of: Segment) => number): Segment[] {
  const out: Segment[] = [];
  for (const segment of segments) {
    const length = segment.of.length ?? 0;
    const at = out.map((of) => of.forward && of.connection === segment.connection).lastIndexOf(true);
    const before = out[at];
    if (
      box.join &&
      length &&
      before !== undefined &&
      (before.of.length ?? 0) > 0 &&
      before.of.seq! + before.of.length! === segment.of.seq &&
      before.of.length! + length <= box.join
    ) {
      out[at] = { ...segment, of: { ...before.of, length: before.of.length! + length } };
      continue;
    }
    if (!box.cut || length <= box.cut) {
      out.push(segment);
      continue;
    }
    for (let from = 0; from < length; from += box.cut) {
      const of = { ...segment.of, seq: (segment.of.seq! + from) >>> 0, length: Math.min(box.cut, length - from) };
      out.push({ ...segment, of });
    }
  }
  return out.sort((l, r) => times(l) - times(r));
}

/** `before` has the numbers by which the payload is told, those before the box. */
function frameOf({ of, forward, connection }: Segment, { zeros }: Shape, box?: Box, before?: Segment): Bytes {
  const inside = box?.translates
    ? { src: '203.0.113.7', srcPort: 61_000 - 3 * connection }
    : { src: '10.0.0.1', srcPort: 20_000 + connection };
  const outside = { src: '10.9.0.2', srcPort: 443 };
  const ends = forward
    ? { src: inside.src, srcPort: inside.srcPort, dst: outside.src, dstPort: outside.srcPort }
    : { src: outside.src, srcPort: outside.srcPort, dst: inside.src, dstPort: inside.srcPort };
  const segment = tcp({ ...of, srcPort: ends.srcPort, dstPort: ends.dstPort });
  const from = segment.length - (of.length ?? 0);
  const seq = before?.of.seq ?? of.seq ?? 0;
  if (!zeros) for (let i = from; i < segment.length; i += 1) segment[i] = contentAt(connection, (seq + i - from) >>> 0);
  return ethernet(0x0800, ipv4(6, segment, { src: ends.src, dst: ends.dst }));
}

function contentAt(connection: number, place: number): number {
  let mixed = Math.imul(place ^ Math.imul(connection + 1, 0x9e3779b1), 0x85ebca6b);
  mixed ^= mixed >>> 15;
  return Math.imul(mixed, 0xc2b2ae35) >>> 24;
}
