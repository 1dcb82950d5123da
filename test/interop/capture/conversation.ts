import {
  ACK,
  type Bytes,
  FIN,
  type Hosts,
  ip,
  type Segment as PortedSegment,
  PSH,
  type Record,
  SYN,
  tcp,
  u32,
} from './frames.js';

type Segment = Omit<PortedSegment, 'srcPort' | 'dstPort'>;

// TCP conversations with known faults, as a capture at the sender sees them.

const MSS = 1000;
const RTT_US = 40_000;
const CLIENT_ISN = 1_000_000;
const SERVER_ISN = 9_000_000;

export interface Conversation {
  readonly name: string;
  readonly packets: readonly { readonly timeUs: number; readonly fromClient: boolean; readonly segment: Segment }[];
  /** Data packets of the client that carry bytes sent before. */
  readonly retransmitted: number;
}

/** What befalls the client's data segments, by their index. */
interface Faults {
  /** Lost once: repaired after three duplicate ACKs. */
  readonly lost?: readonly number[];
  /** The last segment is lost and repaired by a timeout. */
  readonly tailLost?: boolean;
  /** Overtaken by the next two at the capture point. */
  readonly swapped?: readonly number[];
  readonly sack?: boolean;
}

const SEGMENTS = 40;

export const conversations: readonly Conversation[] = [
  converse('clean', {}),
  converse('fast retransmissions', { lost: [10, 25] }),
  converse('fast retransmissions with SACK', { lost: [10, 11, 25], sack: true }),
  converse('tail loss', { tailLost: true }),
  converse('reordering', { swapped: [12] }),
];

function converse(name: string, faults: Faults): Conversation {
  const { lost = [], tailLost = false, swapped = [], sack = false } = faults;
  const packets: Array<{ timeUs: number; fromClient: boolean; segment: Segment }> = [];
  const sackPermitted: Bytes = sack ? [4, 2] : [];
  const mss: Bytes = [2, 4, MSS >> 8, MSS & 255];
  const say = (timeUs: number, fromClient: boolean, part: Partial<Segment>): void => {
    packets.push({
      timeUs,
      fromClient,
      segment: { seq: 0, ack: 0, flags: ACK, window: 60_000, options: [], length: 0, ...part },
    });
  };
  const seqOf = (index: number): number => CLIENT_ISN + 1 + index * MSS;
  const serverSeq = SERVER_ISN + 1;

  say(0, true, { seq: CLIENT_ISN, flags: SYN, options: [...mss, ...sackPermitted] });
  say(RTT_US, false, { seq: SERVER_ISN, ack: CLIENT_ISN + 1, flags: SYN | ACK, options: [...mss, ...sackPermitted] });
  say(RTT_US + 20, true, { seq: CLIENT_ISN + 1, ack: serverSeq });

  // Ten segments a round; the receiver answers each at once, the capture sees answers RTT later.
  const have = new Set<number>();
  const sent = new Map<number, number>();
  let retransmitted = 0;
  let now = RTT_US + 100;
  for (let first = 0; first < SEGMENTS; first += 10) {
    const order = Array.from({ length: 10 }, (_, i) => first + i);
    for (const index of swapped.filter((one) => order.includes(one))) {
      order.splice(order.indexOf(index), 1);
      order.splice(order.indexOf(index + 2) + 1, 0, index);
    }
    const round: number[] = [];
    for (const index of order) {
      say(now, true, { seq: seqOf(index), ack: serverSeq, flags: ACK | PSH, length: MSS });
      sent.set(index, now);
      if (!(lost.includes(index) || (tailLost && index === SEGMENTS - 1))) round.push(index);
      now += 200;
    }
    for (const index of round) answer(index, sent.get(index)! + RTT_US);
    now = Math.max(now, sent.get(order[0]!)! + RTT_US + 3000);
    for (const index of order.filter((one) => lost.includes(one))) {
      retransmitted += 1;
      say(now, true, { seq: seqOf(index), ack: serverSeq, flags: ACK | PSH, length: MSS });
      answer(index, now + RTT_US);
      now += 200;
    }
    now += RTT_US + 5000;
  }
  if (tailLost) {
    now += 300_000;
    retransmitted += 1;
    say(now, true, { seq: seqOf(SEGMENTS - 1), ack: serverSeq, flags: ACK | PSH, length: MSS });
    answer(SEGMENTS - 1, now + RTT_US);
    now += RTT_US + 5000;
  }
  const end = seqOf(SEGMENTS);
  say(now, true, { seq: end, ack: serverSeq, flags: ACK | FIN });
  say(now + RTT_US, false, { seq: serverSeq, ack: end + 1, flags: ACK | FIN });
  say(now + RTT_US + 20, true, { seq: end + 1, ack: serverSeq + 1 });
  packets.sort((a, b) => a.timeUs - b.timeUs);
  return { name, packets, retransmitted };

  function answer(index: number, timeUs: number): void {
    have.add(index);
    let next = 0;
    while (have.has(next)) next += 1;
    const blocks = sack && index > next ? sackBlocks(next) : [];
    say(timeUs, false, { seq: serverSeq, ack: seqOf(next), options: blocks });
  }

  function sackBlocks(next: number): Bytes {
    const edges: number[][] = [];
    for (const index of [...have].filter((one) => one > next).sort((a, b) => a - b)) {
      const last = edges.at(-1);
      if (last && last[1] === index) last[1] = index + 1;
      else edges.push([index, index + 1]);
    }
    const blocks = edges.slice(-3);
    return [1, 1, 5, 2 + 8 * blocks.length, ...blocks.flatMap(([a, b]) => [...u32(seqOf(a!)), ...u32(seqOf(b!))])];
  }
}

/** The client's port of a conversation, by its place in the list. */
export const clientPort = (index: number): number => 40_000 + index;

/** All conversations, one after another, as IP packets between hosts 1 and 2. */
export function ipPackets(family: 4 | 6): Record[] {
  return conversations.flatMap(({ packets }, index) =>
    packets.map(({ timeUs, fromClient, segment }) => {
      const hosts: Hosts = { family, src: fromClient ? 1 : 2, dst: fromClient ? 2 : 1 };
      const ports = fromClient
        ? { srcPort: clientPort(index), dstPort: 5201 }
        : { srcPort: 5201, dstPort: clientPort(index) };
      return { timeUs: index * 5_000_000 + timeUs, frame: ip(6, tcp({ ...segment, ...ports }), hosts) };
    }),
  );
}
