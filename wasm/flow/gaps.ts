// Data that was acknowledged but never seen: the capture lost it, or took another path. The last
// few ranges are kept, since a capture over several queues may show the data after its ACK.
import { after, before, common, Direction } from './direction';
import { allocState, freeState } from './state';

const ENTRIES: u32 = 8;
// | start u32 | end u32 | lost u32 |
const SIZE: usize = 12;

/** Something that `takeFromGap` took last counted as lost by the capture. */
export let takenWasLost: bool = false;
/** Of the bytes that `takeFromGap` took last, those of payload. */
export let takenPayloadBytes: u32 = 0;

/** Data acknowledged and not seen. @seldom */
export function noteGap(d: Direction, start: u32, end: u32): void {
  d.gaps += 1;
  d.gapBytes += end - start;
  remember(d, start, end, 1);
}

/** Data from before the capture, below what it has. @seldom */
export function noteUnseen(d: Direction, start: u32, end: u32): void {
  remember(d, start, end, 0);
}

/**
 * Bytes of [start, end) that lie in a remembered range; they are in it no longer. Only those of the payload, [first,
 * last), leave the count: a SYN or a FIN that was acknowledged unseen stays a byte that was.
 * @seldom
 */
export function takeFromGap(d: Direction, start: u32, end: u32, first: u32, last: u32): u32 {
  takenWasLost = false;
  takenPayloadBytes = 0;
  if (!d.gapList) return 0;
  const entries = min(d.gapNext, ENTRIES);
  let taken: u32 = 0;
  for (let i: u32 = 0; i < entries; i += 1) {
    const at = d.gapList + <usize>i * SIZE;
    const from = load<u32>(at);
    const to = load<u32>(at, 4);
    const low = after(start, from) ? start : from;
    const high = before(end, to) ? end : to;
    if (!before(low, high)) continue;
    taken += high - low;
    const payloadBytes = common(low, high, first, last);
    takenPayloadBytes += payloadBytes;
    // What is left: the larger rest stays.
    if (low - from >= to - high) store<u32>(at, low, 4);
    else store<u32>(at, high);
    if (!load<u32>(at, 8)) continue;
    takenWasLost = true;
    d.gapBytes -= payloadBytes;
    if (low == from && high == to && d.gaps) d.gaps -= 1;
  }
  return taken;
}

function remember(d: Direction, start: u32, end: u32, lost: u32): void {
  if (!d.gapList) d.gapList = allocState(<usize>ENTRIES * SIZE);
  const at = d.gapList + <usize>(d.gapNext % ENTRIES) * SIZE;
  store<u32>(at, start);
  store<u32>(at, end, 4);
  store<u32>(at, lost, 8);
  d.gapNext += 1;
}

export function freeGaps(d: Direction): void {
  freeState(d.gapList, <usize>ENTRIES * SIZE);
  d.gapList = 0;
}
