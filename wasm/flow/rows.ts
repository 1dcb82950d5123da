// Finished connections as rows of float64 for the host: spec/capture.json says what stands where.
// Rows wait in a queue the host empties between steps.
import {
  COLUMNS_CONNECTION,
  COLUMNS_DIRECTION,
  ENDING_CLOSED,
  ENDING_HALF_CLOSED,
  ENDING_OPEN,
  ENDING_REFUSED,
  ENDING_RESET,
  ENDING_UNANSWERED,
} from '../generated/capture';
import { backward, Connection, forward, freeConnection } from './connection';
import { Direction, FIN_SEEN, pipeOf, RST_SEEN, SACK_PERMITTED, SYN_SEEN, TIMESTAMPS } from './direction';
import { percentile, RttStats } from './rtt';
import { liveConnections, oldestConnection, removeConnection } from './table';

const ROW: u32 = COLUMNS_CONNECTION + 2 * COLUMNS_DIRECTION;
const CAPACITY: u32 = 512;
/** Connections one packet may finish. */
const RESERVE: u32 = 64;

let rows: usize = 0;
let count: u32 = 0;
let cursor: usize = 0;
let originNs: i64 = 0;

export function setRowOrigin(ns: i64): void {
  originNs = ns;
}

export function rowsFull(): bool {
  return count + RESERVE > CAPACITY;
}

export function rowsAddress(): usize {
  return rows;
}

export function rowsCount(): u32 {
  return count;
}

export function clearRows(): void {
  count = 0;
}

/** Writes the connection's row and lets go of it. */
export function finishConnection(connection: Connection): void {
  writeRow(connection);
  removeConnection(connection);
  freeConnection(connection);
}

/** Finishes connections, oldest first, until the queue is full; false once there are none left. */
export function finishSome(): bool {
  while (liveConnections() && !rowsFull()) finishConnection(oldestConnection());
  return liveConnections() > 0;
}

function writeRow(c: Connection): void {
  if (!rows) rows = heap.alloc(<usize>CAPACITY * ROW * 8);
  if (count == CAPACITY) return;
  cursor = rows + <usize>count * ROW * 8;
  count += 1;
  const f = forward(c);
  const b = backward(c);
  put(c.id);
  put(c.family);
  address(c.src0, c.src1);
  put(c.srcPort);
  address(c.dst0, c.dst1);
  put(c.dstPort);
  put(microseconds(c.startNs));
  put(microseconds(c.lastNs));
  put(c.startedMidway);
  put(ending(f, b));
  put(c.vlan);
  put(c.encapsulations);
  put(c.interfaceId);
  direction(f);
  direction(b);
}

function direction(d: Direction): void {
  put(d.packets);
  put(<f64>d.wireBytes);
  put(d.dataPackets);
  put(<f64>d.dataBytes);
  put(<f64>d.uniqueBytes);
  put(<f64>d.ackedBytes);
  put(d.pureAcks);
  put(d.retransmittedPackets);
  put(<f64>d.retransmittedBytes);
  put(d.fast);
  put(d.timeout);
  put(d.tailProbe);
  put(d.unneeded);
  put(d.otherRetransmissions);
  put(d.duplicateFrames);
  put(d.spuriousTimestamps);
  put(d.spuriousDsack);
  put(d.timeouts);
  put(d.reordered);
  put(d.upstreamRetransmitted);
  put(d.duplicateAcks);
  put(d.tripleDuplicateAcks);
  put(d.sackPackets);
  put(d.dsackPackets);
  put(d.zeroWindows);
  put(d.zeroWindowProbes);
  put(d.keepAlives);
  put(d.resets);
  put(d.syns);
  put(d.fins);
  put(d.ectPackets);
  put(d.cePackets);
  put(d.ecePackets);
  put(d.cwrPackets);
  put(d.gaps);
  put(<f64>d.gapBytes);
  put(d.lateCaptured);
  put(d.outOfWindow);
  put(d.fragments);
  put(d.mss);
  put(d.maxSegment);
  put(d.windowScale ? <f64>(d.windowScale - 1) : -1);
  put(d.flags & SACK_PERMITTED ? 1 : 0);
  put(d.flags & TIMESTAMPS ? 1 : 0);
  put(d.windowMin);
  put(d.windowMax);
  put(d.packets ? microseconds(d.firstNs) : -1);
  put(d.packets ? microseconds(d.lastNs) : -1);
  put(d.dataPackets ? microseconds(d.firstDataNs) : -1);
  put(d.dataPackets ? microseconds(d.lastDataNs) : -1);
  put(d.flags & SYN_SEEN && d.handshakeNs >= 0 ? <f64>d.handshakeNs / 1000 : -1);
  put(d.inFlightMax);
  put(d.dataPackets ? d.inFlightSum / <f64>d.dataPackets : 0);
  // A flow shorter than a round has only its first flight.
  const first = d.rounds ? d.cwndLast : max(d.roundMax, pipeOf(d));
  put(first);
  put(max(d.cwndMax, d.roundMax));
  put(d.rounds ? d.cwndSum / <f64>d.rounds : <f64>first);
  put(d.ambiguousAcks);
  put(d.postLossAcks);
  statistics(d.rtt, true);
  statistics(d.timestampRtt, false);
}

function statistics(stats: RttStats, whole: bool): void {
  if (!changetype<usize>(stats)) {
    const columns = whole ? 8 : 6;
    for (let i = 0; i < columns; i += 1) put(0);
    return;
  }
  const count = <f64>stats.count;
  const mean = stats.sumUs / count;
  put(count);
  put(stats.minUs);
  put(mean);
  put(stats.maxUs);
  if (whole) put(Math.sqrt(Math.max(0, stats.sumSquares / count - mean * mean)));
  put(percentile(stats, 0.5));
  put(percentile(stats, 0.95));
  if (whole) put(percentile(stats, 0.99));
}

function ending(f: Direction, b: Direction): u32 {
  if ((f.flags | b.flags) & RST_SEEN) {
    return b.flags & RST_SEEN && !(b.flags & SYN_SEEN) && b.dataPackets == 0 && f.flags & SYN_SEEN && f.dataPackets == 0
      ? ENDING_REFUSED
      : ENDING_RESET;
  }
  if (f.flags & b.flags & FIN_SEEN) return ENDING_CLOSED;
  if ((f.flags | b.flags) & FIN_SEEN) return ENDING_HALF_CLOSED;
  if (f.flags & SYN_SEEN && b.packets == 0) return ENDING_UNANSWERED;
  return ENDING_OPEN;
}

function microseconds(ns: i64): f64 {
  return <f64>(ns - originNs) / 1000;
}

function address(high: u64, low: u64): void {
  put(bswap<u32>(<u32>high));
  put(bswap<u32>(<u32>(high >> 32)));
  put(bswap<u32>(<u32>low));
  put(bswap<u32>(<u32>(low >> 32)));
}

function put(value: f64): void {
  store<f64>(cursor, value);
  cursor += 8;
}
