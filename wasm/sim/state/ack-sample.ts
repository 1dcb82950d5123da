// What the acknowledgement at hand has told: the scoreboard fills it, sender and controllers read it. The
// sample is one, at a fixed address and exactly one cache line, so an ACK costs no allocation and its
// readers no pointer. What it says holds until the next ACK, of whatever flow.
//
//   | newlyAcked u32 | newlySacked u32 | newlyDelivered u32 | newlyLost u32 | newlyMarked u32 | isAppLimited u8, deliversOriginal u8, lost u16 |
//   | rttFirst i64 | rttLast i64 | priorDelivered u32 | delivered u32 | sendInterval i64 | ackInterval i64 |
//
// The second line is the rate sample of draft-cheng-iccrg-delivery-rate-estimation 3.3: of the segment
// delivered by this ACK that was sent last, what had been delivered when it was sent and what has been
// since, in the time it took to send that (send interval) and the time it took to be acknowledged (ACK
// interval). The delivery rate is `delivered · mss / max(sendInterval, ackInterval)`.

const LINE: i32 = 64;

/** Counts are of segments, times in ns. */
@unmanaged
export class AckSample {
  /** Segments below the cumulative acknowledgement that were not before. */
  newlyAcked: u32 = 0;
  /** Segments sacked that were not before. */
  newlySacked: u32 = 0;
  /** Segments known to have arrived, in either way, that were not before. */
  newlyDelivered: u32 = 0;
  /** Segments marked lost, by this ACK or by the timer at hand. */
  newlyLost: u32 = 0;
  /** Data packets with CE that the receiver has counted since the ACK before. */
  newlyMarked: u32 = 0;
  /** The rate says no more than what the application offered. */
  isAppLimited: bool = false;
  /** It delivers a segment sent once, and before the last recovery or timeout began. */
  deliversOriginal: bool = false;
  /** Of the rate sample: segments counted as lost since its segment was sent. */
  lost: u16 = 0;
  /** Round-trip time of the earliest and of the latest sent segment delivered by this ACK, of those sent once; −1 where there is none. */
  rttFirst: i64 = 0;
  rttLast: i64 = 0;
  /** Segments of the flow that had been delivered when the rate sample begins. */
  priorDelivered: u32 = 0;
  /** Segments delivered since; 0 where there is no rate sample. */
  delivered: u32 = 0;
  sendInterval: i64 = 0;
  ackInterval: i64 = 0;

  /** An acknowledgement, or a timer, that has told nothing yet. */
  clear(): void {
    this.newlyAcked = 0;
    this.newlySacked = 0;
    this.newlyDelivered = 0;
    this.newlyLost = 0;
    this.newlyMarked = 0;
    this.isAppLimited = false;
    this.deliversOriginal = false;
    this.lost = 0;
    this.rttFirst = -1;
    this.rttLast = -1;
    this.priorDelivered = 0;
    this.delivered = 0;
    this.sendInterval = 0;
    this.ackInterval = 0;
  }
}

/** Room for a line wherever it begins. */
const room: usize = memory.data(2 * LINE);
export const ackSample: AckSample = changetype<AckSample>((room + LINE - 1) & ~(<usize>LINE - 1));
