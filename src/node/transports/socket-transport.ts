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

/** Addresses of peers by number and back, each asked for once. */
export class PeerNames {
  readonly #names: string[] = [];
  readonly #numbers = new Map<string, number>();

  constructor(readonly socket: MessageSocket) {}

  nameOf(peer: number): string {
    const known = this.#names[peer];
    if (known !== undefined) return known;
    const name = this.socket.addressOf(peer);
    this.#names[peer] = name;
    this.#numbers.set(name, peer);
    return name;
  }

  send(address: string, bytes: Uint8Array): SendResult {
    let peer = this.#numbers.get(address);
    if (peer === undefined) {
      peer = this.socket.peerAt(address);
      this.#numbers.set(address, peer);
    }
    return RESULT[this.socket.send(peer, bytes)] ?? 'gone';
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
    firstContacts: KINDS[descriptor.kind].firstContacts,
    start: (sink) => socket.watch(() => drainOrFail(sink)),
    send: (address, bytes) => peers.send(address, bytes),
    close() {
      if (closed) return;
      closed = true;
      socket.close();
      if (owned) closeSocket(descriptor);
    },
  };
}
