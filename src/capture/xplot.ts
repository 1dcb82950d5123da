import { MARK } from '../generated/capture.js';
import type { ConnectionMarks } from './marks.js';
import type { ConnectionSeries } from './series.js';

/** What a graph shows: sequence numbers over time, round-trip times, bytes in flight. */
export type XplotKind = 'tsg' | 'rtt' | 'owin';

/** One graph as a file that xplot draws. */
export interface XplotGraph {
  readonly kind: XplotKind;
  readonly direction: 'forward' | 'backward';
  /** Marks it draws; a graph without any is not given. */
  readonly marks: number;
  /** The file's text in pieces, to be written one after the other. */
  text(): Generator<string>;
}

/** How a kind of mark is drawn. Colours are tcptrace's where it has the kind. */
interface Drawing {
  readonly colour: string;
  readonly draw: (time: string, from: number, to: number) => string;
}

const dot = (time: string, value: number): string => `dot ${time} ${value}\n`;
const line = (time: string, from: number, to: number): string => `line ${time} ${from} ${time} ${to}\n`;
const segment = (time: string, from: number, to: number): string =>
  `${line(time, from, to)}darrow ${time} ${from}\nuarrow ${time} ${to}\n`;
const lettered =
  (letter: string) =>
  (time: string, from: number, to: number): string =>
    `${segment(time, from, to)}atext ${time} ${to}\n${letter}\n`;

const SEQUENCE = new Map<number, Drawing>([
  [MARK.DATA, { colour: 'white', draw: segment }],
  [MARK.RETRANSMISSION, { colour: 'red', draw: lettered('R') }],
  [MARK.UPSTREAM, { colour: 'magenta', draw: lettered('L') }],
  [MARK.REORDERED, { colour: 'pink', draw: lettered('O') }],
  [MARK.SACK, { colour: 'purple', draw: lettered('S') }],
  [MARK.DSACK, { colour: 'blue', draw: lettered('D') }],
  [MARK.GAP, { colour: 'orange', draw: lettered('G') }],
]);

const Y_LABEL: Readonly<Record<XplotKind, string>> = {
  tsg: 'sequence number',
  rtt: 'rtt (ms)',
  owin: 'bytes in flight',
};
const TITLE: Readonly<Record<XplotKind, string>> = {
  tsg: 'time sequence graph',
  rtt: 'round-trip times',
  owin: 'in flight',
};

/** Lines of text that are handed out together. */
const PIECE_BYTES = 1 << 16;

/**
 * The graphs of a connection as files for xplot (and jPlot, xplot.org), as `tcptrace -G` writes them: of each direction with data the
 * sequence graph, the round-trip times and the bytes in flight. Times are seconds since the capture's first packet,
 * sequence numbers bytes since the direction's first. Give it series that were read with `marks: true`; without marks
 * there are no graphs.
 *
 * @example
 * ```ts
 * // A pcap header and nothing after it; usually the bytes come from a file.
 * const bytes = new Uint8Array(24);
 * new DataView(bytes.buffer).setUint32(0, 0xa1b2c3d4, true);
 * new DataView(bytes.buffer).setUint32(20, 1, true);
 * const capture = await openCapture(bytes);
 * for (const { number } of (await capture.analyse()).connections)
 *   for (const graph of xplotGraphs(await capture.series({ connection: number, marks: true })))
 *     console.log(`flow${number}-${graph.direction}-${graph.kind}.xpl`, [...graph.text()].join('').length);
 * ```
 */
export function xplotGraphs({ connection: c, marks }: Pick<ConnectionSeries, 'connection' | 'marks'>): XplotGraph[] {
  if (!marks) return [];
  return (['forward', 'backward'] as const).flatMap((direction, side) => {
    if (c[direction].dataBytes === 0) return [];
    const [from, to] = [`${c.src}:${c.srcPort}`, `${c.dst}:${c.dstPort}`];
    const ends = side === 0 ? `${from}_==>_${to}` : `${to}_==>_${from}`;
    return (['tsg', 'rtt', 'owin'] as const)
      .map((kind) => ({
        kind,
        direction,
        marks: count(marks, kind, side),
        text: () => write(marks, kind, side, `${ends} (${TITLE[kind]})`),
      }))
      .filter((graph) => graph.marks > 0);
  });
}

function count(marks: ConnectionMarks, kind: XplotKind, side: number): number {
  let found = 0;
  for (let i = 0; i < marks.length; i += 1) if (marks.direction[i] === side && isOf(kind, marks.kind[i]!)) found += 1;
  return found;
}

function isOf(kind: XplotKind, mark: number): boolean {
  if (kind === 'tsg') return mark === MARK.ACK || SEQUENCE.has(mark);
  return mark === (kind === 'rtt' ? MARK.RTT : MARK.IN_FLIGHT);
}

function* write(marks: ConnectionMarks, kind: XplotKind, side: number, title: string): Generator<string> {
  let piece = `timeval double\ntitle\n${title}\nxlabel\ntime\nylabel\n${Y_LABEL[kind]}\n`;
  for (const part of drawn(marks, kind, side)) {
    piece += part;
    if (piece.length < PIECE_BYTES) continue;
    yield piece;
    piece = '';
  }
  yield `${piece}go\n`;
}

function* drawn(marks: ConnectionMarks, kind: XplotKind, side: number): Generator<string> {
  let colour = '';
  const paint = (next: string): string => {
    if (next === colour) return '';
    colour = next;
    return `${next}\n`;
  };
  const [acked, edge] = [stairs(), stairs()];
  for (let i = 0; i < marks.length; i += 1) {
    const mark = marks.kind[i]!;
    if (marks.direction[i] !== side || !isOf(kind, mark)) continue;
    const time = (marks.timeUs[i]! / 1e6).toFixed(6);
    const [a, b] = [marks.a[i]!, marks.b[i]!];
    if (kind === 'rtt') yield paint('red') + dot(time, a / 1000);
    else if (kind === 'owin') yield paint('red') + dot(time, a);
    else if (mark === MARK.ACK) yield paint('green') + acked(time, a) + paint('yellow') + edge(time, b);
    else {
      const { colour: own, draw } = SEQUENCE.get(mark)!;
      yield paint(own) + draw(time, a, b);
    }
  }
}

/** A line that holds its value until the next time. */
function stairs(): (time: string, value: number) => string {
  let last: readonly [string, number] | undefined;
  return (time, value) => {
    const before = last;
    last = [time, value];
    if (!before) return '';
    const [since, held] = before;
    return `line ${since} ${held} ${time} ${held}\n${held === value ? '' : line(time, held, value)}`;
  };
}
