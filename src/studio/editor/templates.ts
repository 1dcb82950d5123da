/** What a new algorithm begins as: the README's first, additive increase and multiplicative decrease. */
export const ALGORITHM_TEMPLATE = `import { AlgBase, type Report } from 'mooring';

// Runs on every acknowledgement, in the datapath.
const PROGRAM = \`
(def (Report (volatile acked 0) (volatile loss 0) (volatile rtt 0)))
(when true
  (:= Report.acked (+ Report.acked Ack.bytes_acked))
  (:= Report.loss Ack.lost_pkts_sample)
  (:= Report.rtt Flow.rtt_sample_us)
  (fallthrough))
(when (> Micros Flow.rtt_sample_us) (report) (reset))\`;

// Runs once for each report.
export default class Aimd extends AlgBase<typeof PROGRAM> {
  cwndBytes = this.datapathInfo.initCwnd;

  override onCreate() {
    this.datapath.install(PROGRAM);
    this.datapath.updateField('Cwnd', this.cwndBytes);
  }

  override onReport(r: Report<typeof PROGRAM>) {
    const { mss } = this.datapathInfo;
    if (r.loss > 0) this.cwndBytes = Math.max(2 * mss, this.cwndBytes / 2);
    else this.cwndBytes += (mss * r.acked) / this.cwndBytes;
    this.datapath.updateField('Cwnd', Math.floor(this.cwndBytes));
  }
}
`;

/** A datapath program that needs no algorithm: it sets the window itself. */
export const PROGRAM_TEMPLATE = `# A window that a loss halves, and that grows by a packet a round trip.
(def (Report (volatile acked 0)) (segments 0))
(when (> Ack.lost_pkts_sample 0)
  (:= Cwnd (max (/ Cwnd 2) 3000))
  (fallthrough))
(when true
  (:= segments (/ (* 1448 Ack.bytes_acked) Cwnd))
  (:= Cwnd (+ Cwnd segments)))
`;
