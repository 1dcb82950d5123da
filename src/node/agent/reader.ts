import { BYTES, MESSAGE } from '../../generated/wire.js';
import { isClose, messageLength, messageSid, messageType } from '../../wire/index.js';
import { MessageSocket, RECEIVED } from '../helper/index.js';
import { PeerNames } from '../transports/index.js';
import type { ConnectEvent } from './events.js';
import { SLICE_MS } from './loop.js';
import { MessageRing } from './ring.js';
import { SharedLedger } from './shared-ledger.js';
import type { ReaderConfig } from './worker-config.js';

/** Messages kept for a worker whose queue is full, of those that must not be lost. */
const MOST_KEPT = 100_000;

interface Share {
  readonly ring: MessageRing;
  /** CREATEs, closes and READYs that found no room. */
  readonly kept: Array<readonly [bytes: Uint8Array, datapath: number]>;
  told: number;
}

/**
 * Reads the socket for several workers: each message goes to the worker of its flow, READY to all of them. It
 * runs no algorithm, so none of them can keep the others waiting.
 */
export function readForWorkers(
  config: ReaderConfig,
  tell: (events: readonly ConnectEvent[], lines: readonly string[]) => void,
) {
  const socket = new MessageSocket(config.descriptor);
  const peers = new PeerNames(socket);
  const ledger = new SharedLedger(config.ledger, config.rings.length, 'socket');
  const shares = config.rings.map((memory): Share => {
    const ring = new MessageRing(memory);
    return { ring, kept: [], told: ring.dropped };
  });
  const buffer = new Uint8Array(socket.receiveBytes);

  let events: ConnectEvent[] = [];
  const numbers = new Map<number, number>();
  /**
   * A number the workers know: those of peers are each attachment’s own. Undefined where the ledger holds no
   * more.
   */
  const numberOf = (peer: number): number | undefined => {
    const known = numbers.get(peer);
    if (known !== undefined && ledger.isCurrent(known)) return known;
    const number = admit(peers.nameOf(peer));
    if (number === undefined) return undefined;
    if (numbers.size >= ledger.capacity) numbers.clear();
    numbers.set(peer, number);
    return number;
  };
  const admit = (address: string): number | undefined => {
    if (ledger.admits(address)) return ledger.numberOf(address);
    events.push({ kind: 'limitReached', address, limit: 'datapaths', value: ledger.capacity });
    return undefined;
  };
  const give = (share: Share, bytes: Uint8Array, datapath: number, loss: 'never' | 'allowed') => {
    if (share.kept.length === 0 && share.ring.put(bytes, datapath)) return;
    if (loss === 'never' && share.kept.length < MOST_KEPT) share.kept.push([bytes.slice(), datapath]);
    else share.ring.drop();
  };
  const spread = (datagram: Uint8Array, peer: number) => {
    const datapath = numberOf(peer);
    if (datapath === undefined) return;
    for (let at = 0; at < datagram.length; ) {
      const rest = datagram.subarray(at);
      const length = lengthOf(rest);
      const message = rest.subarray(0, length);
      at += length;
      if (message.length === BYTES.READY && messageType(message) === MESSAGE.READY) {
        ledger.restarted(peers.nameOf(peer));
        for (const share of shares) give(share, message, datapath, 'never');
      } else {
        // Consecutive numbers go to different workers; what has no number to the first.
        const sockId = message.length < BYTES.HEADER ? 0 : messageSid(message);
        give(shares[sockId % shares.length]!, message, datapath, lossOf(message));
      }
    }
  };
  const slice = () => {
    for (const [worker, share] of shares.entries()) {
      let given = 0;
      while (given < share.kept.length && share.ring.put(...share.kept[given]!)) given += 1;
      share.kept.splice(0, given);
      const { dropped } = share.ring;
      if (dropped !== share.told) events.push({ kind: 'workerQueueFull', worker, dropped: dropped - share.told });
      share.told = dropped;
    }
    if (events.length > 0) tell(events, []);
    events = [];
  };
  let stopping = false;
  const turn = (): boolean => {
    const until = performance.now() + SLICE_MS;
    for (let left = SLICE_MS; left > 0; left = until - performance.now()) {
      const length = socket.receive(buffer, Math.ceil(left));
      if (length >= 0) spread(buffer.subarray(0, length), socket.peer);
      else if (length === RECEIVED.WOKEN) return false;
      else if (length === RECEIVED.OVERRUN) events.push({ kind: 'receiveOverrun' });
      else if (length === RECEIVED.TOO_LONG)
        events.push({ kind: 'oversizedMessage', address: peers.nameOf(socket.peer) });
    }
    return true;
  };
  const run = async () => {
    while (!stopping && turn()) {
      slice();
      await new Promise(setImmediate);
    }
  };
  const ended = run();
  return () => {
    stopping = true;
    return ended;
  };
}

/** Bytes up to the next message; all that is left where the header cannot be believed. */
function lengthOf(bytes: Uint8Array): number {
  if (bytes.length < BYTES.HEADER) return bytes.length;
  const length = messageLength(bytes);
  return length < BYTES.HEADER || length > bytes.length ? bytes.length : length;
}

/** A lost report only costs a round trip; a CREATE or a close is said once. */
function lossOf(message: Uint8Array): 'never' | 'allowed' {
  if (message.length < BYTES.HEADER) return 'allowed';
  return messageType(message) === MESSAGE.CREATE || isClose(message) ? 'never' : 'allowed';
}
