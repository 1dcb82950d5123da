import { AlgBase, type AlgorithmClass } from './contract.js';
import { LossRound } from './loss-round.js';
import { checkNumbers, WindowedMax, WindowedMin } from './parts/index.js';
import type { Report } from './report.js';
import { INFINITY } from './values.js';

/** The program of {@link createCopa}: four times in a round trip the least RTT since the last report, at once on loss. */
const PROGRAM = `
(def (Report
  (volatile acked 0)
  (volatile sacked 0)
  (volatile loss 0)
  (volatile timeout false)
  (volatile minrtt +infinity)
  (rtt 0)
  (inflight 0)
  (now 0)
  (cuts 0))
  (cuts 0)
  (interval 1000))
(when true
  (:= Report.acked (+ Report.acked Ack.bytes_acked))
  (:= Report.sacked (+ Report.sacked Ack.packets_misordered))
  (:= Report.loss (+ Report.loss Ack.lost_pkts_sample))
  (:= Report.timeout Flow.was_timeout)
  (:= Report.minrtt (min Report.minrtt Flow.rtt_sample_us))
  (:= Report.rtt (if (< Flow.rtt_sample_us 2147483647) Flow.rtt_sample_us))
  (:= Report.inflight Flow.bytes_in_flight)
  (:= Report.now Ack.now)
  (fallthrough))
(when (|| (|| Report.timeout (> Report.loss 0)) (> cuts Report.cuts))
  (:= Report.cuts cuts)
  (report)
  (:= Micros 0))
(when (> Micros interval)
  (report)
  (:= Micros 0))
`;

const MIN_RTT_WINDOW_US = 10_000_000;
const REPORTS_PER_RTT = 4;
/** The window is steered from one side to the other of its target: it speeds up only where it goes one way for longer. */
const STEADY_ROUNDS = 3;
/** Of the window, what a round trip changes at most: by all of it, a window of 300 packets never comes to rest. */
const FASTEST_SHARE = 1 / 8;
/** Section 2.2: the queue is nearly empty at least once in so many round trips, where all are Copa; the paper has 5, for control at every ACK. */
const EMPTY_ROUNDS = 10;
const EMPTY_SHARE = 0.1;
/** On a slow path a packet is more than that share: so few of its own in the queue are as good. */
const EMPTY_PACKETS = 1.5;
const MIN_DELTA = 0.004;

/** What {@link createCopa} takes. */
export interface CopaOptions {
  /** δ: the smaller, the more packets it keeps in the queue (1/δ on average). From 0.004 to 10; 0.5 by default. */
  readonly delta?: number;
  /**
   * `auto` lets δ follow losses while somebody else keeps the queue full, as the paper has it; `default` holds it. `auto` by
   * default.
   */
  readonly mode?: 'auto' | 'default';
}

/**
 * Copa (Arun and Balakrishnan, NSDI 2018): moves its rate to 1/(δ · queueing delay) packets a second, which leaves the
 * queue empty now and then; where it is not for ten round trips, others fill it, and 1/δ grows by one a round trip and halves
 * for a loss. Paced at twice the window a round trip. Throws MOORING_ERR_BAD_ARGUMENT.
 *
 * @example
 * ```ts
 * const agent = new Agent({ algorithms: { copa: createCopa({ delta: 0.5 }) } });
 * ```
 */
