import { AlgBase, type AlgorithmClass } from './contract.js';
import { checkNumbers, WindowedMax, WindowedMin } from './parts/index.js';
import type { Report } from './report.js';
import { INFINITY } from './values.js';

const MEASURED = `
  (volatile loss 0)
  (volatile minrtt +infinity)
  (volatile rate 0)
  (inflight 0)
  (now 0)`;

const MEASURE = `
(when true
  (:= Report.loss (+ Report.loss Ack.lost_pkts_sample))
  (:= Report.minrtt (min Report.minrtt Flow.rtt_sample_us))
  (:= Report.rate (max Report.rate (min Flow.rate_outgoing Flow.rate_incoming)))
  (:= Report.inflight Flow.packets_in_flight)
  (:= Report.now Ack.now)
  (fallthrough))`;

/** Sends at one rate, and reports once in a round trip. */
const STARTUP = `
(def (Report${MEASURED})
  (interval 1000))
${MEASURE}
(when (> Micros interval)
  (report)
  (:= Micros 0))
`;

/** The cycle of gains, in the datapath: 5/4 for a round trip, 3/4 for one, 1 for six; a report at each step. */
const PROBE_BW = `
(def (Report${MEASURED})
  (interval 1000)
  (step 0)
  (fourths3 0)
  (fourths4 0)
  (fourths5 0))
${MEASURE}
(when (&& (== step 0) (> Micros interval))
  (:= Rate fourths3)
  (:= step 1)
  (report))
(when (&& (== step 1) (> Micros (* 2 interval)))
  (:= Rate fourths4)
  (:= step 2)
  (report))
(when (&& (== step 2) (> Micros (* 8 interval)))
  (:= Rate fourths5)
  (:= step 0)
  (:= Micros 0)
  (report))
`;

/** Waits until four packets are in flight, then 200 ms and a round trip. */
const PROBE_RTT = `
(def (Report${MEASURED})
  (interval 1000)
  (hold 200000)
  (low 0))
${MEASURE}
(when (&& (== low 0) (< Flow.packets_in_flight 5))
  (:= low 1)
  (:= Micros 0))
(when (&& (== low 1) (> Micros hold))
  (report)
  (:= Micros 0))
`;

type Programs = typeof STARTUP | typeof PROBE_BW | typeof PROBE_RTT;

/** 2/ln 2. */
const STARTUP_GAIN = 2.885;
const FULL_GROWTH = 1.25;
const FULL_ROUNDS = 3;
const CWND_GAIN = 2;
const PROBE_RTT_PACKETS = 4;
const PROBE_RTT_HOLD_US = 200_000;
const BANDWIDTH_ROUNDS = 10;

/** What {@link createBbr} takes. */
export interface BbrOptions {
  /** How old the least round trip may get before it is looked for again, s. From 1 to 3600; 10 by default. */
  readonly probeRttIntervalSeconds?: number;
}

/**
 * BBR as *Restructuring Endpoint Congestion Control* (SIGCOMM 2018) has it: the cycle of gains runs in the datapath, by
 * a program of its own for each state, and the agent sees a report for each step. As published it knows no STARTUP and
 * keeps the greatest rate for ever; here it has both from the original (Cardwell et al., CACM 60(2), 2017), and so
 * follows a path that slows down. Throws MOORING_ERR_BAD_ARGUMENT.
 *
 * @example
 * ```ts
 * const agent = new Agent({ algorithms: { bbr: createBbr({ probeRttIntervalSeconds: 10 }) } });
 * ```
 */
