import { AlgBase, type AlgorithmClass } from './contract.js';
import { LossRound } from './loss-round.js';
import { checkNumbers, spectrum } from './parts/index.js';
import type { Report } from './report.js';
import { INFINITY } from './values.js';

/** The program of {@link createNimbus}: every 10 ms what was sent and what arrived of it, at once on loss. */
const PROGRAM = `
(def (Report
  (volatile acked 0)
  (volatile sacked 0)
  (volatile loss 0)
  (volatile timeout false)
  (rtt 0)
  (rin 0)
  (rout 0)
  (inflight 0)
  (now 0)
  (cuts 0))
  (cuts 0)
  (interval 10000))
(when true
  (:= Report.acked (+ Report.acked Ack.bytes_acked))
  (:= Report.sacked (+ Report.sacked Ack.packets_misordered))
  (:= Report.loss (+ Report.loss Ack.lost_pkts_sample))
  (:= Report.timeout Flow.was_timeout)
  (:= Report.rtt (if (< Flow.rtt_sample_us 2147483647) Flow.rtt_sample_us))
  (:= Report.rin Flow.rate_outgoing)
  (:= Report.rout Flow.rate_incoming)
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

const REPORT_US = 10_000;
/** The spectrum is of 5.12 s: a bin is 0.2 Hz. */
const SAMPLES = 512;
const BINS_PER_HERTZ = (SAMPLES * REPORT_US) / 1e6;
/** How fast the delay rule goes to the spare rate, and to its delay (section 3.2: α = 0.8, β = 0.5). */
const SPARE_GAIN = 0.8;
const DELAY_GAIN = 0.5;
/** Half a second of elastic traffic, a second of none: the spectrum wavers as flows start and lose. */
const CALM_SAMPLES = 100;
const STIRRED_SAMPLES = 50;
/** CUBIC's, RFC 9438. */
const C = 0.4;
const BETA = 0.7;
const START_GAIN = 2;

/** What {@link createNimbus} takes. */
export interface NimbusOptions {
  /** Of the pulses, Hz. From 1 to 20; 5 by default. */
  readonly frequencyHz?: number;
  /** Of the pulses, as a share of the bottleneck's rate. From 0.01 to 0.5; 0.25 by default. */
  readonly pulseSize?: number;
  /** Cross traffic that answers so much more to the pulses than to other frequencies is elastic. From 1 to 10; 2 by default. */
  readonly elasticity?: number;
  /** The round trip it aims for in delay mode, as a multiple of the least. From 1.01 to 10; 1.25 by default. */
  readonly delayThreshold?: number;
  /** The bottleneck's rate, bytes/s, where it is known; measured otherwise. */
  readonly rateBytesPerSecond?: number;
}

/**
 * Nimbus (Goyal et al., SIGCOMM 2022): pulses its rate and looks, in the spectrum of the cross traffic that it infers,
 * for an answer at the frequency of the pulses. Where there is none it holds a short queue by delay; where others are
 * elastic it competes as CUBIC does. The cross traffic is z = μ·S/R − S, of what is sent, S, and what of it arrives, R.
 *
 * As published, the pulses are half a sine up and one three times as long, a third as high, down. One flow of a
 * bottleneck pulses: the paper's choice of a pulser among several is not here. Throws MOORING_ERR_BAD_ARGUMENT.
 *
 * @example
 * ```ts
 * const agent = new Agent({ algorithms: { nimbus: createNimbus({ pulseSize: 0.25 }) } });
 * ```
 */
export function createNimbus(options: NimbusOptions = {}): AlgorithmClass {
  checkNumbers(options as Record<string, unknown>, {
    frequencyHz: [1, 20],
    pulseSize: [0.01, 0.5],
    elasticity: [1, 10],
    delayThreshold: [1.01, 10],
    rateBytesPerSecond: [1, INFINITY - 1],
  });
  const { frequencyHz = 5, pulseSize = 0.25, elasticity = 2, delayThreshold = 1.25 } = options;
  // What half a pulse puts into the queue: with less in it the other half would empty it, and idle capacity looks elastic.
  const swingUs = (pulseSize * 1e6) / (2 * Math.PI * frequencyHz);
  return class Nimbus extends AlgBase<typeof PROGRAM> {
    readonly #mss = this.datapathInfo.mss;
    /** Bytes/s: the most that ever arrived. Beside others it never sees as much again. */
    #capacity = 0;
    readonly #round = new LossRound(this.#mss);
    /** Cross traffic, bytes/s, oldest first. */
    #cross: number[] = [];
    /** Its own rate at the same times. */
    #rates: number[] = [];
    /** How often in a row the spectrum spoke for the other mode. */
    #doubts = 0;
    #mode: 'start' | 'delay' | 'compete' = 'start';
    /** Bytes/s, without the pulses. */
    #rate = 0;
    #minRttUs = Number.POSITIVE_INFINITY;
    #rttUs = 0;
    /** CUBIC's, in packets and µs. */
    #window = 0;
    #windowMax = 0;
    #epochUs = 0;
    #lastUs = 0;
    #sampleUs = 0;
    #startBest = 0;
    #startUs = 0;
    #startRounds = 0;

    override onCreate(): void {
      this.datapath.install(PROGRAM, { fields: { Cwnd: this.datapathInfo.initCwnd, interval: REPORT_US } });
    }

    override onReport(r: Report<typeof PROGRAM>): void {
      this.#round.take(r);
      if (r.rtt > 0) {
        this.#rttUs = r.rtt;
        this.#minRttUs = Math.min(this.#minRttUs, r.rtt);
      }
      if (r.timeout > 0 || r.loss > 0) this.#onLoss(r);
      if (this.#rttUs === 0 || r.rout === 0) return;
      this.#capacity = Math.max(this.#capacity, r.rout);
      const capacity = options.rateBytesPerSecond ?? this.#capacity;
      const cross = Math.min(capacity, Math.max(0, (capacity * r.rin) / r.rout - r.rin));
      if (this.#mode === 'start') this.#onStart(r);
      else this.#onMeasured(r, cross, capacity);
      this.#lastUs = r.now;
      this.#set(r.now, capacity);
    }

    /** Doubles a round trip until the rate that arrives does not follow. */
    #onStart(r: Report<typeof PROGRAM>): void {
      this.#rate = Math.max(START_GAIN * r.rout, (this.datapathInfo.initCwnd * 1e6) / this.#rttUs);
      if (r.now - this.#startUs < this.#rttUs) return;
      this.#startUs = r.now;
      this.#startRounds = r.rout > 1.25 * this.#startBest ? 0 : this.#startRounds + 1;
      this.#startBest = Math.max(this.#startBest, r.rout);
      if (this.#startRounds >= 3) this.#toDelay(r.rout);
    }

    #onMeasured(r: Report<typeof PROGRAM>, cross: number, capacity: number): void {
      // A sample each 10 ms, whenever the reports come: those of losses come between.
      while (this.#sampleUs + REPORT_US <= r.now) {
        this.#sampleUs = Math.max(this.#sampleUs + REPORT_US, r.now - SAMPLES * REPORT_US);
        this.#cross.push(cross);
        this.#rates.push(this.#rate);
      }
      if (this.#cross.length > SAMPLES) {
        this.#cross.splice(0, this.#cross.length - SAMPLES);
        this.#rates.splice(0, this.#rates.length - SAMPLES);
      }
      if (this.#cross.length === SAMPLES) this.#chooseMode(r.now, capacity);
      if (this.#mode === 'delay') this.#followDelay(cross, capacity);
      else this.#followCubic(r.now);
    }

    /** Section 3.3: η, the answer at the pulses' frequency beside that at any other up to twice it. */
    #chooseMode(nowUs: number, capacity: number): void {
      const mean = this.#cross.reduce((sum, rate) => sum + rate, 0) / SAMPLES;
      const magnitudes = spectrum(this.#cross.map((rate) => rate - mean));
      const pulse = Math.round(frequencyHz * BINS_PER_HERTZ);
      const at = Math.max(magnitudes[pulse - 1]!, magnitudes[pulse]!, magnitudes[pulse + 1]!);
      let beside = 0;
      for (let k = pulse + 3; k <= 2 * pulse - 3; k += 1) beside = Math.max(beside, magnitudes[k]!);
      // Less than a fiftieth of the pulses: nobody there to answer.
      const least = (0.02 * pulseSize * capacity * SAMPLES) / 2;
      const eta = at < least ? 0 : at / Math.max(beside, least / 10);
      this.datapath.note('elasticity', eta);
      this.#doubts = eta >= elasticity === (this.#mode === 'delay') ? this.#doubts + 1 : 0;
      if (this.#doubts < (this.#mode === 'delay' ? STIRRED_SAMPLES : CALM_SAMPLES)) return;
      this.#doubts = 0;
      if (this.#mode === 'delay') this.#toCompete(nowUs);
      else this.#toDelay(this.#rate);
    }

    #toDelay(rate: number): void {
      this.#mode = 'delay';
      this.#rate = rate;
    }

    /** With the rate of five seconds ago, before delay mode gave way (section 3.3). */
    #toCompete(nowUs: number): void {
      this.#mode = 'compete';
      this.#window = Math.max(2, (Math.max(this.#rate, this.#rates[0] ?? 0) * this.#rttUs) / 1e6 / this.#mss);
      this.#windowMax = this.#window / BETA;
      this.#epochUs = nowUs;
    }

    /** Section 3.2: to the spare rate, and to the delay aimed for. */
    #followDelay(cross: number, capacity: number): void {
      const spare = capacity - this.#rate - cross;
      const aim = this.#minRttUs + Math.max((delayThreshold - 1) * this.#minRttUs, 1.5 * swingUs);
      const late = aim - this.#rttUs;
      const share = Math.min(1, REPORT_US / this.#rttUs);
      this.#rate += share * (SPARE_GAIN * spare + (DELAY_GAIN * capacity * late) / this.#rttUs);
      this.#rate = Math.min(capacity, Math.max(0.02 * capacity, this.#rate));
    }

    #followCubic(nowUs: number): void {
      const seconds = (nowUs - this.#epochUs) / 1e6;
      const k = Math.cbrt((this.#windowMax * (1 - BETA)) / C);
      const cubic = C * (seconds - k) ** 3 + this.#windowMax;
      const reno = this.#windowMax * BETA + (3 * (1 - BETA) * seconds * 1e6) / (1 + BETA) / this.#rttUs;
      this.#window = Math.max(2, cubic, reno);
      this.#rate = (this.#window * this.#mss * 1e6) / this.#rttUs;
    }

    #onLoss(r: Report<typeof PROGRAM>): void {
      if (r.timeout === 0 && this.#round.active) return;
      if (r.timeout > 0) this.#round.beginAfterTimeout();
      else this.#round.begin(r, Math.round((this.#rate * this.#rttUs) / 1e6));
      if (this.#mode === 'start') this.#toDelay(this.#rate / 2);
      if (this.#mode !== 'compete') return;
      this.#windowMax = this.#window;
      this.#epochUs = r.now;
    }

    #set(nowUs: number, capacity: number): void {
      const pulse = this.#mode === 'start' ? 0 : pulseSize * capacity * pulseAt(nowUs, frequencyHz);
      const rate = Math.max(this.#rate + pulse, (2 * this.#mss * 1e6) / this.#rttUs);
      this.datapath.note('mode', this.#mode === 'compete' ? 1 : 0);
      this.datapath.updateFields({
        Rate: Math.min(INFINITY - 1, Math.round(rate)),
        // Room for the pulses and for the queue that others make; the rate is what limits it.
        Cwnd: Math.round(Math.max(this.datapathInfo.initCwnd, (2 * rate * this.#rttUs) / 1e6)),
        cuts: this.#round.cuts,
      });
    }
  };
}

/** Half a sine up in a quarter of the period, and a third as high down in the rest: nothing more in all. */
function pulseAt(nowUs: number, frequencyHz: number): number {
  const phase = ((nowUs / 1e6) * frequencyHz) % 1;
  if (phase < 0.25) return Math.sin((Math.PI * phase) / 0.25);
  return -Math.sin((Math.PI * (phase - 0.25)) / 0.75) / 3;
}
