import { AlgBase } from './contract.js';
import type { Report } from './report.js';
import { WindowUse } from './window-use.js';

/** The program of {@link Aimd}: reports once in a round trip, and at once on loss. */
const PROGRAM = `
(def (Report
  (volatile acked 0)
  (volatile loss 0)
  (volatile timeout false)
  (volatile used 0)
  (inflight 0)
  (rtt 0))
  (slack 0)
  (window 0))
(when true
  (:= Report.acked (+ Report.acked Ack.bytes_acked))
  (:= Report.inflight Flow.bytes_in_flight)
  (:= Report.loss (+ Report.loss Ack.lost_pkts_sample))
  (:= Report.timeout Flow.was_timeout)
  (:= Report.rtt (if (< Flow.rtt_sample_us 2147483647) Flow.rtt_sample_us))
  (:= full (> (+ (+ Flow.bytes_in_flight Ack.bytes_acked) slack) (min window Cwnd)))
  (:= window Cwnd)
  (if full (:= Report.used (+ Report.used Ack.bytes_acked)))
  (fallthrough))
(when (|| Report.timeout (> Report.loss 0))
  (report)
  (:= Micros 0))
(when (> Micros Report.rtt)
  (report)
  (:= Micros 0))
`;

/**
 * Additive increase, multiplicative decrease: half the window on loss, once for each window of data, else
 * mss · acked / cwnd more where the window was used. Never below 2 · mss.
 *
 * @example
 * ```ts
 * const agent = new Agent({ algorithms: { aimd: Aimd } });
 * ```
 */
export class Aimd extends AlgBase<typeof PROGRAM> {
  readonly #mss = this.datapathInfo.mss;
  #cwnd = this.datapathInfo.initCwnd;
  /** Bytes to be acknowledged before the next cut: losses until then are of the window that was cut. */
  #untilNextCut = 0;
  readonly #use = new WindowUse(this.datapath, this.datapathInfo, () => this.#onIdle());

  override onCreate(): void {
    this.datapath.install(PROGRAM, { fields: { Cwnd: this.#cwnd, slack: this.#use.slackBytes } });
  }

  override onReport(r: Report<typeof PROGRAM>): void {
    this.#use.take(r);
    this.#untilNextCut = Math.max(0, this.#untilNextCut - r.acked);
    if (r.loss > 0 || r.timeout > 0) {
      if (this.#untilNextCut > 0) return;
      this.#cwnd = Math.max(Math.floor(this.#cwnd / 2), 2 * this.#mss);
      this.#untilNextCut = this.#cwnd;
    } else {
      this.#cwnd += Math.floor((this.#mss * this.#use.usedBytes(r, this.#cwnd)) / this.#cwnd);
    }
    this.datapath.updateField('Cwnd', this.#cwnd);
  }

  #onIdle(): void {
    if (this.#cwnd <= this.datapathInfo.initCwnd) return;
    this.#cwnd = this.datapathInfo.initCwnd;
    this.datapath.updateField('Cwnd', this.#cwnd);
  }
}
