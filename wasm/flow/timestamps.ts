// Round-trip times from the timestamps option: the first packet with a TSval against the first
// packet that echoes it (K. Nichols, "Listening to networks with pping", 2017). It works where a
// capture has only ACKs of retransmitted data, since a retransmission has a TSval of its own.
import { after, before, Direction } from './direction';
import { addRtt, createRttStats } from './rtt';
import { allocState, freeState } from './state';

const FIRST: u32 = 8;
const MOST: u32 = 1024;
// | tsval u32 | 4 unused | ns i64 |
const SIZE: usize = 16;

export function noteTsval(d: Direction, tsval: u32, nowNs: i64): void {
  if (d.clockCapacity && !after(tsval, d.lastTsval)) return;
  d.lastTsval = tsval;
  if (d.clockCount == d.clockCapacity) makeRoom(d);
  const at = entry(d, d.clockCount);
  store<u32>(at, tsval);
  store<i64>(at, nowNs, 8);
  d.clockCount += 1;
}

export function matchTsecr(d: Direction, tsecr: u32, nowNs: i64): void {
  while (d.clockCount) {
    const at = entry(d, 0);
    const tsval = load<u32>(at);
    if (before(tsecr, tsval)) return;
    d.clockHead = (d.clockHead + 1) & (d.clockCapacity - 1);
    d.clockCount -= 1;
    if (tsval != tsecr) continue;
    const elapsed = nowNs - load<i64>(at, 8);
    if (elapsed < 0) return;
    if (!changetype<usize>(d.timestampRtt)) d.timestampRtt = createRttStats();
    addRtt(d.timestampRtt, <f64>elapsed / 1000);
    return;
  }
}

/** The first TSval not echoed; any number where there is none. */
export function oldestClock(d: Direction): u32 {
  return load<u32>(entry(d, 0));
}

export function freeClocks(d: Direction): void {
  freeState(d.clocks, <usize>d.clockCapacity * SIZE);
  d.clocks = 0;
  d.clockCapacity = 0;
  d.clockCount = 0;
  d.clockHead = 0;
}

function entry(d: Direction, index: u32): usize {
  return d.clocks + <usize>((d.clockHead + index) & (d.clockCapacity - 1)) * SIZE;
}

// @seldom
function makeRoom(d: Direction): void {
  if (d.clockCapacity >= MOST) {
    d.clockHead = (d.clockHead + 1) & (d.clockCapacity - 1);
    d.clockCount -= 1;
    return;
  }
  const capacity = d.clockCapacity ? d.clockCapacity << 1 : FIRST;
  const moved = allocState(<usize>capacity * SIZE);
  for (let i: u32 = 0; i < d.clockCount; i += 1) memory.copy(moved + <usize>i * SIZE, entry(d, i), SIZE);
  freeState(d.clocks, <usize>d.clockCapacity * SIZE);
  d.clocks = moved;
  d.clockCapacity = capacity;
  d.clockHead = 0;
}
