/** What a report tells a {@link LossRound}: bytes and µs; `loss` and `sacked` are packets. */
interface RoundReport {
  readonly acked: number;
  readonly sacked: number;
  readonly loss: number;
  readonly inflight: number;
  readonly rtt: number;
  readonly now: number;
  readonly cuts: number;
}

/**
 * In round trips: one until the last segment's ACK, one that RACK may wait for reordering (RFC 8985 section
 * 6.2).
 */
const LONGEST_ROUND = 2;

/**
 * One cut of the window for each window of data. All that was sent before the cut took effect may still
 * tell of losses, the last of them only when later segments have arrived, and they belong to that cut:
 * the round ends when everything sent before it is acknowledged (RFC 6582 section 3.2, its `recover`).
 * The datapath sends on while the cut travels, so it says when it has taken it: the number of cuts is
 * a field of the program, set with the window and reported back.
 *
 * Where retransmissions are lost again the cumulative acknowledgement stands still. So that the window is
 * cut again there, the round lasts no longer than the losses of what was sent before it take to be found.
 */
export class LossRound {
  readonly #mss: number;
  #cuts = 0;
  #travelling = false;
  #windowBytes = 0;
  #lostBytes = 0;
  #ackedLeft = 0;
  #untilUs = 0;
  #nowUs = 0;
  /** Selectively acknowledged and not yet by the cumulative acknowledgement; at most what really is. */
  #sackedBytes = 0;

  constructor(mss: number) {
    this.#mss = mss;
  }

  /** Cuts so far, for the program's field of that name. */
  get cuts(): number {
    return this.#cuts;
  }

  /** Whether losses now are of a window that was already cut for. */
  get active(): boolean {
    return this.#travelling || (this.#ackedLeft > 0 && this.#nowUs < this.#untilUs);
  }

  /** The window, so far `windowBytes`, is cut for the losses of a report that was taken in. */
  begin({ loss }: RoundReport, windowBytes: number): void {
    this.#cuts += 1;
    this.#travelling = true;
    this.#windowBytes = windowBytes;
    this.#lostBytes = loss * this.#mss;
  }

  /** A timeout counts all as lost: once a segment is acknowledged, losses are new ones. */
  beginAfterTimeout(): void {
    this.#travelling = false;
    this.#ackedLeft = this.#mss;
    this.#untilUs = Number.POSITIVE_INFINITY;
  }

  /**
   * Takes in a report. What arrives out of order counts in `sacked`, and again in `acked` when the gap is
   * closed.
   */
  take({ acked, sacked, loss, inflight, rtt, now, cuts }: RoundReport): void {
    this.#nowUs = now;
    this.#ackedLeft -= acked;
    this.#lostBytes += loss * this.#mss;
    // The segment that held the cumulative acknowledgement back was not sacked.
    const passed = Math.max(0, acked - this.#mss);
    this.#sackedBytes = Math.max(0, this.#sackedBytes + sacked * this.#mss - passed);
    if (!this.#travelling || cuts < this.#cuts) return;
    this.#travelling = false;
    // A datapath that tells no flight had at most the window on its way.
    this.#ackedLeft = inflight > 0 ? inflight + this.#lostBytes + this.#sackedBytes : this.#windowBytes;
    this.#untilUs = rtt > 0 ? now + LONGEST_ROUND * rtt : Number.POSITIVE_INFINITY;
  }
}

/**
 * FlightSize (RFC 5681 section 2), at most the window. It counts what is lost and what arrived out of order too, which a
 * datapath's bytes in flight may not; one that reports none at all gives the window.
 */
export function flightBytes(
  r: Pick<RoundReport, 'inflight' | 'loss' | 'sacked'>,
  windowBytes: number,
  mss: number,
): number {
  return r.inflight > 0 ? Math.min(r.inflight + (r.loss + r.sacked) * mss, windowBytes) : windowBytes;
}
