// What happened on the one connection in focus, for plots and replay: a list of marks the host
// takes away between steps. Nothing is written while no connection is in focus.
//
//   | time µs f64 | a f64 | b f64 | kind u32 | direction u32 |

// MARK_ kinds (spec/capture.json) and their a and b; bytes are relative to the direction's first:
//   DATA, RETRANSMISSION, REORDERED   first byte, last byte + 1
//   ACK         first byte not acknowledged, right edge of the window
//   SACK, DSACK first byte, last byte + 1
//   RTT         µs
//   IN_FLIGHT   in flight after the packet, sent and not acknowledged
//   GAP         first byte, last byte + 1 acknowledged but never seen
//   CWND        estimate for the round that ended
//   PRIMITIVE   index of the value, value (replay.ts)

const SIZE: usize = 32;
const CAPACITY: u32 = 32768;
/** Room one packet may need. */
const RESERVE: u32 = 256;

let buffer: usize = 0;
let count: u32 = 0;
let nowUs: f64 = 0;
let side: u32 = 0;
let enabled: bool = false;
let wantPrimitives: bool = false;

export function enableMarks(primitives: u32): void {
  if (!buffer) buffer = heap.alloc(<usize>CAPACITY * SIZE);
  enabled = true;
  wantPrimitives = primitives != 0;
}

export function primitivesWanted(): bool {
  return wantPrimitives;
}

/** Sets the time and the direction (0 forward, 1 backward) of the marks that follow. */
export function markAt(us: f64, direction: u32): void {
  nowUs = us;
  side = direction;
}

export function mark(kind: u32, a: f64, b: f64): void {
  if (!enabled || count == CAPACITY) return;
  const at = buffer + <usize>count * SIZE;
  store<f64>(at, nowUs);
  store<f64>(at, a, 8);
  store<f64>(at, b, 16);
  store<u32>(at, kind, 24);
  store<u32>(at, side, 28);
  count += 1;
}

export function marksFull(): bool {
  return count + RESERVE > CAPACITY;
}

export function marksAddress(): usize {
  return buffer;
}

export function marksCount(): u32 {
  return count;
}

export function clearMarks(): void {
  count = 0;
}
