/**
 * What window-based algorithms want to know: a report once in a round trip, and at once where packets
 * were lost. Counts are of the time since the last report. `rtt` is the last sample, 0 before there is
 * one: acknowledgements of retransmissions have none, and read as an endless round trip. `used` is what was
 * acknowledged while the window, as it was before the agent last moved it, was full but for `slack`. `cuts` is set by
 * the agent: when it has counted up the datapath reports at once, to say since when it has the window
 * that came along (`LossRound`).
 */
export const WINDOW_PROGRAM = `
(def (Report
  (volatile acked 0)
  (volatile sacked 0)
  (volatile loss 0)
  (volatile timeout false)
  (volatile used 0)
  (rtt 0)
  (inflight 0)
  (now 0)
  (cuts 0))
  (cuts 0)
  (slack 0)
  (window 0))
(when true
  (:= Report.acked (+ Report.acked Ack.bytes_acked))
  (:= Report.sacked (+ Report.sacked Ack.packets_misordered))
  (:= Report.loss (+ Report.loss Ack.lost_pkts_sample))
  (:= Report.timeout Flow.was_timeout)
  (:= Report.rtt (if (< Flow.rtt_sample_us 2147483647) Flow.rtt_sample_us))
  (:= Report.inflight Flow.bytes_in_flight)
  (:= full (> (+ (+ Flow.bytes_in_flight Ack.bytes_acked) slack) (min window Cwnd)))
  (:= window Cwnd)
  (if full (:= Report.used (+ Report.used Ack.bytes_acked)))
  (:= Report.now Ack.now)
  (fallthrough))
(when (|| (|| Report.timeout (> Report.loss 0)) (> cuts Report.cuts))
  (:= Report.cuts cuts)
  (report)
  (:= Micros 0))
(when (> Micros Report.rtt)
  (report)
  (:= Micros 0))
`;
