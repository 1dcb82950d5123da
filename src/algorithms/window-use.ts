import type { DatapathInfo, FlowControl } from './contract.js';

/** What a report tells a {@link WindowUse}: bytes and µs. */
interface UseReport {
  readonly acked: number;
  /** Of these, those acknowledged while the window was full. */
  readonly used: number;
  readonly inflight: number;
  readonly rtt: number;
}

/** RFC 6298 section 2: α, β, and K of RTO = SRTT + K · RTTVAR; the least is Linux's. */
const ALPHA = 1 / 8;
const BETA = 1 / 4;
const K = 4;
const LEAST_RTO_US = 200_000;
const FIRST_RTO_US = 1_000_000;

/**
 * Whether a flow uses its window. A window that nothing has filled says nothing of the path: it does not grow
 * (RFC 7661, RFC 9002 section 7.8), and once the flow has been silent for an RTO it is the initial one again (RFC 5681
 * section 4.1), lest it is all sent at once.
 */
export class WindowUse {
  readonly #datapath: Pick<FlowControl, 'nowUs' | 'after'>;
  /** What a full window may lack: whole segments are sent, and an ACK may stand for two. */
  readonly slackBytes: number;
  readonly #onIdle: () => void;
  #tellsFlight = false;
  #srttUs = 0;
  #rttVarUs = 0;
  #heardUs = 0;
  #isWaiting = false;

  /** `onIdle` is called once for each silence. */
  constructor(datapath: Pick<FlowControl, 'nowUs' | 'after'>, { mss }: DatapathInfo, onIdle: () => void) {
    this.#datapath = datapath;
    this.#onIdle = onIdle;
    this.slackBytes = 2 * mss;
  }

  take({ inflight, rtt }: UseReport): void {
    if (inflight > 0) this.#tellsFlight = true;
    this.#heardUs = this.#datapath.nowUs;
    if (rtt > 0) this.#sample(rtt);
    if (!this.#isWaiting) this.#wait(this.#rtoUs);
  }

  /**
   * Bytes acknowledged that the window may grow for. Of a datapath that tells nothing in flight, all of them, where they
   * are a whole window.
   */
  usedBytes({ acked, used }: UseReport, cwndBytes: number): number {
    return this.#tellsFlight || acked + this.slackBytes < cwndBytes ? used : acked;
  }

  get #rtoUs(): number {
    if (this.#srttUs === 0) return FIRST_RTO_US;
    return Math.max(LEAST_RTO_US, this.#srttUs + K * this.#rttVarUs);
  }

  #sample(rttUs: number): void {
    if (this.#srttUs === 0) {
      this.#srttUs = rttUs;
      this.#rttVarUs = rttUs / 2;
      return;
    }
    this.#rttVarUs += BETA * (Math.abs(this.#srttUs - rttUs) - this.#rttVarUs);
    this.#srttUs += ALPHA * (rttUs - this.#srttUs);
  }

  /** One timer at a time, set again for what is left where reports came in between. */
  #wait(us: number): void {
    this.#isWaiting = true;
    this.#datapath.after(us, () => {
      const leftUs = this.#heardUs + this.#rtoUs - this.#datapath.nowUs;
      if (leftUs >= 1) {
        this.#wait(leftUs);
        return;
      }
      this.#isWaiting = false;
      this.#onIdle();
    });
  }
}
