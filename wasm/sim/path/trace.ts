// The opportunities of a mahimahi packet-delivery trace: a sorted list of millisecond stamps, each
// one chance to send OPPORTUNITY_BYTES, repeated with the last stamp as its period. An opportunity
// that finds nothing waiting is lost; what is left of one serves the next packet.
import { SIM_PACKET_BYTES } from '../../generated/sim';

const MILLISECOND: i64 = 1000000;
/** mahimahi's, which is a full-sized packet. */
export const OPPORTUNITY_BYTES: i32 = <i32>SIM_PACKET_BYTES;

@unmanaged
export class Trace {
  stamps: usize = 0;
  count: u32 = 0;
  private index: u32 = 0;
  /** When the present pass through the trace began. */
  private start: i64 = 0;

  /** Moves to the first opportunity after `time` and gives its time. */
  after(time: i64): i64 {
    const period = this.period();
    if (time - this.start >= period) {
      this.start += ((time - this.start) / period) * period;
      this.index = 0;
    }
    while (this.at() <= time) this.advance();
    return this.at();
  }

  /** Uses the present opportunity up and gives the time of the next, which may be the same. */
  next(): i64 {
    this.advance();
    return this.at();
  }

  /** Opportunities from the start of the run to `time`, that at `time` included. */
  countUpTo(time: i64): i64 {
    const period = this.period();
    const passes = time / period;
    const rest = (time - passes * period) / MILLISECOND;
    let low: u32 = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (<i64>load<u32>(this.stamps + (middle << 2)) <= rest) low = middle + 1;
      else high = middle;
    }
    return passes * <i64>this.count + <i64>low;
  }

  private at(): i64 {
    return this.start + <i64>load<u32>(this.stamps + (this.index << 2)) * MILLISECOND;
  }

  private period(): i64 {
    return <i64>load<u32>(this.stamps + ((this.count - 1) << 2)) * MILLISECOND;
  }

  private advance(): void {
    this.index += 1;
    if (this.index == this.count) {
      this.index = 0;
      this.start += this.period();
    }
  }
}
