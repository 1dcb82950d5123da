import { mergeControl } from '../../agent/index.js';
import { MESSAGE } from '../../generated/wire.js';
import { installUid, messageSid, messageType } from '../../wire/index.js';
import type { SendResult } from '../transports/index.js';
import type { HostEvent } from './events.js';

const FIRST_PAUSE_US = 500;
const LONGEST_PAUSE_US = 100_000;
/** How long a queue is full before it is told, and how often then. */
const TELL_US = 1_000_000;

interface Queue {
  /** By uid, in the order they are to arrive: before whatever names them. */
  readonly programs: Map<number, Uint8Array>;
  /** By flow, in the order they began to wait; one each. */
  readonly flows: Map<number, Uint8Array>;
  pauseUs: number;
  /** Older values in place of which newer ones are sent, since it was told last. */
  replaced: number;
  tellAtUs: number;
  told: boolean;
}

export interface QueuedMessage {
  readonly address: string;
  readonly bytes: Uint8Array;
}

/**
 * Sends at once where it can, keeps what a full socket refuses and tries again with growing pauses. A flow has one
 * message waiting at most, with the latest of all values, so a datapath that does not read costs as much as it has
 * flows, and every flow has its turn. Programs go first. A datapath that is gone loses what waits for it.
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

  /** Messages in a row as few sendings, where the other end takes several in one. */
  putTogether(messages: readonly QueuedMessage[], nowUs: number): void {
    for (let next = 0; next < messages.length; ) {
      const first = messages[next]!;
      const end = this.#queues.size > 0 ? next + 1 : this.#endOfBundle(messages, next);
      if (end === next + 1) this.put(first.address, first.bytes, nowUs);
      else this.#putBundle(messages.slice(next, end), nowUs);
      next = end;
    }
  }

  /** After the last of those from `first` on that go to one place in one sending. */
  #endOfBundle(messages: readonly QueuedMessage[], first: number): number {
    const { address } = messages[first]!;
    let bytes = 0;
    let end = first;
    while (end < messages.length && messages[end]!.address === address) {
      bytes += messages[end]!.bytes.length;
      if (bytes > this.maxMessageBytes) break;
      end += 1;
    }
    return Math.max(end, first + 1);
  }

  #putBundle(messages: readonly QueuedMessage[], nowUs: number): void {
    const { address } = messages[0]!;
    const result = this.#try(address, Buffer.concat(messages.map(({ bytes }) => bytes)));
    // What did not go waits flow by flow.
    if (result === 'full')
      for (const { bytes } of messages) this.#keep(address, bytes, this.#queues.get(address), nowUs);
  }

  /** The flow has ended: its number may be another's when its message could go. */
  forget(address: string, sockId: number): void {
    this.#queues.get(address)?.flows.delete(sockId);
  }

  /** Tries again what waits. */
  retry(nowUs: number): void {
    if (nowUs < this.#retryAtUs) return;
    this.#retryAtUs = Number.POSITIVE_INFINITY;
    for (const [address, queue] of [...this.#queues]) {
      const before = queue.programs.size + queue.flows.size;
      const result = this.#drain(address, queue.programs) ?? this.#drain(address, queue.flows);
      if (result === 'gone') continue;
      const left = queue.programs.size + queue.flows.size;
      if (left === 0) {
        this.#queues.delete(address);
        if (queue.told && queue.replaced > 0) this.#tellReplaced(address, queue, nowUs);
        continue;
      }
      if (nowUs >= queue.tellAtUs) this.#tellReplaced(address, queue, nowUs);
      queue.pauseUs = left < before ? FIRST_PAUSE_US : Math.min(queue.pauseUs * 2, LONGEST_PAUSE_US);
      this.#retryAtUs = Math.min(this.#retryAtUs, nowUs + queue.pauseUs);
    }
  }

  /** Sends what it can of `messages`; what kept it from sending the rest. */
  #drain(address: string, messages: Map<number, Uint8Array>): 'full' | 'gone' | undefined {
    for (const [key, bytes] of messages) {
      const result = this.#try(address, bytes);
      if (result === 'full' || result === 'gone') return result;
      messages.delete(key);
    }
    return undefined;
  }

  #try(address: string, bytes: Uint8Array): SendResult {
    const result = this.send(address, bytes);
    if (result === 'tooLong') {
      this.tell({ kind: 'messageTooLong', address, bytes: bytes.length, maxBytes: this.maxMessageBytes });
    } else if (result === 'gone') {
      this.#queues.delete(address);
      this.gone(address);
    }
    return result;
  }

  #keep(address: string, bytes: Uint8Array, known: Queue | undefined, nowUs: number): void {
    const queue = known ?? {
      programs: new Map(),
      flows: new Map(),
      pauseUs: FIRST_PAUSE_US,
      replaced: 0,
      tellAtUs: nowUs + TELL_US,
      told: false,
    };
    if (!known) {
      this.#queues.set(address, queue);
      this.#retryAtUs = Math.min(this.#retryAtUs, nowUs + FIRST_PAUSE_US);
    }
    if (messageType(bytes) === MESSAGE.INSTALL) {
      keepProgram(queue.programs, bytes);
      return;
    }
    const sockId = messageSid(bytes);
    const waiting = queue.flows.get(sockId);
    if (waiting) queue.replaced += 1;
    queue.flows.set(sockId, waiting ? mergeControl(waiting, bytes) : bytes);
    if (nowUs >= queue.tellAtUs) this.#tellReplaced(address, queue, nowUs);
  }

  #tellReplaced(address: string, queue: Queue, nowUs: number): void {
    queue.tellAtUs = nowUs + TELL_US;
    this.tell({ kind: 'sendQueueFull', address, dropped: queue.replaced });
    queue.replaced = 0;
    queue.told = true;
  }
}

function keepProgram(programs: Map<number, Uint8Array>, bytes: Uint8Array): void {
  const uid = installUid(bytes);
  // It empties the datapath's table: what would have come before it need not come.
  if (uid === 1) programs.clear();
  programs.delete(uid);
  programs.set(uid, bytes);
}
