import { AlgBase } from './contract.js';
import { LossRound } from './loss-round.js';
import type { Report } from './report.js';
import { WINDOW_PROGRAM } from './window-program.js';

/** RFC 9438 section 4.1: C in segments/s³, β. */
const C = 0.4;
const BETA = 0.7;
/** RFC 9438 section 4.3: α of the Reno-friendly region. */
const ALPHA = (3 * (1 - BETA)) / (1 + BETA);

/**
 * CUBIC (RFC 9438) over reports of a round trip each; windows are counted in segments here, as the RFC does.
 *
 * @example
 * ```ts
 * const agent = new Agent({ algorithms: { cubic: Cubic } });
 * ```
 */
export class Cubic extends AlgBase<typeof WINDOW_PROGRAM> {
  #cwnd = this.datapathInfo.initCwnd / this.datapathInfo.mss;
  #ssthresh = Number.POSITIVE_INFINITY;
  #wMax = 0;
  /** The window before the last reduction. */
  #prior = 0;
  #wEst = 0;
  /** When the current congestion-avoidance stage began, µs of the flow's clock; undefined in slow start. */
  #epochUs: number | undefined;
  /** Seconds from the epoch to W_max. */
  #k = 0;
  readonly #round = new LossRound(this.datapathInfo.mss);

  override onCreate(): void {
    this.datapath.install(WINDOW_PROGRAM, { fields: { Cwnd: this.datapathInfo.initCwnd } });
  }

  override onReport(r: Report<typeof WINDOW_PROGRAM>): void {
    this.#round.take(r);
    if (r.timeout > 0) this.#onTimeout();
    else if (r.loss > 0) this.#onLoss(r);
    else if (!this.#round.active) this.#grow(r);
    this.datapath.updateField('Cwnd', Math.round(this.#cwnd * this.datapathInfo.mss));
    this.datapath.updateField('cuts', this.#round.cuts);
  }

  #grow(r: Report<typeof WINDOW_PROGRAM>): void {
    const acked = r.acked / this.datapathInfo.mss;
    if (this.#cwnd < this.#ssthresh) {
      this.#cwnd = Math.min(this.#cwnd + acked, this.#ssthresh);
      return;
    }
    if (this.#epochUs === undefined) this.#beginEpoch(r.now);
    // Section 4.4: one RTT ahead, between the window and half as much again.
    const t = (r.now - this.#epochUs! + r.rtt) / 1e6;
    const target = Math.min(Math.max(C * (t - this.#k) ** 3 + this.#wMax, this.#cwnd), 1.5 * this.#cwnd);
    // Section 4.3: what Reno would have by now.
    this.#wEst += (this.#wEst < this.#prior ? ALPHA : 1) * (acked / this.#cwnd);
    const cubic = this.#cwnd + Math.min(1, acked / this.#cwnd) * (target - this.#cwnd);
    this.#cwnd = Math.max(cubic, this.#wEst);
  }

  #beginEpoch(nowUs: number): void {
    this.#epochUs = nowUs;
    // Section 4.2: without an earlier maximum (slow start ended by ssthresh) the curve starts at its middle.
    if (this.#wMax <= this.#cwnd) this.#wMax = this.#cwnd;
    this.#k = Math.cbrt((this.#wMax - this.#cwnd) / C);
    this.#wEst = this.#cwnd;
  }

  #onLoss(r: Report<typeof WINDOW_PROGRAM>): void {
    if (this.#round.active) return;
    this.#round.begin(r, this.#cwnd * this.datapathInfo.mss);
    this.#reduce();
    this.#cwnd = this.#ssthresh;
  }

  /** Section 4.8. */
  #onTimeout(): void {
    if (!this.#round.active) this.#reduce();
    this.#cwnd = 1;
    this.#round.beginAfterTimeout();
  }

  /** Sections 4.6 and 4.7, fast convergence: a flow that did not regain its maximum leaves room. */
  #reduce(): void {
    this.#prior = this.#cwnd;
    this.#wMax = this.#cwnd < this.#wMax ? (this.#cwnd * (1 + BETA)) / 2 : this.#cwnd;
    this.#ssthresh = Math.max(this.#cwnd * BETA, 2);
    this.#epochUs = undefined;
  }
}
