import { PEER } from '../../generated/helper-protocol.js';
import { closeSocket, KINDS, MessageSocket, RECEIVED, SENT, type SocketDescriptor } from '../helper/index.js';
import type { SendResult, Transport, TransportSink } from './transport.js';

/** Messages read before the event loop gets its turn again. */
const BATCH = 256;

const RESULT: Readonly<Record<number, SendResult>> = {
  [SENT.OK]: 'sent',
  [SENT.FULL]: 'full',
  [SENT.GONE]: 'gone',
  [SENT.TOO_LONG]: 'tooLong',
};

/** Addresses kept: as many as the helper keeps, since anybody may send from any number of them. */
const MOST_NAMES = PEER.MAX;

/** Addresses of peers by number and back, each asked for once. */
export class PeerNames {
  readonly #names = new Map<number, string>();
  readonly #numbers = new Map<string, number>();

  constructor(readonly socket: MessageSocket) {}

  nameOf(peer: number): string {
    const known = this.#names.get(peer);
    if (known !== undefined) return known;
    const name = this.socket.addressOf(peer);
    this.#keep(peer, name);
    return name;
  }

  send(address: string, bytes: Uint8Array): SendResult {
    const result = this.socket.send(this.#numberOf(address), bytes);
    if (result !== SENT.UNKNOWN) return RESULT[result] ?? 'gone';
    // Its number is another's by now.
    this.#numbers.delete(address);
    return RESULT[this.socket.send(this.#numberOf(address), bytes)] ?? 'gone';
  }

  isGone(address: string): boolean {
    return this.socket.isGone(this.#numberOf(address));
  }

  #numberOf(address: string): number {
    const known = this.#numbers.get(address);
    if (known !== undefined) return known;
    const peer = this.socket.peerAt(address);
    this.#keep(peer, address);
    return peer;
  }

  #keep(peer: number, name: string): void {
    if (this.#names.size >= MOST_NAMES) {
      this.#names.clear();
      this.#numbers.clear();
    }
    this.#names.set(peer, name);
    this.#numbers.set(name, peer);
  }
}

/** An open socket read by the event loop. Closing it closes the descriptor, unless another thread owns that. */
export function socketTransport(descriptor: SocketDescriptor, { owned = true } = {}): Transport {
  const socket = new MessageSocket(descriptor);
  const peers = new PeerNames(socket);
  const buffer = new Uint8Array(socket.receiveBytes);
  let closed = false;
  const drain = (sink: TransportSink) => {
    for (let i = 0; i < BATCH && !closed; i += 1) {
      const length = socket.receive(buffer, 0);
      if (length >= 0) sink.message(buffer.subarray(0, length), peers.nameOf(socket.peer));
      else if (length === RECEIVED.OVERRUN) sink.overrun();
      else if (length === RECEIVED.TOO_LONG) sink.oversized(peers.nameOf(socket.peer));
      else return;
    }
  };
  const drainOrFail = (sink: TransportSink) => {
    try {
      drain(sink);
    } catch (error) {
      sink.failed(error as Error);
    }
  };
  return {
    maxMessageBytes: socket.maxMessageBytes,
    bundles: KINDS[descriptor.kind].bundles,
    firstContacts: KINDS[descriptor.kind].firstContacts,
    start: (sink) => socket.watch(() => drainOrFail(sink)),
    send: (address, bytes) => peers.send(address, bytes),
    isGone: (address) => peers.isGone(address),
    close() {
      if (closed) return;
      closed = true;
      socket.close();
      if (owned) closeSocket(descriptor);
    },
  };
}
