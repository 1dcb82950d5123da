/**
 * One cut of the window for each window of data: losses that come before a window's worth of bytes
 * was acknowledged belong to the cut that was made (RFC 6582 section 3.2, its `recover`).
 */
export class LossRound {
  #remainingBytes = 0;

  /** Whether losses now are of a window that was already cut for. */
  get active(): boolean {
    return this.#remainingBytes > 0;
  }

  begin(windowBytes: number): void {
    this.#remainingBytes = windowBytes;
  }

  acked(bytes: number): void {
    this.#remainingBytes = Math.max(0, this.#remainingBytes - bytes);
  }
}
