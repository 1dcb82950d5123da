// The three programs every figure is quoted for: what an agent of pyportus' example, a window
// algorithm that lives in the datapath, and a rate algorithm with a gain cycle ask of the machine.

export interface BenchProgram {
  readonly name: string;
  /** The text, with a number in an instruction: code never seen before is compiled afresh by every layer. 1 changes nothing. */
  readonly text: (salt: number) => string;
}

export const BENCH_PROGRAMS: readonly BenchProgram[] = [
  {
    name: 'aimd',
    text: (salt) => `
(def (Report (volatile acked 0) (volatile sacked 0) (volatile loss 0) (volatile timeout false)
             (volatile rtt 0) (volatile inflight 0)))
(when true
  (:= Report.inflight Flow.packets_in_flight)
  (:= Report.rtt Flow.rtt_sample_us)
  (:= Report.acked (+ Report.acked Ack.bytes_acked))
  (:= Report.sacked (+ Report.sacked Ack.packets_misordered))
  (:= Report.loss (+ Report.loss Ack.lost_pkts_sample))
  (:= Report.timeout Flow.was_timeout)
  (fallthrough))
(when (|| Report.timeout (> Report.loss 0))
  (report)
  (:= Micros 0))
(when (> Micros (max Flow.rtt_sample_us ${salt}))
  (report)
  (:= Micros 0))`,
  },
  {
    name: 'reno-like',
    text: (salt) => `
(def (Report (volatile acked 0) (volatile loss 0) (srtt 0) (minrtt +infinity))
     (Control.ssthresh 1000000000) (Control.mss 1448))
(when true
  (:= Report.acked (+ Report.acked Ack.bytes_acked))
  (:= Report.loss (+ Report.loss Ack.lost_pkts_sample))
  (:= Report.srtt (ewma 8 Flow.rtt_sample_us))
  (:= Report.minrtt (min Report.minrtt Flow.rtt_sample_us))
  (fallthrough))
(when (|| Flow.was_timeout (> Ack.lost_pkts_sample 0))
  (:= Control.ssthresh (max (/ Cwnd 2) (* 2 Control.mss)))
  (:= Cwnd Control.ssthresh)
  (report)
  (:= Micros 0))
(when (< Cwnd Control.ssthresh)
  (:= Cwnd (+ Cwnd Ack.bytes_acked)))
(when (> Cwnd (- Control.ssthresh 1))
  (:= Cwnd (+ Cwnd (/ (* Control.mss Ack.bytes_acked) Cwnd))))
(when (> Micros (max Report.srtt ${salt}))
  (report)
  (:= Micros 0))`,
  },
  {
    name: 'bbr-like',
    text: (salt) => `
(def (Report (volatile loss 0) (volatile minrtt +infinity) (volatile rate 0) (pulse 0))
     (Control.base 150) (Control.rateLow 1250000) (Control.rateMid 1666000) (Control.rateHigh 2083000)
     (Control.cap 200000))
(when true
  (:= Report.loss (+ Report.loss Ack.lost_pkts_sample))
  (:= Report.minrtt (min Report.minrtt Flow.rtt_sample_us))
  (:= Report.rate (max Report.rate (min Flow.rate_outgoing Flow.rate_incoming)))
  (fallthrough))
(when (&& (> Micros Control.base) (== Report.pulse 0))
  (:= Rate Control.rateLow)
  (:= Report.pulse 1)
  (report))
(when (&& (> Micros (* 2 Control.base)) (== Report.pulse 1))
  (:= Rate Control.rateMid)
  (:= Report.pulse 2)
  (report))
(when (&& (> Micros (* 8 Control.base)) (== Report.pulse 2))
  (:= Rate Control.rateHigh)
  (:= Cwnd Control.cap)
  (:= Report.pulse 0)
  (:= Micros 0)
  (report))
(when (> Report.loss (max 10 ${salt}))
  (:= Cwnd (max (/ Cwnd 2) 5792))
  (report))`,
  },
];
