// Retransmissions that were not needed, found out later: by a DSACK of the range (RFC 2883,
// RFC 3708) or by an ACK whose TSecr is older than the retransmission (Eifel, RFC 3522 3.2).
// The last retransmissions of a direction are kept so that both are counted once.
import { before, Direction } from './direction';
import { allocState, freeState } from './state';

const ENTRIES: u32 = 32;
// | start u32 | end u32 | found u32 |
const SIZE: usize = 12;

export function logRetransmission(d: Direction, start: u32, end: u32): void {
  if (!d.log) d.log = allocState(<usize>ENTRIES * SIZE);
  const at = d.log + <usize>(d.logNext % ENTRIES) * SIZE;
  store<u32>(at, start);
  store<u32>(at, end, 4);
  store<u32>(at, 0, 8);
  d.logNext += 1;
}

/** Marks the newest unmarked retransmission that overlaps the range; false where there is none. @seldom */
export function markSpurious(d: Direction, start: u32, end: u32): bool {
  if (!d.log) return false;
  const entries = min(d.logNext, ENTRIES);
  for (let i: u32 = 1; i <= entries; i += 1) {
    const at = d.log + <usize>((d.logNext - i) % ENTRIES) * SIZE;
    if (load<u32>(at, 8) || !before(load<u32>(at), end) || !before(start, load<u32>(at, 4))) continue;
    store<u32>(at, 1, 8);
    return true;
  }
  return false;
}

export function freeLog(d: Direction): void {
  freeState(d.log, <usize>ENTRIES * SIZE);
  d.log = 0;
}
