import { AlgBase, type AlgorithmClass } from './contract.js';
import { flightBytes, LossRound } from './loss-round.js';
import { checkNumbers } from './parts/index.js';
import type { Report } from './report.js';
import { INFINITY } from './values.js';
import { WindowUse } from './window-use.js';

/** The program of {@link createVegas}: once in a round trip the least RTT in it, and at once where packets were lost. */
const PROGRAM = `
(def (Report
  (volatile acked 0)
  (volatile sacked 0)
  (volatile loss 0)
  (volatile timeout false)
  (volatile used 0)
  (volatile minrtt +infinity)
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
  (:= Report.minrtt (min Report.minrtt Flow.rtt_sample_us))
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

/** What {@link createVegas} takes: packets of its own in the queue. */
export interface VegasOptions {
  /** Fewer than so many: a packet more a round trip. From 0 to 1000; 2 by default, as in CCP's vegas. */
  readonly alphaPackets?: number;
  /** More than so many: a packet less. From `alphaPackets` to 1000; 4 by default. */
  readonly betaPackets?: number;
  /** More than so many end slow start. From 0 to 1000; 1 by default. */
  readonly gammaPackets?: number;
}

/**
 * TCP Vegas (Brakmo and Peterson, IEEE JSAC 13(8), 1995): keeps a few packets of its own in the queue, told by how
 * much longer a round trip takes than the least there ever was. It doubles every other round trip at first; losses halve
 * it, as in Linux. Throws MOORING_ERR_BAD_ARGUMENT.
 *
 * @example
 * ```ts
 * const agent = new Agent({ algorithms: { vegas: createVegas({ alphaPackets: 2, betaPackets: 4 }) } });
 * ```
 */
export function createVegas(options: VegasOptions = {}): AlgorithmClass {
  const { alphaPackets = 2, betaPackets = 4, gammaPackets = 1 } = options;
  checkNumbers(options as Record<string, unknown>, {
    alphaPackets: [0, 1000],
    betaPackets: [alphaPackets, 1000],
    gammaPackets: [0, 1000],
  });
  return class Vegas extends AlgBase<typeof PROGRAM> {
    readonly #mss = this.datapathInfo.mss;
    #cwnd = this.datapathInfo.initCwnd;
    #baseRttUs = Number.POSITIVE_INFINITY;
    #slowStart = true;
    #grewLast = false;
    readonly #round = new LossRound(this.#mss);
    readonly #use = new WindowUse(this.datapath, this.datapathInfo, () => this.#onIdle());

    override onCreate(): void {
      this.datapath.install(PROGRAM, { fields: { Cwnd: this.#cwnd, slack: this.#use.slackBytes } });
    }

    override onReport(r: Report<typeof PROGRAM>): void {
      this.#round.take(r);
      this.#use.take(r);
      if (r.minrtt < INFINITY) this.#baseRttUs = Math.min(this.#baseRttUs, r.minrtt);
      if (r.timeout > 0 || r.loss > 0) this.#onLoss(r);
      else if (!this.#round.active && r.minrtt < INFINITY) this.#onRoundTrip(r);
      this.datapath.updateField('Cwnd', this.#cwnd);
      this.datapath.updateField('cuts', this.#round.cuts);
    }

    #onRoundTrip(r: Report<typeof PROGRAM>): void {
      const used = this.#use.usedBytes(r, this.#cwnd);
      if (used === 0) return;
      const queuedPackets = (this.#cwnd * (r.minrtt - this.#baseRttUs)) / r.minrtt / this.#mss;
      this.datapath.note('queuedPackets', queuedPackets);
      if (this.#slowStart) {
        this.#slowStart = queuedPackets <= gammaPackets;
        this.#grewLast = this.#slowStart && !this.#grewLast;
        if (this.#grewLast) this.#cwnd += used;
        if (this.#slowStart) return;
      }
      if (queuedPackets < alphaPackets) this.#cwnd += this.#mss;
      else if (queuedPackets > betaPackets) this.#cwnd = Math.max(2 * this.#mss, this.#cwnd - this.#mss);
    }

    #onLoss(r: Report<typeof PROGRAM>): void {
      this.#slowStart = false;
      if (r.timeout > 0) {
        this.#cwnd = 2 * this.#mss;
        this.#slowStart = true;
        this.#round.beginAfterTimeout();
      } else if (!this.#round.active) {
        this.#round.begin(r, this.#cwnd);
        this.#cwnd = Math.max(2 * this.#mss, Math.floor(flightBytes(r, this.#cwnd, this.#mss) / 2));
      }
    }

    #onIdle(): void {
      this.#cwnd = Math.min(this.#cwnd, this.datapathInfo.initCwnd);
      this.datapath.updateField('Cwnd', this.#cwnd);
    }
  };
}
