// A connection: two directions and what they share. `forward` is the side that sent the SYN; where
// the capture begins later, the side whose packet came first.
import { Direction } from './direction';
import { freeGaps } from './gaps';
import { freeRttStats } from './rtt';
import { freeSegments, oldestEnd } from './segments';
import { freeLog } from './spurious';
import { allocState, freeState } from './state';
import { freeClocks, oldestClock } from './timestamps';

@unmanaged
export class Connection {
  // What every packet touches stands together, as in Direction.
  // Address pair, lower first; ports and family.
  key0: u64 = 0;
  key2: u64 = 0;
  key4: u64 = 0;
  key1: u64 = 0;
  key3: u64 = 0;
  /** 1, 2, … in order of first packets. */
  number: u32 = 0;
  /** The lower endpoint of the key is the backward side. */
  reversed: u32 = 0;
  /** How often its packets were captured, and how the copies are told (copies.ts). */
  copiesEach: u32 = 0;
  copyIds: u32 = 0;
  /** A packet that is of no window, until another tells (held.ts). */
  held: usize = 0;
  /** An ECN_ number, and the bits of the SYNs it follows from (ecn.ts). */
  ecnMode: u32 = 0;
  ecnAsked: u32 = 0;
  ecnAnswer: u32 = 0;
  lastNs: i64 = 0;
  /** What each side's packets carry (PacketView.tenant): as the first packet of all, until this side sent another. */
  tenant0: u32 = 0;
  tenant1: u32 = 0;
  // Doubly linked by last packet, oldest first.
  older: Connection = changetype<Connection>(0);
  newer: Connection = changetype<Connection>(0);

  /** What it is found by in the table, and by the tag of its other direction where that is another; 0 for none. */
  hash: u32 = 0;
  alias: u32 = 0;
  /** Connections of the same ends under other tags; the first of them is found by its ends alone. */
  previousTenant: Connection = changetype<Connection>(0);
  nextTenant: Connection = changetype<Connection>(0);
  /** The number of the innermost tag or tunnel of its first packet, and the ENCAP_ bit it stands in. */
  tenantId: u32 = 0;
  tenantOf: u32 = 0;
  family: u32 = 0;
  srcPort: u32 = 0;
  dstPort: u32 = 0;
  vlan: u32 = 0;
  encapsulations: u32 = 0;
  interfaceId: u32 = 0;
  startedMidway: u32 = 0;
  src0: u64 = 0;
  src1: u64 = 0;
  dst0: u64 = 0;
  dst1: u64 = 0;
  /** Of the first packet that has a time; 0 for `timed` where none has. */
  startNs: i64 = 0;
  timed: u32 = 0;
}

const FORWARD: u32 = 0;
const BACKWARD: u32 = 1;

const HEAD: usize = (offsetof<Connection>() + 7) & ~7;
const SIDE: usize = (offsetof<Direction>() + 7) & ~7;

export function createConnection(): Connection {
  return changetype<Connection>(allocState(HEAD + 2 * SIDE));
}

export function forward(connection: Connection): Direction {
  return directionAt(connection, FORWARD);
}

export function backward(connection: Connection): Direction {
  return directionAt(connection, BACKWARD);
}

/** The direction of packets that the higher (1) or lower (0) endpoint of the key sends. */
export function sideOf(connection: Connection, fromHigher: u32): u32 {
  return fromHigher ^ connection.reversed;
}

/** The direction `side`; the other one is `side ^ 1`. */
export function directionAt(connection: Connection, side: u32): Direction {
  return changetype<Direction>(changetype<usize>(connection) + HEAD + <usize>side * SIDE);
}

/** Where `warm` leaves what it read; nobody asks for it. */
const warmed = memory.data(4, 4);

/**
 * Reads a word of each line of memory that the analysis of a packet goes to: of a thousand connections none is in a near
 * cache, and what is asked for at once is waited for once.
 */
export function warm(c: Connection): void {
  store<u32>(warmed, lines(forward(c)) ^ lines(backward(c)));
}

// What is not there yet stands at address 0 and is read there: no branch, and nothing is done with it.
function lines(d: Direction): u32 {
  return oldestEnd(d) ^ oldestClock(d) ^ d.rtt.count ^ d.timestampRtt.count ^ d.una ^ d.inFlightMaxBytes ^ d.isn;
}

export function freeConnection(connection: Connection): void {
  freeDirection(forward(connection));
  freeDirection(backward(connection));
  freeState(changetype<usize>(connection), HEAD + 2 * SIDE);
}

function freeDirection(d: Direction): void {
  freeSegments(d);
  freeClocks(d);
  freeLog(d);
  freeGaps(d);
  freeRttStats(d.rtt);
  freeRttStats(d.timestampRtt);
}