export function createCopa(options: CopaOptions = {}): AlgorithmClass {
  checkNumbers(options as Record<string, unknown>, { delta: [MIN_DELTA, 10] });
  const { delta: ownDelta = 0.5, mode = 'auto' } = options;
  return class Copa extends AlgBase<typeof PROGRAM> {
    readonly #mss = this.datapathInfo.mss;
    /** Packets. */
    #cwnd = this.datapathInfo.initCwnd / this.#mss;
    #delta = ownDelta;
    #slowStart = true;
    #velocity = 1;
    #rises = true;
    /** Round trips the window has gone one way. */
    #steadyRounds = 0;
    #roundUs = 0;
    #roundCwnd = this.#cwnd;
    #emptyUs = 0;
    readonly #min = new WindowedMin(MIN_RTT_WINDOW_US);
    readonly #standing = new WindowedMin(0);
    readonly #max = new WindowedMax(0);
    readonly #round = new LossRound(this.#mss);

    override onCreate(): void {
      this.datapath.install(PROGRAM, { fields: { Cwnd: this.datapathInfo.initCwnd } });
    }

    override onReport(r: Report<typeof PROGRAM>): void {
      this.#round.take(r);
      if (r.loss > 0 || r.timeout > 0) this.#onLoss(r);
      const minUs = r.minrtt < INFINITY ? this.#min.add(r.minrtt, r.now) : this.#min.value;
      if (minUs === undefined) return;
      if (r.minrtt < INFINITY) {
        this.#standing.windowUs = r.rtt / 2;
        this.#max.windowUs = EMPTY_ROUNDS * r.rtt;
        this.#standing.add(r.minrtt, r.now);
        this.#max.add(r.rtt, r.now);
      }
      const standingUs = this.#standing.value ?? minUs;
      const queueingUs = standingUs - minUs;
      this.#chooseDelta(queueingUs, minUs, r);
      this.#steer(queueingUs, standingUs, r);
      this.#set(standingUs, minUs);
    }

    /** Section 2.1: towards the target rate by velocity/δ packets a round trip. */
    #steer(queueingUs: number, standingUs: number, r: Report<typeof PROGRAM>): void {
      const acked = (r.acked + r.sacked * this.#mss) / this.#mss;
      const rises = this.#cwnd * this.#delta * queueingUs <= standingUs;
      if (this.#slowStart) {
        if (rises) this.#cwnd += acked;
        else this.#slowStart = false;
      }
      if (!this.#slowStart) {
        const step = (this.#velocity * acked) / (this.#delta * this.#cwnd);
        // A report stands for many ACKs: no farther than the window of which they are a part.
        this.#cwnd += Math.min(step, acked) * (rises ? 1 : -1);
        this.#cwnd = Math.max(2, this.#cwnd);
        if (rises !== this.#rises) this.#turn(rises);
      }
      if (r.now - this.#roundUs >= r.rtt) this.#onRoundTrip(r.now);
    }

    /** Once in a round trip the velocity doubles, where the window has gone one way for three. */
    #onRoundTrip(nowUs: number): void {
      const rose = this.#cwnd > this.#roundCwnd;
      if (rose === this.#rises) this.#steadyRounds += 1;
      else this.#turn(this.#rises);
      if (this.#steadyRounds >= STEADY_ROUNDS)
        this.#velocity = Math.min(2 * this.#velocity, FASTEST_SHARE * this.#cwnd * this.#delta);
      this.#velocity = Math.max(1, this.#velocity);
      if (this.#delta < ownDelta) this.#delta = 1 / (1 / this.#delta + 1);
      this.#roundUs = nowUs;
      this.#roundCwnd = this.#cwnd;
    }

    #turn(rises: boolean): void {
      this.#rises = rises;
      this.#velocity = 1;
      this.#steadyRounds = 0;
    }

    /** Section 2.2. */
    #chooseDelta(queueingUs: number, minUs: number, r: Report<typeof PROGRAM>): void {
      const nearlyEmptyUs = EMPTY_SHARE * ((this.#max.value ?? minUs) - minUs);
      const ownPacketUs = (minUs + queueingUs) / this.#cwnd;
      if (queueingUs <= Math.max(nearlyEmptyUs, EMPTY_PACKETS * ownPacketUs)) this.#emptyUs = r.now;
      const competes = mode === 'auto' && !this.#slowStart && r.now - this.#emptyUs > EMPTY_ROUNDS * r.rtt;
      if (!competes) this.#delta = ownDelta;
      else if (this.#delta === ownDelta) this.#delta = 1 / (1 / ownDelta + 1);
      this.#delta = Math.max(MIN_DELTA, this.#delta);
      this.datapath.note('delta', this.#delta);
    }

    #onLoss(r: Report<typeof PROGRAM>): void {
      if (r.timeout > 0) {
        this.#cwnd = 2;
        this.#turn(true);
        this.#round.beginAfterTimeout();
      } else if (!this.#round.active) {
        this.#round.begin(r, this.#cwnd * this.#mss);
        this.#slowStart = false;
        if (this.#delta < ownDelta) this.#delta = Math.min(ownDelta, 2 * this.#delta);
      }
    }

    #set(standingUs: number, minUs: number): void {
      const Cwnd = Math.round(this.#cwnd * this.#mss);
      this.datapath.updateFields({
        Cwnd,
        Rate: Math.min(INFINITY - 1, Math.ceil((2 * Cwnd * 1e6) / Math.max(1, standingUs))),
        interval: Math.max(1, Math.round(minUs / REPORTS_PER_RTT)),
        cuts: this.#round.cuts,
      });
    }
  };
}
