import { type MessageSocket, RECEIVED } from '../helper/index.js';
import type { PeerNames } from '../transports/index.js';
import type { MessageRing } from './ring.js';
import type { SharedLedger } from './shared-ledger.js';

/** Where a worker’s messages come from. */
export interface MessageSource {
  /** The datapath of the message `receive` gave last; undefined where that is nobody's any more. */
  readonly address: string | undefined;
  /** Waits for a message; its length, or one of RECEIVED. */
  receive(into: Uint8Array, timeoutMs: number): number;
}

/** The socket itself. */
export class SocketSource implements MessageSource {
  constructor(
    readonly socket: MessageSocket,
    readonly peers: PeerNames,
  ) {}

  get address(): string {
    return this.peers.nameOf(this.socket.peer);
  }

  receive(into: Uint8Array, timeoutMs: number): number {
    return this.socket.receive(into, timeoutMs);
  }
}

/** A queue that another thread fills. */
export class RingSource implements MessageSource {
  readonly #names = new Map<number, string>();

  constructor(
    readonly ring: MessageRing,
    readonly ledger: SharedLedger,
  ) {}

  get address(): string | undefined {
    const { datapath } = this.ring;
    const known = this.#names.get(datapath);
    if (known !== undefined) return known;
    // Another has its place by now: it had no flows, so its message is about none.
    const address = this.ledger.datapathOf(datapath);
    if (this.#names.size >= this.ledger.capacity) this.#names.clear();
    if (address !== undefined) this.#names.set(datapath, address);
    return address;
  }

  receive(into: Uint8Array, timeoutMs: number): number {
    const length = this.ring.take(into, timeoutMs);
    return length < 0 ? RECEIVED.NOTHING : length;
  }
}
