import { AlgBase } from './contract.js';
import { flightBytes, LossRound } from './loss-round.js';
import type { Report } from './report.js';
import { WINDOW_PROGRAM } from './window-program.js';
import { WindowUse } from './window-use.js';

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
  /** When it reported last, µs of the flow's clock. */
  #lastUs = 0;
  #wasIdle = false;
  readonly #round = new LossRound(this.datapathInfo.mss);
  readonly #use = new WindowUse(this.datapath, this.datapathInfo, () => this.#onIdle());

  override onCreate(): void {
    this.datapath.install(WINDOW_PROGRAM, {
      fields: { Cwnd: this.datapathInfo.initCwnd, slack: this.#use.slackBytes },
    });
  }

  override onReport(r: Report<typeof WINDOW_PROGRAM>): void {
    this.#round.take(r);
    this.#use.take(r);
    if (r.timeout > 0) this.#onTimeout(r);
    else if (r.loss > 0) this.#onLoss(r);
    else if (!this.#round.active) this.#grow(r);
    this.#lastUs = r.now;
    this.#wasIdle = false;
    this.datapath.updateField('Cwnd', Math.round(this.#cwnd * this.datapathInfo.mss));
    this.datapath.updateField('cuts', this.#round.cuts);
  }

  #grow(r: Report<typeof WINDOW_PROGRAM>): void {
    const { mss } = this.datapathInfo;
    const acked = this.#use.usedBytes(r, this.#cwnd * mss) / mss;
    // Section 5.8: the time in which the window was not used is none of the curve's.
    if (this.#epochUs !== undefined && (acked === 0 || this.#wasIdle)) this.#epochUs += r.now - this.#lastUs;
    if (acked === 0) return;
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
    this.#reduce(r);
    this.#cwnd = this.#ssthresh;
  }

  /** Section 4.8. */
  #onTimeout(r: Report<typeof WINDOW_PROGRAM>): void {
    if (!this.#round.active) this.#reduce(r);
    this.#cwnd = 1;
    this.#round.beginAfterTimeout();
  }

  /** Sections 4.6 and 4.7, fast convergence: a flow that did not regain its maximum leaves room. */
  #reduce(r: Report<typeof WINDOW_PROGRAM>): void {
    const { mss } = this.datapathInfo;
    const flight = flightBytes(r, this.#cwnd * mss, mss) / mss;
    this.#prior = this.#cwnd;
    this.#wMax = this.#cwnd < this.#wMax ? (this.#cwnd * (1 + BETA)) / 2 : this.#cwnd;
    this.#ssthresh = Math.max(flight * BETA, 2);
    this.#epochUs = undefined;
  }

  /** RFC 5681 section 4.1, and section 5.8 here. */
  #onIdle(): void {
    this.#wasIdle = true;
    const { initCwnd, mss } = this.datapathInfo;
    if (this.#cwnd * mss <= initCwnd) return;
    this.#cwnd = initCwnd / mss;
    this.datapath.updateField('Cwnd', initCwnd);
  }
}
