// Whether the numbers of a packet can be of its connection: SEQ against the window the other side
// offered, ACK against what was sent (RFC 9293 3.10.7.4, RFC 5961 5). A capture may miss packets, so
// the bounds are wider than a receiver's by `SLACK`, and by more where a direction is not in it.
import { PacketView, TCP_ACK, TCP_SYN } from '../packet/index';
import { Direction, SEEN, SYN_SEEN, WINDOW_SEEN } from './direction';

/** Bytes that a capture may be behind: a burst of segments from another queue. */
const SLACK: i64 = 1 << 16;
/** The window of a side that is not in the capture. */
const UNSEEN: i64 = 1 << 20;
/** The shift of a window whose SYN is not in the capture, at most: what servers ask for. */
const UNSEEN_SHIFT: u32 = 8;

/** True where data numbered `seq` cannot have been sent by `d`, whose window `peer` opens. */
export function seqOutside(d: Direction, peer: Direction, seq: u32): bool {
  // The usual segment goes on where the last one ended.
  if (seq == d.sndMax || !(d.flags & SEEN)) return false;
  const at = <i64>(<i32>(seq - d.una));
  const sent = <i64>(d.sndMax - d.una);
  return (at < 0 || at > sent) && seqBeyond(d, peer, at, sent);
}

// @seldom
function seqBeyond(d: Direction, peer: Direction, at: i64, sent: i64): bool {
  const window = windowOf(peer, d);
  return at > max(sent, window) + SLACK || at < -(window + SLACK);
}

/** True where `from` cannot acknowledge so much, or so little, of what `d` sent. */
export function ackOutside(d: Direction, from: Direction, view: PacketView): bool {
  if (!(view.flags & TCP_ACK) || !(d.flags & SEEN)) return false;
  const at = <i64>(<i32>(view.ack - d.una));
  const sent = <i64>(d.sndMax - d.una);
  return (at < 0 || at > sent) && ackBeyond(d, from, view, at, sent);
}

// @seldom
function ackBeyond(d: Direction, from: Direction, view: PacketView, at: i64, sent: i64): bool {
  // Before the handshake is over, only what was sent can be acknowledged.
  if (d.flags & SYN_SEEN && d.una == d.isn && !(view.flags & TCP_SYN) && at > sent) return true;
  const window = windowOf(from, d);
  // What came before is unknown until the other side acknowledged something.
  return at > max(sent, window) + SLACK || (d.lastAckNs != 0 && at < -(max(sent, window) + SLACK));
}

/** Whether two numbers are as near each other as those of one flight. */
export function near(d: Direction, peer: Direction, a: u32, b: u32): bool {
  const apart = <i64>(<i32>(a - b));
  const most = windowOf(peer, d) + SLACK;
  return apart <= most && apart >= -most;
}

/** The largest window `side` offered to `other`, as far as it is known. @seldom */
function windowOf(side: Direction, other: Direction): i64 {
  if (!side.packets) return UNSEEN;
  const window = <i64>max(side.windowMaxBytes, side.window);
  if (!(side.flags & SYN_SEEN)) return max(window << UNSEEN_SHIFT, UNSEEN);
  // A shift that the analysis does not apply, since the other SYN is not in the capture.
  if (!(other.flags & SYN_SEEN) && side.windowScale) return max(window << (side.windowScale - 1), SLACK);
  return side.flags & WINDOW_SEEN ? window : max(window, SLACK);
}
