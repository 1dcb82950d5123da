// The script of both agents in this folder, for worker threads: report n of flow s is answered with Cwnd
// 10000 + 100 s + n and Rate 500000 + 10 s + n; answers 2 and 4 switch programs.
import { AlgBase } from 'mooring';

const FIRST = `
(def (Report (volatile acked 0)))
(when true (:= Report.acked (+ Report.acked Ack.bytes_acked)) (report))`;
const SECOND = `
(def (Report (volatile rtt 0)) (limit 0))
(when true (:= Report.rtt (max Report.rtt Flow.rtt_sample_us)) (report))`;

export class Scripted extends AlgBase {
  reports = 0;
  static datapathPrograms() {
    return { first: FIRST, second: SECOND };
  }
  onCreate() {
    this.datapath.setProgram('first', { Cwnd: 10_000 + 100 * this.datapathInfo.sockId });
  }
  onReport() {
    this.reports += 1;
    const { sockId } = this.datapathInfo;
    const told = { Cwnd: 10_000 + 100 * sockId + this.reports, Rate: 500_000 + 10 * sockId + this.reports };
    if (this.reports === 2 || this.reports === 4) {
      this.datapath.setProgram(this.reports === 2 ? 'second' : 'first', told);
    } else {
      this.datapath.updateFields(told);
    }
  }
}
