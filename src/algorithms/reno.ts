import { AlgBase } from './contract.js';
import { flightBytes, LossRound } from './loss-round.js';
import type { Report } from './report.js';
import { WINDOW_PROGRAM } from './window-program.js';
import { WindowUse } from './window-use.js';

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
  readonly #use = new WindowUse(this.datapath, this.datapathInfo, () => this.#onIdle());

  override onCreate(): void {
    this.datapath.install(WINDOW_PROGRAM, { fields: { Cwnd: this.#cwnd, slack: this.#use.slackBytes } });
  }

  override onReport(r: Report<typeof WINDOW_PROGRAM>): void {
    this.#round.take(r);
    this.#use.take(r);
    if (r.timeout > 0) this.#onTimeout(r);
    else if (r.loss > 0) this.#onLoss(r);
    else if (!this.#round.active) this.#grow(this.#use.usedBytes(r, this.#cwnd));
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

  /** RFC 5681 section 4.1. */
  #onIdle(): void {
    const { initCwnd } = this.datapathInfo;
    if (this.#cwnd <= initCwnd) return;
    this.#cwnd = initCwnd;
    this.datapath.updateField('Cwnd', this.#cwnd);
  }

  /** RFC 5681 equation 4. */
  #halfFlight(r: Report<typeof WINDOW_PROGRAM>): number {
    const { mss } = this.datapathInfo;
    return Math.max(Math.floor(flightBytes(r, this.#cwnd, mss) / 2), 2 * mss);
  }
}
