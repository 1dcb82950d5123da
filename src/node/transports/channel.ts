import { LIMIT } from '../../generated/wire.js';
import type { Transport, TransportSink } from './transport.js';

/** The datapath's end of an in-process channel. */
export interface ChannelDatapath {
  /** To the agent. */
  send(bytes: Uint8Array): void;
  /** Called with each message of the agent. The bytes are yours. */
  onMessage(receive: (bytes: Uint8Array) => void): void;
  /** Leaves: the agent closes this datapath's flows. */
  close(): void;
}

/** An agent's transport within one process, and as many datapaths as are asked for. */
export interface Channel {
  readonly transport: Transport;
  datapath(address?: string): ChannelDatapath;
}

/**
 * A transport within this process: give `transport` to `connect`, and let a datapath speak at the other end.
 * Messages arrive in order, in a later turn of the event loop.
 *
 * @example
 * ```ts
 * const channel = createChannel();
 * const agent = await connect(channel.transport, Aimd);
 * const datapath = channel.datapath();
 * datapath.onMessage((bytes) => console.log(decodeMessage(bytes)));
 * datapath.send(encodeMessage({ type: 'ready', id: 1 }));
 * await agent.close();
 * ```
 */
export function createChannel(): Channel {
  let sink: TransportSink | undefined;
  let closed = false;
  const receivers = new Map<string, (bytes: Uint8Array) => void>();
  const waiting: Array<() => void> = [];
  const later = (work: () => void) => {
    if (waiting.push(work) > 1) return;
    setImmediate(() => {
      for (const next of waiting.splice(0)) next();
    });
  };
  return {
    transport: {
      maxMessageBytes: LIMIT.MESSAGE_BYTES,
      firstContacts: [],
      start(to) {
        sink = to;
      },
      send(to, bytes) {
        const receive = receivers.get(to);
        if (!receive) return 'gone';
        later(() => receive(bytes));
        return 'sent';
      },
      close() {
        closed = true;
        receivers.clear();
      },
    },
    datapath(address = 'in-process') {
      receivers.set(address, () => {});
      return {
        send(bytes) {
          const copy = bytes.slice();
          later(() => {
            if (!closed) sink?.message(copy, address);
          });
        },
        onMessage(receive) {
          receivers.set(address, receive);
        },
        close() {
          receivers.delete(address);
          later(() => {
            if (!closed) sink?.gone(address);
          });
        },
      };
    },
  };
}
