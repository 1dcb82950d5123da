// Additive increase, multiplicative decrease, in the style of pyportus: one instance per flow. The
// datapath program counts what was acknowledged and lost and reports once in a round trip.
import { AlgBase } from 'mooring';

const PROGRAM = `
(def (Report
  (volatile acked 0)
  (volatile loss 0)
  (volatile timeout false)))
(when true
  (:= Report.acked (+ Report.acked Ack.bytes_acked))
  (:= Report.loss (+ Report.loss Ack.lost_pkts_sample))
  (:= Report.timeout (|| Report.timeout Flow.was_timeout))
  (fallthrough))
(when (> Micros Flow.rtt_sample_us)
  (report)
  (:= Micros 0))
`;

export class Aimd extends AlgBase {
  onCreate() {
    this.cwnd = this.datapathInfo.initCwnd;
    this.halved = false;
    this.datapath.install(PROGRAM, { fields: { Cwnd: this.cwnd } });
  }

  onReport(r) {
    const { mss } = this.datapathInfo;
    const lost = r.loss > 0 || r.timeout;
    // The losses of one full queue are told over two round trips: halve for the first only.
    if (lost && !this.halved) this.cwnd = Math.max(2 * mss, this.cwnd / 2);
    if (!lost) this.cwnd += (mss * r.acked) / this.cwnd;
    this.halved = lost && !this.halved;
    this.datapath.updateField('Cwnd', Math.round(this.cwnd));
  }
}
