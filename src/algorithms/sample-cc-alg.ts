import { AlgBase } from './contract.js';
import type { Report } from './report.js';

/** The program of {@link SampleCCAlg}: the latest RTT, once in a round trip. */
const PROGRAM = `
(def (Report (rtt 0)))
(when true
  (:= Report.rtt Flow.rtt_sample_us)
  (fallthrough))
(when (> Micros Flow.rtt_sample_us)
  (report)
  (:= Micros 0))
`;

/**
 * One packet less when the RTT rose since the last report, one more when it fell or stayed: the
 * smallest algorithm that reacts to anything. Never below 2 · mss.
 *
 * @example
 * ```ts
 * const agent = new Agent({ algorithms: { sample: SampleCCAlg } });
 * ```
 */
export class SampleCCAlg extends AlgBase<typeof PROGRAM> {
  #cwnd = this.datapathInfo.initCwnd;
  #lastRttUs = Number.POSITIVE_INFINITY;

  override onCreate(): void {
    this.datapath.install(PROGRAM, { fields: { Cwnd: this.#cwnd } });
  }

  override onReport(r: Report<typeof PROGRAM>): void {
    const { mss } = this.datapathInfo;
    this.#cwnd = r.rtt > this.#lastRttUs ? Math.max(this.#cwnd - mss, 2 * mss) : this.#cwnd + mss;
    this.#lastRttUs = r.rtt;
    this.datapath.updateField('Cwnd', this.#cwnd);
  }
}
