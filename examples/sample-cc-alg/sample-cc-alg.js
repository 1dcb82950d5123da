// The smallest algorithm that reacts to anything: a packet more while the round trip falls or
// stays, a packet less while it rises.
import { AlgBase } from 'mooring';

const PROGRAM = `
(def (Report (rtt 0)))
(when true
  (:= Report.rtt Flow.rtt_sample_us)
  (fallthrough))
(when (> Micros Flow.rtt_sample_us)
  (report)
  (:= Micros 0))
`;

export class SampleCCAlg extends AlgBase {
  onCreate() {
    this.cwnd = this.datapathInfo.initCwnd;
    this.lastRttUs = Number.POSITIVE_INFINITY;
    this.datapath.install(PROGRAM, { fields: { Cwnd: this.cwnd } });
  }

  onReport(r) {
    const { mss } = this.datapathInfo;
    this.cwnd = r.rtt > this.lastRttUs ? Math.max(2 * mss, this.cwnd - mss) : this.cwnd + mss;
    this.lastRttUs = r.rtt;
    this.datapath.updateField('Cwnd', this.cwnd);
  }
}