export function createBbr(options: BbrOptions = {}): AlgorithmClass {
  checkNumbers(options as Record<string, unknown>, { probeRttIntervalSeconds: [1, 3600] });
  const minRttWindowUs = (options.probeRttIntervalSeconds ?? 10) * 1e6;
  return class Bbr extends AlgBase<Programs> {
    readonly #bandwidth = new WindowedMax(0);
    readonly #minRtt = new WindowedMin(minRttWindowUs);
    #state: 'startup' | 'drain' | 'probeBw' | 'probeRtt' = 'startup';
    #minRttUs = 0;
    #minRttAtUs = 0;
    #fullBandwidth = 0;
    #fullRounds = 0;
    #isFull = false;

    override onCreate(): void {
      this.datapath.install(STARTUP, { fields: { Cwnd: this.datapathInfo.initCwnd } });
    }

    override onReport(r: Report<Programs>): void {
      this.#measure(r);
      if (this.#minRttUs === 0 || this.#bandwidth.value === undefined) return;
      switch (this.#state) {
        case 'startup':
          this.#onStartup();
          break;
        case 'drain':
          if (r.inflight * this.datapathInfo.mss <= this.#productBytes(1)) this.#probeBandwidth();
          break;
        case 'probeRtt':
          if (r.program !== PROBE_RTT) break;
          this.#minRttAtUs = r.now;
          if (this.#isFull) this.#probeBandwidth();
          else this.#start();
          break;
        case 'probeBw':
          this.#setProbeFields();
          break;
        default:
          break;
      }
      if (this.#state !== 'probeRtt' && r.now - this.#minRttAtUs > minRttWindowUs) this.#probeRoundTrip();
    }

    #measure(r: Report<Programs>): void {
      if (r.minrtt > 0 && r.minrtt < INFINITY) {
        const least = this.#minRtt.add(r.minrtt, r.now);
        if (this.#minRttUs === 0 || r.minrtt <= this.#minRttUs) this.#minRttAtUs = r.now;
        this.#minRttUs = least;
      }
      // What four packets in flight deliver says nothing of the path.
      if (this.#state === 'probeRtt' || r.rate === 0) return;
      this.#bandwidth.windowUs = BANDWIDTH_ROUNDS * Math.max(this.#minRttUs, 1000);
      this.#bandwidth.add(r.rate, r.now);
      this.datapath.note('bottleneckBytesPerSecond', this.#bandwidth.value!);
    }

    #onStartup(): void {
      const bandwidth = this.#bandwidth.value!;
      if (bandwidth >= FULL_GROWTH * this.#fullBandwidth) {
        this.#fullBandwidth = bandwidth;
        this.#fullRounds = 0;
      } else {
        this.#fullRounds += 1;
      }
      if (this.#fullRounds >= FULL_ROUNDS) {
        this.#isFull = true;
        this.#state = 'drain';
        this.#hold(1 / STARTUP_GAIN, STARTUP_GAIN);
      } else {
        this.#hold(STARTUP_GAIN, STARTUP_GAIN);
      }
    }

    #start(): void {
      this.#state = 'startup';
      this.datapath.install(STARTUP);
      this.#hold(STARTUP_GAIN, STARTUP_GAIN);
    }

    /** One rate, a report for each round trip. */
    #hold(rateGain: number, cwndGain: number): void {
      this.datapath.updateFields({
        Rate: rateOf(this.#bandwidth.value! * rateGain),
        Cwnd: Math.max(this.datapathInfo.initCwnd, this.#productBytes(cwndGain)),
        interval: this.#minRttUs,
      });
    }

    #probeBandwidth(): void {
      this.#state = 'probeBw';
      // Begins with the round trip at the rate itself, as after a drain there is no queue to drain.
      this.datapath.install(PROBE_BW, {
        fields: { ...this.#probeFields(), step: 2, Rate: this.#probeFields().fourths4 },
      });
    }

    #setProbeFields(): void {
      this.datapath.updateFields(this.#probeFields());
    }

    #probeFields() {
      const bandwidth = this.#bandwidth.value!;
      return {
        interval: this.#minRttUs,
        fourths3: rateOf(0.75 * bandwidth),
        fourths4: rateOf(bandwidth),
        fourths5: rateOf(1.25 * bandwidth),
        Cwnd: this.#productBytes(CWND_GAIN),
      };
    }

    #probeRoundTrip(): void {
      this.#state = 'probeRtt';
      this.#minRtt.clear();
      this.datapath.install(PROBE_RTT, {
        fields: {
          hold: Math.max(PROBE_RTT_HOLD_US, this.#minRttUs),
          Cwnd: PROBE_RTT_PACKETS * this.datapathInfo.mss,
        },
      });
    }

    #productBytes(gain: number): number {
      const product = (gain * this.#bandwidth.value! * this.#minRttUs) / 1e6;
      return Math.round(Math.max(product, PROBE_RTT_PACKETS * this.datapathInfo.mss));
    }
  };
}

function rateOf(bytesPerSecond: number): number {
  return Math.min(INFINITY - 1, Math.max(1, Math.round(bytesPerSecond)));
}
