import { AlgBase } from './contract.js';
import type { Report } from './report.js';
import { WindowUse } from './window-use.js';

/** The program of {@link SampleCCAlg}: the latest RTT and how much of the window was used, once in a round trip. */
const PROGRAM = `
(def (Report (volatile acked 0) (volatile used 0) (inflight 0) (rtt 0)) (slack 0) (window 0))
(when true
  (:= Report.inflight Flow.bytes_in_flight)
  (:= Report.acked (+ Report.acked Ack.bytes_acked))
  (:= full (> (+ (+ Flow.bytes_in_flight Ack.bytes_acked) slack) (min window Cwnd)))
  (:= window Cwnd)
  (if full (:= Report.used (+ Report.used Ack.bytes_acked)))
  (:= Report.rtt (if (< Flow.rtt_sample_us 2147483647) Flow.rtt_sample_us))
  (fallthrough))
(when (> Micros Report.rtt)
  (report)
  (:= Micros 0))
`;

/**
 * One packet less when the RTT rose since the last report, one more when it fell or stayed and the
 * window was used: the smallest algorithm that reacts to anything. Never below 2 · mss.
 *
 * @example
 * ```ts
 * const agent = new Agent({ algorithms: { sample: SampleCCAlg } });
 * ```
 */
export class SampleCCAlg extends AlgBase<typeof PROGRAM> {
  #cwnd = this.datapathInfo.initCwnd;
  #lastRttUs = Number.POSITIVE_INFINITY;
  readonly #use = new WindowUse(this.datapath, this.datapathInfo, () => this.#onIdle());

  override onCreate(): void {
    this.datapath.install(PROGRAM, { fields: { Cwnd: this.#cwnd, slack: this.#use.slackBytes } });
  }

  override onReport(r: Report<typeof PROGRAM>): void {
    const { mss } = this.datapathInfo;
    this.#use.take(r);
    if (r.rtt > this.#lastRttUs) this.#cwnd = Math.max(this.#cwnd - mss, 2 * mss);
    else if (this.#use.usedBytes(r, this.#cwnd) > 0) this.#cwnd += mss;
    this.#lastRttUs = r.rtt;
    this.datapath.updateField('Cwnd', this.#cwnd);
  }

  #onIdle(): void {
    if (this.#cwnd <= this.datapathInfo.initCwnd) return;
    this.#cwnd = this.datapathInfo.initCwnd;
    this.datapath.updateField('Cwnd', this.#cwnd);
  }
}
