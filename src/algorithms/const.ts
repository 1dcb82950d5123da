import { ERROR, MooringError } from '../base/index.js';
import { AlgBase, type AlgorithmClass } from './contract.js';

/** The program of {@link Const}: what the path did, once in a round trip. */
const PROGRAM = `
(def (Report
  (volatile loss 0)
  (rtt 0)
  (rin 0)
  (rout 0)))
(when true
  (:= Report.loss (+ Report.loss Ack.lost_pkts_sample))
  (:= Report.rtt Flow.rtt_sample_us)
  (:= Report.rin Flow.rate_outgoing)
  (:= Report.rout Flow.rate_incoming)
  (fallthrough))
(when (> Micros Flow.rtt_sample_us)
  (report)
  (:= Micros 0))
`;

/** What {@link createConst} holds. */
export interface ConstOptions {
  /** The window, packets of the flow's mss; the flow's initial window where neither is given. */
  readonly cwndPackets?: number;
  /** The pacing rate, bytes/s. `cwndPackets` then caps what is in flight. */
  readonly rateBytesPerSecond?: number;
}

/**
 * An algorithm that holds one window, or one rate under a window, whatever the path does. Throws
 * MOORING_ERR_BAD_ARGUMENT for what is not a whole number from 1.
 *
 * @example
 * ```ts
 * const agent = new Agent({ algorithms: { const: createConst({ cwndPackets: 100 }) } });
 * ```
 */
export function createConst(options: ConstOptions = {}): AlgorithmClass {
  for (const [argument, value] of Object.entries(options)) {
    if (value === undefined || (Number.isInteger(value) && value >= 1)) continue;
    throw new MooringError(
      ERROR.MOORING_ERR_BAD_ARGUMENT,
      `${argument} is ${String(value)}: give a whole number from 1.`,
      { argument, value },
    );
  }
  const { cwndPackets, rateBytesPerSecond } = options;
  return class Const extends AlgBase<typeof PROGRAM> {
    override onCreate(): void {
      const { initCwnd, mss } = this.datapathInfo;
      const Cwnd = cwndPackets === undefined ? initCwnd : cwndPackets * mss;
      const Rate = rateBytesPerSecond === undefined ? {} : { Rate: rateBytesPerSecond };
      this.datapath.install(PROGRAM, { fields: { Cwnd, ...Rate } });
    }

    override onReport(): void {}
  };
}
