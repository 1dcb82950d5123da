// Finished connections as rows of float64 for the host: spec/capture.json says what stands where.
// Rows wait in a queue the host empties between steps.
import {
  COLUMNS_CONNECTION,
  COLUMNS_DIRECTION,
  CONNECTION_COLUMN_DST_PORT,
  CONNECTION_COLUMN_DST0,
  CONNECTION_COLUMN_ENCAPSULATIONS,
  CONNECTION_COLUMN_END_US,
  CONNECTION_COLUMN_ENDING,
  CONNECTION_COLUMN_FAMILY,
  CONNECTION_COLUMN_INTERFACE_ID,
  CONNECTION_COLUMN_NUMBER,
  CONNECTION_COLUMN_SRC_PORT,
  CONNECTION_COLUMN_SRC0,
  CONNECTION_COLUMN_START_US,
  CONNECTION_COLUMN_STARTED_MIDWAY,
  CONNECTION_COLUMN_TENANT_ID,
  CONNECTION_COLUMN_TENANT_OF,
  CONNECTION_COLUMN_VLAN,
  ENDING_CLOSED,
  ENDING_HALF_CLOSED,
  ENDING_OPEN,
  ENDING_REFUSED,
  ENDING_RESET,
  ENDING_UNANSWERED,
} from '../generated/capture';
import { causesFull } from './cause-rows';
import { watchEnd } from './causes';
import { backward, Connection, directionAt, forward, freeConnection } from './connection';
import { Direction, FIN_SEEN, RST_SEEN, refuse, SYN_SEEN } from './direction';
import { microseconds, putDirection } from './direction-row';
import { freeHeld, takeHeld } from './held';
import { beginRow, enterRow, put, putAddress } from './row';
import { liveConnections, newestConnection, oldestConnection, removeConnection } from './table';

const ROW: u32 = COLUMNS_CONNECTION + 2 * COLUMNS_DIRECTION;
const CAPACITY: u32 = 512;
/** Connections one packet may finish. */
const RESERVE: u32 = 64;

let rows: usize = 0;
let count: u32 = 0;
let originNs: i64 = 0;

export function setRowOrigin(ns: i64): void {
  originNs = ns;
}

export function rowsFull(): bool {
  return count + RESERVE > CAPACITY || causesFull();
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

/** Lets go of a packet that is of no window: it travelled, and that is all that is believed of it. @seldom */
export function refuseHeld(connection: Connection): void {
  if (!connection.held) return;
  const held = takeHeld(connection);
  refuse(directionAt(connection, held.side), held.wireBytes, held.ns);
  freeHeld(held);
}

/** Writes the connection's row and lets go of it. @seldom */
export function finishConnection(connection: Connection): void {
  refuseHeld(connection);
  watchEnd(connection.number, 0, forward(connection));
  watchEnd(connection.number, 1, backward(connection));
  writeRow(connection);
  removeConnection(connection);
  freeConnection(connection);
}

/** Finishes connections, oldest first, until the queue is full; false once there are none left. */
export function finishSome(): bool {
  while (liveConnections() && !rowsFull()) finishConnection(oldestConnection());
  return liveConnections() > 0;
}

/** Writes rows of connections that go on, those whose packets came last first, until the queue is full. Takes no memory after the first call. */
export function showLive(): void {
  makeRows();
  for (let c = newestConnection(); changetype<usize>(c) && count < CAPACITY; c = c.older) writeRow(c);
}

function writeRow(c: Connection): void {
  makeRows();
  if (count == CAPACITY) return;
  beginRow(rows + <usize>count * ROW * 8, ROW);
  count += 1;
  const f = forward(c);
  const b = backward(c);
  put(CONNECTION_COLUMN_NUMBER, c.number);
  put(CONNECTION_COLUMN_FAMILY, c.family);
  putAddress(CONNECTION_COLUMN_SRC0, c.src0, c.src1);
  put(CONNECTION_COLUMN_SRC_PORT, c.srcPort);
  putAddress(CONNECTION_COLUMN_DST0, c.dst0, c.dst1);
  put(CONNECTION_COLUMN_DST_PORT, c.dstPort);
  put(CONNECTION_COLUMN_START_US, c.timed ? microseconds(c.startNs, originNs) : NaN);
  put(CONNECTION_COLUMN_END_US, c.timed ? microseconds(c.lastNs, originNs) : NaN);
  put(CONNECTION_COLUMN_STARTED_MIDWAY, c.startedMidway);
  put(CONNECTION_COLUMN_ENDING, ending(f, b));
  put(CONNECTION_COLUMN_VLAN, c.vlan);
  put(CONNECTION_COLUMN_ENCAPSULATIONS, c.encapsulations);
  put(CONNECTION_COLUMN_INTERFACE_ID, c.interfaceId);
  put(CONNECTION_COLUMN_TENANT_OF, c.tenantOf);
  put(CONNECTION_COLUMN_TENANT_ID, c.tenantId);
  enterRow(COLUMNS_CONNECTION);
  putDirection(f, c, originNs);
  enterRow(COLUMNS_DIRECTION);
  putDirection(b, c, originNs);
}

function makeRows(): void {
  if (!rows) rows = heap.alloc(<usize>CAPACITY * ROW * 8);
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
