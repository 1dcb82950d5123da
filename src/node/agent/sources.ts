import { type MessageSocket, RECEIVED } from '../helper/index.js';
import type { PeerNames } from '../transports/socket.js';
import type { MessageRing } from './ring.js';

/** Where a worker’s messages come from. */
export interface MessageSource {
  /** The datapath of the message `receive` gave last. */
  readonly from: string;
  /** Waits for a message; its length, or one of RECEIVED. */
  receive(into: Uint8Array, timeoutMs: number): number;
}

/** The socket itself. */
export class SocketSource implements MessageSource {
  constructor(
    readonly socket: MessageSocket,
    readonly peers: PeerNames,
  ) {}

  get from(): string {
    return this.peers.nameOf(this.socket.peer);
  }

  receive(into: Uint8Array, timeoutMs: number): number {
    return this.socket.receive(into, timeoutMs);
  }
}

/** A queue that another thread fills. A message for datapath n is preceded, once, by its address as message for ~n. */
export class RingSource implements MessageSource {
  readonly #names: string[] = [];
  from = '';

  constructor(readonly ring: MessageRing) {}

  receive(into: Uint8Array, timeoutMs: number): number {
    const length = this.ring.take(into, timeoutMs);
    if (length < 0) return RECEIVED.NOTHING;
    const { datapath } = this.ring;
    if (datapath < 0) {
      this.#names[~datapath] = new TextDecoder().decode(into.slice(0, length));
      return RECEIVED.TOO_LONG;
    }
    this.from = this.#names[datapath] ?? '';
    return length;
  }
}
