import { AlgBase, type AlgorithmClass } from './contract.js';
import { flightBytes, LossRound } from './loss-round.js';
import { checkNumbers } from './parts/index.js';
import type { Report } from './report.js';
import { WindowUse } from './window-use.js';

/** The program of {@link createDctcp}: once in a round trip what was acknowledged and how many packets were marked. */
const PROGRAM = `
(def (Report
  (volatile acked 0)
  (volatile sacked 0)
  (volatile packets 0)
  (volatile marked 0)
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
  (:= Report.packets (+ Report.packets (+ Ack.packets_acked Ack.packets_misordered)))
  (:= Report.marked (+ Report.marked Ack.ecn_packets))
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

/** What {@link createDctcp} takes. */
export interface DctcpOptions {
  /** g of RFC 8257: how far α moves to the share of a round trip. From 0 to 1; 1/16 by default. */
  readonly gain?: number;
}

/**
 * DCTCP (RFC 8257) over reports of a round trip each: Reno, but a round trip in which packets came marked cuts by half
 * the share of them. It wants a datapath that counts marks (`Ack.ecn_packets`) and a queue that marks from a length on; of
 * one that counts none it is Reno. Throws MOORING_ERR_BAD_ARGUMENT.
 *
 * @example
 * ```ts
 * const agent = new Agent({ algorithms: { dctcp: createDctcp() } });
 * ```
 */
export function createDctcp(options: DctcpOptions = {}): AlgorithmClass {
  checkNumbers(options as Record<string, unknown>, { gain: [0, 1] });
  const { gain = 1 / 16 } = options;
  return class Dctcp extends AlgBase<typeof PROGRAM> {
    readonly #mss = this.datapathInfo.mss;
    #cwnd = this.datapathInfo.initCwnd;
    #ssthresh = Number.POSITIVE_INFINITY;
    #alpha = 1;
    /** Of the round trip at hand, in case it is reported in pieces. */
    #packets = 0;
    #marked = 0;
    #endUs = 0;
    readonly #round = new LossRound(this.#mss);
    readonly #use = new WindowUse(this.datapath, this.datapathInfo, () => this.#onIdle());

    override onCreate(): void {
      this.datapath.install(PROGRAM, { fields: { Cwnd: this.#cwnd, slack: this.#use.slackBytes } });
    }

    override onReport(r: Report<typeof PROGRAM>): void {
      this.#round.take(r);
      this.#use.take(r);
      this.#packets += r.packets;
      this.#marked += Math.min(r.marked, r.packets);
      if (r.timeout > 0) this.#onTimeout(r);
      else if (r.loss > 0) this.#onLoss(r);
      else if (!this.#round.active) this.#grow(this.#use.usedBytes(r, this.#cwnd));
      if (this.#packets > 0 && r.now >= this.#endUs) this.#onRoundTrip(r);
      this.datapath.updateField('Cwnd', Math.floor(this.#cwnd));
      this.datapath.updateField('cuts', this.#round.cuts);
    }

    /** RFC 8257 section 3.3. */
    #onRoundTrip(r: Report<typeof PROGRAM>): void {
      this.#alpha += gain * (this.#marked / this.#packets - this.#alpha);
      if (this.#marked > 0 && !this.#round.active) {
        this.#cwnd = Math.max(2 * this.#mss, this.#cwnd * (1 - this.#alpha / 2));
        this.#ssthresh = this.#cwnd;
      }
      this.datapath.note('alpha', this.#alpha);
      this.#packets = 0;
      this.#marked = 0;
      this.#endUs = r.now + r.rtt;
    }

    #grow(usedBytes: number): void {
      const inSlowStart = Math.min(usedBytes, Math.max(0, this.#ssthresh - this.#cwnd));
      this.#cwnd += inSlowStart;
      this.#cwnd += (this.#mss * (usedBytes - inSlowStart)) / this.#cwnd;
    }

    /** Section 3.5: as any other TCP. */
    #onLoss(r: Report<typeof PROGRAM>): void {
      if (this.#round.active) return;
      this.#round.begin(r, this.#cwnd);
      this.#ssthresh = Math.max(2 * this.#mss, flightBytes(r, this.#cwnd, this.#mss) / 2);
      this.#cwnd = this.#ssthresh;
    }

    #onTimeout(r: Report<typeof PROGRAM>): void {
      if (!this.#round.active) this.#ssthresh = Math.max(2 * this.#mss, flightBytes(r, this.#cwnd, this.#mss) / 2);
      this.#cwnd = this.#mss;
      this.#round.beginAfterTimeout();
    }

    #onIdle(): void {
      this.#cwnd = Math.min(this.#cwnd, this.datapathInfo.initCwnd);
      this.datapath.updateField('Cwnd', Math.floor(this.#cwnd));
    }
  };
}
