/**
 * One cut of the window for each window of data: losses that come before a window's worth of bytes
 * was delivered belong to the cut that was made (RFC 6582 section 3.2, its `recover`). Selectively
 * acknowledged bytes count as delivered, once: where retransmissions are lost again and again the
 * cumulative acknowledgement stands still, and the window would never be cut a second time.
 */
export class LossRound {
  #remainingBytes = 0;
  /** Selectively acknowledged and not yet by the cumulative acknowledgement. */
  #sackedBytes = 0;

  /** Whether losses now are of a window that was already cut for. */
  get active(): boolean {
    return this.#remainingBytes > 0;
  }

  begin(windowBytes: number): void {
    this.#remainingBytes = windowBytes;
  }

  acked(bytes: number, sackedBytes = 0): void {
    const delivered = sackedBytes + Math.max(0, bytes - this.#sackedBytes);
    this.#sackedBytes = Math.max(0, this.#sackedBytes + sackedBytes - bytes);
    this.#remainingBytes = Math.max(0, this.#remainingBytes - delivered);
  }
}
