/** Reno's congestion avoidance, in the datapath alone: what the editor begins with. */
export const FIRST_PROGRAM = `(def
  (Report (volatile acked 0))
  (sinceCut 0))
(when true
  (:= Report.acked
    (+ Report.acked Ack.bytes_acked))
  (:= sinceCut (+ sinceCut Ack.bytes_acked))
  (fallthrough))
# Halve once for each window of data.
(when (&& (> Ack.lost_pkts_sample 0)
          (> sinceCut Cwnd))
  (:= Cwnd (max (/ Cwnd 2) 2896))
  (:= sinceCut 0)
  (report))
(when true
  (:= Cwnd (+ Cwnd
    (/ (* 1448 Ack.bytes_acked) Cwnd))))
`;
