import { MESSAGE } from '../../generated/wire.js';
import { messageType } from '../../wire/index.js';
import type { SendResult } from '../transports/index.js';
import type { HostEvent } from './events.js';

/** Window updates kept for a datapath that does not read; of programs 64 times as many. */
const PER_DATAPATH = 1024;
const FIRST_PAUSE_US = 500;
const LONGEST_PAUSE_US = 100_000;
/** How often a queue that stays full is told again. */
const TELL_US = 1_000_000;

interface Queue {
  readonly messages: Uint8Array[];
  pauseUs: number;
  /** Since it was told last. */
  dropped: number;
  tellAtUs: number;
}

/**
 * Sends at once where it can, keeps what a full socket refuses and tries again with growing pauses. In order,
 * bounded, and a datapath that is gone loses what waits for it.
 */
export class SendQueue {
  readonly #queues = new Map<string, Queue>();
  #retryAtUs = Number.POSITIVE_INFINITY;

  constructor(
    readonly send: (address: string, bytes: Uint8Array) => SendResult,
    readonly maxMessageBytes: number,
    readonly tell: (event: HostEvent) => void,
    readonly gone: (address: string) => void,
  ) {}

  get retryAtUs(): number {
    return this.#retryAtUs;
  }

  put(address: string, bytes: Uint8Array, nowUs: number): void {
    const queue = this.#queues.size > 0 ? this.#queues.get(address) : undefined;
    if (!queue && this.#try(address, bytes) !== 'full') return;
    this.#keep(address, bytes, queue, nowUs);
  }

  /** Tries again what waits. */
  retry(nowUs: number): void {
    if (nowUs < this.#retryAtUs) return;
    this.#retryAtUs = Number.POSITIVE_INFINITY;
    for (const [address, queue] of [...this.#queues]) {
      let settled = 0;
      let result: SendResult = 'sent';
      while (settled < queue.messages.length) {
        result = this.#try(address, queue.messages[settled]!);
        if (result === 'full' || result === 'gone') break;
        settled += 1;
      }
      if (result === 'gone') continue;
      queue.messages.splice(0, settled);
      if (queue.messages.length === 0) {
        this.#queues.delete(address);
        this.#tellDropped(address, queue);
        continue;
      }
      if (nowUs >= queue.tellAtUs) this.#tellDropped(address, queue, nowUs);
      queue.pauseUs = settled > 0 ? FIRST_PAUSE_US : Math.min(queue.pauseUs * 2, LONGEST_PAUSE_US);
      this.#retryAtUs = Math.min(this.#retryAtUs, nowUs + queue.pauseUs);
    }
  }

  #try(address: string, bytes: Uint8Array): SendResult {
    const result = this.send(address, bytes);
    if (result === 'tooLong') {
      this.tell({ kind: 'messageTooLong', address, bytes: bytes.length, maxBytes: this.maxMessageBytes });
    } else if (result === 'gone') {
      const queue = this.#queues.get(address);
      if (queue) this.#tellDropped(address, queue);
      this.#queues.delete(address);
      this.gone(address);
    }
    return result;
  }

  #keep(address: string, bytes: Uint8Array, known: Queue | undefined, nowUs: number): void {
    const queue = known ?? { messages: [], pauseUs: FIRST_PAUSE_US, dropped: 0, tellAtUs: 0 };
    if (!known) {
      this.#queues.set(address, queue);
      this.#retryAtUs = Math.min(this.#retryAtUs, nowUs + FIRST_PAUSE_US);
    }
    // The next report brings another window; a program that is not set is never set again.
    const most = messageType(bytes) === MESSAGE.UPDATE_FIELD ? PER_DATAPATH : 64 * PER_DATAPATH;
    if (queue.messages.length < most) {
      queue.messages.push(bytes);
      return;
    }
    queue.dropped += 1;
    if (nowUs >= queue.tellAtUs) this.#tellDropped(address, queue, nowUs);
  }

  #tellDropped(address: string, queue: Queue, nowUs = 0): void {
    if (queue.dropped === 0) return;
    this.tell({ kind: 'sendQueueFull', address, dropped: queue.dropped });
    queue.dropped = 0;
    queue.tellAtUs = nowUs + TELL_US;
  }
}
