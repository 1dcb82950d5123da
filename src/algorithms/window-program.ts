/**
 * What window-based algorithms want to know: a report once in a round trip, and at once where packets
 * were lost. Counts are of the time since the last report.
 */
export const WINDOW_PROGRAM = `
(def (Report
  (volatile acked 0)
  (volatile sacked 0)
  (volatile loss 0)
  (volatile timeout false)
  (rtt 0)
  (inflight 0)
  (now 0)))
(when true
  (:= Report.acked (+ Report.acked Ack.bytes_acked))
  (:= Report.sacked (+ Report.sacked Ack.packets_misordered))
  (:= Report.loss (+ Report.loss Ack.lost_pkts_sample))
  (:= Report.timeout Flow.was_timeout)
  (:= Report.rtt Flow.rtt_sample_us)
  (:= Report.inflight Flow.bytes_in_flight)
  (:= Report.now Ack.now)
  (fallthrough))
(when (|| Report.timeout (> Report.loss 0))
  (report)
  (:= Micros 0))
(when (> Micros Flow.rtt_sample_us)
  (report)
  (:= Micros 0))
`;
