import { MESSAGE } from '../../generated/wire.js';
import { messageSid, messageType } from '../../wire/index.js';

/** What became of a message. */
export type Sent = 'sent' | 'full' | 'gone';

/**
 * What an agent's queue has no room for. It holds some ten messages on Linux (net.unix.max_dgram_qlen), so whoever
 * happens to come when it has been emptied would speak, and the others never. A flow has one message waiting at most,
 * and flows have their turns in the order they began to wait; who begins or ends goes before who reports.
 */
export class Outgoing {
  /** READY as 0; by flow CREATE or its end. */
  readonly #lives = new Map<number, Uint8Array>();
  readonly #reports = new Map<number, Uint8Array>();
  readonly #try: (message: Uint8Array) => Sent;

  constructor(send: (message: Uint8Array) => Sent) {
    this.#try = send;
  }

  get isWaiting(): boolean {
    return this.#lives.size > 0 || this.#reports.size > 0;
  }

  /** Sends it, or keeps it for {@link drain}. A flow's newer report takes the place of one that waits. */
  send(message: Uint8Array, isReport: boolean): Sent {
    const sockId = messageType(message) === MESSAGE.READY ? 0 : messageSid(message);
    if (isReport) {
      if (this.isWaiting) return this.#keep(this.#reports, sockId, message);
      const sent = this.#try(message);
      return sent === 'full' ? this.#keep(this.#reports, sockId, message) : sent;
    }
    if (sockId === 0) this.clear();
    else this.#reports.delete(sockId);
    if (this.#lives.size > 0) return this.#keep(this.#lives, sockId, message);
    const sent = this.#try(message);
    return sent === 'full' ? this.#keep(this.#lives, sockId, message) : sent;
  }

  /** Sends what there is room for; how many that were, undefined where nobody is there: then nothing waits. */
  drain(): number | undefined {
    let sent = 0;
    for (const waiting of [this.#lives, this.#reports]) {
      for (const [sockId, message] of waiting) {
        const became = this.#try(message);
        if (became === 'full') return sent;
        if (became === 'gone') {
          this.clear();
          return undefined;
        }
        waiting.delete(sockId);
        sent += 1;
      }
    }
    return sent;
  }

  clear(): void {
    this.#lives.clear();
    this.#reports.clear();
  }

  #keep(waiting: Map<number, Uint8Array>, sockId: number, message: Uint8Array): Sent {
    waiting.set(sockId, message);
    return 'full';
  }
}
