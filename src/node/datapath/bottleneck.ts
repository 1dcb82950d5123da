// A bottleneck as a fluid: each flow sends a window in a round trip (or its rate), the link takes its rate,
// the rest waits in one drop-tail queue, and what does not fit is lost in proportion to what each sent.
// Enough to drive a congestion controller in real time; packets are the simulator’s matter (src/sim).

/** A sender at the bottleneck. */
export interface Sender {
  cwndBytes: number;
  /** Pacing rate, bytes/s; 0 for none. */
  rateBytesPerSecond: number;
}

/** What one step gave a sender. */
export interface Step {
  ackedBytes: number;
  lostBytes: number;
}

/** The link all senders share. */
export interface BottleneckOptions {
  /** bytes/s */
  readonly rateBytesPerSecond: number;
  /** Round-trip time without the queue, µs. */
  readonly rttUs: number;
  readonly queueBytes: number;
}

/** The shared link; `step` moves time on. */
export class Bottleneck {
  #queuedBytes = 0;
  #srttUs = 0;
  #minRttUs = Number.POSITIVE_INFINITY;

  constructor(readonly options: BottleneckOptions) {}

  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  /** What a packet sent now would take to come back, µs. */
  get rttUs(): number {
    return this.options.rttUs + (this.#queuedBytes / this.options.rateBytesPerSecond) * 1e6;
  }

  /** As its senders smooth it (RFC 6298, once a step), µs. */
  get srttUs(): number {
    return this.#srttUs;
  }

  /** The least they have seen, µs. */
  get minRttUs(): number {
    return this.#minRttUs;
  }

  /** `us` pass. `results` is written in the order of `senders`. */
  step(senders: readonly Sender[], results: readonly Step[], us: number): void {
    const { rateBytesPerSecond, queueBytes } = this.options;
    const rtt = this.rttUs;
    this.#srttUs += this.#srttUs === 0 ? rtt : (rtt - this.#srttUs) / 8;
    this.#minRttUs = Math.min(this.#minRttUs, rtt);
    let arrived = 0;
    for (const [index, { cwndBytes, rateBytesPerSecond: paced }] of senders.entries()) {
      const byWindow = (cwndBytes * us) / rtt;
      const sent = paced > 0 ? Math.min(byWindow, (paced * us) / 1e6) : byWindow;
      results[index]!.ackedBytes = sent;
      arrived += sent;
    }
    const served = Math.min(this.#queuedBytes + arrived, (rateBytesPerSecond * us) / 1e6);
    const waiting = this.#queuedBytes + arrived - served;
    const lost = Math.max(0, waiting - queueBytes);
    this.#queuedBytes = waiting - lost;
    for (const result of results) {
      const share = arrived > 0 ? result.ackedBytes / arrived : 0;
      result.lostBytes = lost * share;
      result.ackedBytes = served * share;
    }
  }
}
