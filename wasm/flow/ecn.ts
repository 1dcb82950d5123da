// Explicit congestion notification: which feedback the SYNs agreed on, and what the ACKs say with it.
// The same three bits are ECE and CWR of classic ECN (RFC 3168 6.1), or a counter of CE marks, ACE,
// of accurate ECN (RFC 9768 3.1, 3.2.2):
//
//   | AE | CWR | ECE |     AccECN: ACE, modulo 8, 5 at first
import { ECN_ACC_ECN, ECN_CLASSIC, ECN_NONE, ECN_UNKNOWN } from '../generated/capture';
import { ECN_CE, PacketView, TCP_ACK, TCP_AE, TCP_CWR, TCP_ECE, TCP_SYN } from '../packet/index';
import { effect } from './ack-effect';
import { Connection } from './connection';
import { before, Direction, SEEN, SYN_SEEN } from './direction';

/** The three bits of a SYN, and that they were seen. */
const BITS_SEEN: u32 = 8;
const ASKS_CLASSIC: u32 = 3;
const ASKS_ACC_ECN: u32 = 7;
const ANSWERS_CLASSIC: u32 = 1;
/** The answer of the ECN nonce (RFC 3540), which counts as classic. */
const ANSWERS_NONCE: u32 = 5;
const FIRST_ACE: u32 = 5;
/** `Direction.ace`: a counter was seen. */
const ACE_SEEN: u32 = 8;
/** spec: RFC 9768 3.2.3: kind, length, then counters of 24 bits, CE bytes the second of both orders */
const CE_BYTES_AT: usize = 5;
const CE_BYTES_LENGTH: u32 = 8;
const MASK_24: u32 = 0xff_ffff;

/** Whether there is anything for `noteEcn`. */
export function speaksOfEcn(c: Connection, view: PacketView): bool {
  return (
    (view.ecn | (view.flags & (TCP_SYN | TCP_AE | TCP_ECE | TCP_CWR)) | <u32>view.accurateEcn) != 0 ||
    c.ecnMode == ECN_ACC_ECN
  );
}

/** What the packet, sent by `from`, says of ECN; call it before its ACK is settled. `d` is the other side. @seldom */
export function noteEcn(c: Connection, d: Direction, from: Direction, view: PacketView): void {
  if (view.ecn) {
    if (view.ecn == ECN_CE) from.cePackets += 1;
    from.ectPackets += 1;
  }
  const flags = view.flags;
  if (flags & TCP_SYN) {
    negotiate(c, view);
    return;
  }
  if (c.ecnMode == ECN_UNKNOWN && (flags & TCP_AE || view.accurateEcn)) c.ecnMode = ECN_ACC_ECN;
  if (c.ecnMode == ECN_ACC_ECN) {
    if (flags & TCP_ACK) countAce(d, from, view);
    return;
  }
  // spec: RFC 3168 6.1.3, ECE covers what this ACK acknowledges
  if (flags & TCP_ECE) {
    from.ecePackets += 1;
    effect.echoed = 1;
  }
  if (flags & TCP_CWR) from.cwrPackets += 1;
}

/** spec: RFC 9768 3.1.1 and Table 2 */
function negotiate(c: Connection, view: PacketView): void {
  const bits = aceOf(view.flags);
  if (view.flags & TCP_ACK) c.ecnAnswer = BITS_SEEN | bits;
  else c.ecnAsked = BITS_SEEN | bits;
  const answered = c.ecnAnswer != 0;
  const answer = c.ecnAnswer & 7;
  const classic = answer == ANSWERS_CLASSIC || answer == ANSWERS_NONCE;
  if (c.ecnAsked) {
    const asked = c.ecnAsked & 7;
    if (asked != ASKS_CLASSIC && asked != ASKS_ACC_ECN) c.ecnMode = ECN_NONE;
    else if (!answered) c.ecnMode = ECN_UNKNOWN;
    else if (classic) c.ecnMode = ECN_CLASSIC;
    else c.ecnMode = asked == ASKS_ACC_ECN && answer != 0 && answer != ASKS_ACC_ECN ? ECN_ACC_ECN : ECN_NONE;
  } else if (classic) c.ecnMode = ECN_CLASSIC;
  else c.ecnMode = answer != 0 && answer != ASKS_ACC_ECN ? ECN_ACC_ECN : ECN_NONE;
}

function countAce(d: Direction, from: Direction, view: PacketView): void {
  if (d.flags & SEEN && before(view.ack, d.una)) return;
  // spec: RFC 9768 3.2.2.1: the ACK of a SYN-ACK tells how that arrived, it does not count.
  const opens = d.flags & SYN_SEEN && view.ack == d.isn + 1 && view.payloadBytes == 0 && !from.dataPackets;
  if (opens && !(from.ace & ACE_SEEN)) return;
  const ace = aceOf(view.flags);
  let last = from.ace & 7;
  if (!(from.ace & ACE_SEEN)) last = from.flags & SYN_SEEN ? FIRST_ACE : ace;
  let marks = (ace - last) & 7;
  from.ace = ACE_SEEN | ace;
  const option = view.accurateEcn;
  if (option && load<u8>(option, 1) >= CE_BYTES_LENGTH) {
    const bytes = load<u8>(option, CE_BYTES_AT);
    const total =
      ((<u32>bytes) << 16) | ((<u32>load<u8>(option, CE_BYTES_AT + 1)) << 8) | load<u8>(option, CE_BYTES_AT + 2);
    const known = from.ceOption != 0 || (from.flags & SYN_SEEN) != 0;
    const more = known ? (total - from.ceTotalBytes) & MASK_24 : 0;
    from.ceTotalBytes = total;
    from.ceOption = 1;
    from.ceReportedBytes += more;
    effect.ceBytes = more;
    // More than seven marks in one ACK: their bytes tell how often the counter went round.
    while (d.maxSegmentBytes && marks * d.maxSegmentBytes < more) marks += 8;
  } else effect.ceBytes = marks * d.maxSegmentBytes;
  from.ceReportedPackets += marks;
  effect.cePackets = marks;
}

function aceOf(flags: u32): u32 {
  return (flags & TCP_AE ? 4 : 0) | (flags & TCP_CWR ? 2 : 0) | (flags & TCP_ECE ? 1 : 0);
}
