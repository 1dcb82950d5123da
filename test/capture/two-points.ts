import { type CaptureComparison, type CompareOptions, compareCaptures, openCapture } from '../../src/capture/index.js';
import { type Bytes, ethernet, ipv4, type Packet, pcap, type Tcp, tcp } from './build.js';

/** A packet on a path between two points, and what happens to it there. */
export interface Crossing {
  /** When it passes the first point, µs. */
  readonly us: number;
  readonly toB: boolean;
  readonly of: Tcp;
  /** µs from point to point; undefined where it is lost. */
  readonly delayUs: number | undefined;
}

/** How a point sees packets. */
export interface View {
  /** Its clock: µs to what it says. */
  readonly clock?: (us: number) => number;
  readonly wrap?: (packet: Tcp) => Bytes;
  readonly keep?: (crossing: Crossing, index: number) => boolean;
  readonly snap?: number;
}

export function bytesOf(of: Tcp, ttl = 64): Bytes {
  const ends = { src: of.src ?? '10.0.0.1', dst: of.dst ?? '10.0.0.2' };
  const bytes = ipv4(6, tcp(of), { ...ends, id: of.ipId ?? 0 });
  bytes[8] = ttl;
  return bytes;
}

export const plainFrame = (of: Tcp): Bytes => ethernet(0x0800, bytesOf(of));

/** What A and B capture of it. */
export function twoCaptures(crossings: readonly Crossing[], a: View = {}, b: View = {}): readonly [Bytes, Bytes] {
  const seen = (view: View, atB: boolean): Bytes => {
    const packets: Packet[] = [];
    for (const [index, crossing] of crossings.entries()) {
      const first = crossing.toB !== atB;
      if (!first && crossing.delayUs === undefined) continue;
      if (view.keep && !view.keep(crossing, index)) continue;
      const us = first ? crossing.us : crossing.us + crossing.delayUs!;
      packets.push({ us: (view.clock ?? ((t) => t))(us), bytes: (view.wrap ?? plainFrame)(crossing.of) });
    }
    packets.sort((left, right) => left.us - right.us);
    return pcap(packets, { nano: true, ...(view.snap ? { snap: view.snap } : {}) });
  };
  return [seen(a, false), seen(b, true)];
}

export async function compareBytes(
  [a, b]: readonly [Bytes, Bytes],
  options: CompareOptions = {},
): Promise<CaptureComparison> {
  return compareCaptures(await openCapture(a), await openCapture(b), options);
}

/** Options of a path. */
export interface PathShape {
  readonly segments: number;
  readonly everyUs: number;
  readonly delayUs: (index: number) => number;
  readonly backDelayUs?: (index: number) => number;
  /** The segments lost at first; each is sent again 205 ms later. */
  readonly lost?: ReadonlySet<number>;
  readonly ids?: boolean;
  readonly timestamps?: boolean;
}

/** A bulk transfer from the side of A, every segment acknowledged as it arrives. */
export function transfer({
  segments,
  everyUs,
  delayUs,
  backDelayUs = delayUs,
  lost,
  ids = true,
  timestamps,
}: PathShape): Crossing[] {
  const crossings: Crossing[] = [];
  let id = 0;
  const stamp = (us: number): Tcp => (timestamps ? { ts: [Math.floor(us / 1000), 7] } : {});
  const send = (us: number, index: number, arrives: boolean): void => {
    id += 1;
    const of: Tcp = {
      seq: 1 + index * 1000,
      ack: 900,
      length: 1000,
      ...(ids ? { ipId: id & 0xffff } : {}),
      ...stamp(us),
    };
    crossings.push({ us, toB: true, of, delayUs: arrives ? delayUs(index) : undefined });
    if (!arrives) return;
    const at = us + delayUs(index) + 30;
    const ack: Tcp = {
      ...{ src: '10.0.0.2', dst: '10.0.0.1', srcPort: 80, dstPort: 1000, seq: 900, ack: 1 + (index + 1) * 1000 },
      ...(ids ? { ipId: (id + 30_000) & 0xffff } : {}),
      ...stamp(at),
    };
    crossings.push({ us: at, toB: false, of: ack, delayUs: backDelayUs(index) });
  };
  for (let index = 0; index < segments; index += 1) {
    const us = 1000 + index * everyUs;
    send(us, index, !lost?.has(index));
    if (lost?.has(index)) send(us + 205_000, index, true);
  }
  return crossings.sort((left, right) => left.us - right.us);
}
