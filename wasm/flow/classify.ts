// Why a segment was sent again, as far as the capture shows it at that moment.
import { before, Direction, IN_TIMEOUT } from './direction';
import { LOST, RETRANSMITTED, SACKED, Segment } from './segments';

export const WHY_FAST: u32 = 0;
export const WHY_TIMEOUT: u32 = 1;
export const WHY_TAIL_PROBE: u32 = 2;
export const WHY_UNNEEDED: u32 = 3;
export const WHY_OTHER: u32 = 4;

/** Linux waits SRTT + max(4 RTTVAR, 200 ms) where RFC 6298 2.4 asks for 1 s at least. */
const MIN_VARIANCE_US: f64 = 200_000;
const INITIAL_RTO_US: f64 = 1_000_000;

/** spec: RFC 6298 2.3 */
export function updateSrtt(d: Direction, us: f64): void {
  if (d.srttUs == 0) {
    d.srttUs = us;
    d.rttvarUs = us / 2;
    return;
  }
  d.rttvarUs = 0.75 * d.rttvarUs + 0.25 * Math.abs(d.srttUs - us);
  d.srttUs = 0.875 * d.srttUs + 0.125 * us;
}

export function rtoUs(d: Direction): f64 {
  return d.srttUs == 0 ? INITIAL_RTO_US : d.srttUs + max(MIN_VARIANCE_US, 4 * d.rttvarUs);
}

/** `segment` is the first one sent again, as it was before; 0 where all of it was acknowledged. */
export function classify(d: Direction, segment: Segment, nowNs: i64): u32 {
  if (!changetype<usize>(segment)) return WHY_UNNEEDED;
  if (segment.state & SACKED) return WHY_UNNEEDED;
  if (d.flags & IN_TIMEOUT && before(segment.start, d.timeoutEnd)) return WHY_TIMEOUT;
  // spec: RFC 5681 3.2, RFC 6675 5, RFC 8985 6: three duplicates, or something sent later arrived
  const laterArrived = d.sackTops > 0 && before(segment.start, d.sackTop0);
  if (segment.state & LOST || d.dupAckRun >= 3 || laterArrived) {
    // A fast retransmission that was itself lost is found by a timer.
    const again = (segment.state & RETRANSMITTED) > 0;
    if (!again || <f64>(nowNs - segment.sentNs) / 1000 < 0.9 * rtoUs(d)) return WHY_FAST;
  }
  const quietUs = <f64>(nowNs - max(d.lastDataNs, d.lastAckNs)) / 1000;
  const sinceSentUs = <f64>(nowNs - segment.sentNs) / 1000;
  // spec: RFC 8985 7.2, the last segment after a probe timeout of 2 SRTT, before the RTO
  const last = segment.end == d.sndMax;
  const first = (segment.state & RETRANSMITTED) == 0;
  if (last && first && d.srttUs > 0 && quietUs >= 1.5 * d.srttUs && quietUs < 0.95 * rtoUs(d)) return WHY_TAIL_PROBE;
  if (segment.start == d.una && (quietUs >= 0.75 * rtoUs(d) || sinceSentUs >= 0.75 * rtoUs(d))) return WHY_TIMEOUT;
  return WHY_OTHER;
}
