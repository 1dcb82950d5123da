import { AlgBase } from './contract.js';
import type { Report } from './report.js';

/** The program of {@link Aimd}: reports once in a round trip, and at once on loss. */
const PROGRAM = `
(def (Report
  (volatile acked 0)
  (volatile loss 0)
  (volatile timeout false)
  (rtt 0)))
(when true
  (:= Report.acked (+ Report.acked Ack.bytes_acked))
  (:= Report.loss (+ Report.loss Ack.lost_pkts_sample))
  (:= Report.timeout Flow.was_timeout)
  (:= Report.rtt Flow.rtt_sample_us)
  (fallthrough))
(when (|| Report.timeout (> Report.loss 0))
  (report)
  (:= Micros 0))
(when (> Micros Flow.rtt_sample_us)
  (report)
  (:= Micros 0))
`;

/**
 * Additive increase, multiplicative decrease: half the window on loss, once for each window of data, else
 * mss · acked / cwnd more. Never below 2 · mss.
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

  override onCreate(): void {
    this.datapath.install(PROGRAM, { fields: { Cwnd: this.#cwnd } });
  }

  override onReport(r: Report<typeof PROGRAM>): void {
    this.#untilNextCut = Math.max(0, this.#untilNextCut - r.acked);
    if (r.loss > 0 || r.timeout > 0) {
      if (this.#untilNextCut > 0) return;
      this.#cwnd = Math.max(Math.floor(this.#cwnd / 2), 2 * this.#mss);
      this.#untilNextCut = this.#cwnd;
    } else {
      this.#cwnd += Math.floor((this.#mss * r.acked) / this.#cwnd);
    }
    this.datapath.updateField('Cwnd', this.#cwnd);
  }
}
