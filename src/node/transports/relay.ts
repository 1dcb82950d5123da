import { type HelperRunOptions, type IpcKind, Relay } from '../helper/index.js';
import { firstContacts } from './socket.js';
import type { Transport, TransportSink } from './transport.js';

/**
 * A socket that this process may not open, held by the helper as a child. Needs a helper with the right
 * (`setcap cap_net_admin+ep mooring-helper`). `onFailure` is told when the helper ends unasked.
 */
export async function relayTransport(
  kind: IpcKind,
  options: HelperRunOptions,
  onFailure: (error: Error) => void,
): Promise<Transport> {
  const names: string[] = [];
  const numbers = new Map<string, number>();
  // What was sent to an address before the helper gave it a number.
  const waiting = new Map<string, Uint8Array[]>();
  let sink: TransportSink | undefined;
  let congested = false;
  const relay = await Relay.start(
    kind,
    {
      onPeer(peer, address) {
        names[peer] = address;
        numbers.set(address, peer);
        for (const bytes of waiting.get(address) ?? []) relay.send(peer, bytes);
        waiting.delete(address);
      },
      onMessage: (peer, bytes) => sink?.message(bytes, names[peer] ?? ''),
      onRefused(peer, _errno, address) {
        const name = address ?? names[peer];
        if (address !== undefined) waiting.delete(address);
        if (name !== undefined) sink?.gone(name);
      },
      onOverrun: () => sink?.overrun(),
      onEnd: (error) => {
        if (error) onFailure(error);
      },
    },
    options,
  );
  return {
    maxMessageBytes: relay.maxMessageBytes,
    firstContacts: firstContacts(kind),
    start: (given) => {
      sink = given;
    },
    send(to, bytes) {
      if (bytes.length > relay.maxMessageBytes) return 'tooLong';
      if (congested) return 'full';
      const peer = numbers.get(to);
      if (peer === undefined) {
        const queue = waiting.get(to) ?? [];
        if (queue.length >= MOST_WAITING) return 'full';
        if (queue.length === 0) relay.requestPeer(to);
        waiting.set(to, [...queue, bytes.slice()]);
        return 'sent';
      }
      if (!relay.send(peer, bytes)) {
        congested = true;
        void relay.drained().then(() => {
          congested = false;
        });
      }
      return 'sent';
    },
    close: () => void relay.close(),
  };
}

const MOST_WAITING = 64;
