import { AlgBase } from './contract.js';
import { LossRound } from './loss-round.js';
import type { Report } from './report.js';
import { WINDOW_PROGRAM } from './window-program.js';

/**
 * NewReno's window (RFC 5681, RFC 6582) over reports of a round trip each. Retransmission is the
 * datapath's; the window falls to ssthresh at once instead of deflating at the end of recovery.
 *
 * @example
 * ```ts
 * const agent = new Agent({ algorithms: { reno: Reno } });
 * ```
 */
export class Reno extends AlgBase<typeof WINDOW_PROGRAM> {
  #cwnd = this.datapathInfo.initCwnd;
  #ssthresh = Number.POSITIVE_INFINITY;
  readonly #round = new LossRound(this.datapathInfo.mss);

  override onCreate(): void {
    this.datapath.install(WINDOW_PROGRAM, { fields: { Cwnd: this.#cwnd } });
  }

  override onReport(r: Report<typeof WINDOW_PROGRAM>): void {
    this.#round.take(r);
    if (r.timeout > 0) this.#onTimeout(r);
    else if (r.loss > 0) this.#onLoss(r);
    else if (!this.#round.active) this.#grow(r.acked);
    this.datapath.updateField('Cwnd', this.#cwnd);
    this.datapath.updateField('cuts', this.#round.cuts);
  }

  /**
   * RFC 5681 section 3.1: by what was acknowledged below ssthresh, by mss each round trip above (equation 3,
   * with byte counting).
   */
  #grow(ackedBytes: number): void {
    const { mss } = this.datapathInfo;
    const inSlowStart = Math.min(ackedBytes, Math.max(0, this.#ssthresh - this.#cwnd));
    this.#cwnd += inSlowStart;
    this.#cwnd += Math.floor((mss * (ackedBytes - inSlowStart)) / this.#cwnd);
  }

  #onLoss(r: Report<typeof WINDOW_PROGRAM>): void {
    if (this.#round.active) return;
    this.#round.begin(r, this.#cwnd);
    this.#ssthresh = this.#halfFlight(r);
    this.#cwnd = this.#ssthresh;
  }

  /** RFC 5681 section 3.1: the loss window is one segment; ssthresh falls once for a window. */
  #onTimeout(r: Report<typeof WINDOW_PROGRAM>): void {
    if (!this.#round.active) this.#ssthresh = this.#halfFlight(r);
    this.#cwnd = this.datapathInfo.mss;
    this.#round.beginAfterTimeout();
  }

  /**
   * RFC 5681 equation 4. FlightSize counts what is lost and what arrived out of order too, which a
   * datapath's bytes in flight may not; one that reports none at all gives the window.
   */
  #halfFlight(r: Report<typeof WINDOW_PROGRAM>): number {
    const { mss } = this.datapathInfo;
    const flight = r.inflight > 0 ? r.inflight + (r.loss + r.sacked) * mss : this.#cwnd;
    return Math.max(Math.floor(Math.min(flight, this.#cwnd) / 2), 2 * mss);
  }
}
