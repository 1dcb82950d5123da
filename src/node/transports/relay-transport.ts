import { ERROR, MooringError } from '../../base/index.js';
import { type HelperRunOptions, type IpcKind, KINDS, Relay, type RelayListener } from '../helper/index.js';
import type { SendResult, Transport, TransportSink } from './transport.js';

/** Messages kept for an address the helper has not given a number yet. */
const MOST_WAITING = 64;
/** More ends of the helper than this within {@link FAILURES_MS} and the transport fails. */
const MOST_FAILURES = 10;
const FAILURES_MS = 10_000;
const LONGEST_PAUSE_MS = 500;

/**
 * A socket held by the helper as a child of this process: one that this process may not open (then the helper needs the
 * right: `setcap cap_net_admin+ep mooring-helper`), or in a host whose event loop cannot wait for sockets. A helper that
 * ends unasked is started again. Throws what starting the helper throws (MOORING_ERR_HELPER_…).
 *
 * @example
 * ```ts
 * if (findHelper().program) {
 *   const agent = await connect(await relayTransport('unix', { path: '@mooring-held' }), ALGORITHMS.aimd);
 *   await agent.close();
 * }
 * ```
 */
export async function relayTransport(kind: IpcKind, options: HelperRunOptions): Promise<Transport> {
  let sink: TransportSink | undefined;
  let closed = false;
  let failures: number[] = [];
  const listener: RelaySink = {
    message: (bytes, address) => sink?.message(bytes, address),
    gone: (address) => sink?.gone(address),
    overrun: () => sink?.overrun(),
    dropped: (address, count) => sink?.dropped(address, count),
    ended: (cause) => {
      session = undefined;
      if (!closed) restart(cause);
    },
  };
  const restart = (cause: Error) => {
    const now = performance.now();
    failures = [...failures.filter((at) => now - at < FAILURES_MS), now];
    if (failures.length > MOST_FAILURES) {
      const message = `The helper ended ${failures.length} times within ${FAILURES_MS / 1000} s: ${cause.message}`;
      sink?.failed(new MooringError(ERROR.MOORING_ERR_HELPER_FAILED, message, {}, cause));
      return;
    }
    const pauseMs = failures.length === 1 ? 0 : Math.min(5 * 2 ** failures.length, LONGEST_PAUSE_MS);
    setTimeout(async () => {
      if (closed) return;
      try {
        session = await RelaySession.start(kind, options, listener);
      } catch (again) {
        restart(again as Error);
        return;
      }
      if (closed) void session.close();
      else sink?.restarted(cause);
    }, pauseMs);
  };
  let session: RelaySession | undefined = await RelaySession.start(kind, options, listener);
  const { maxMessageBytes } = session;
  return {
    maxMessageBytes,
    firstContacts: KINDS[kind].firstContacts,
    start: (given) => {
      sink = given;
    },
    send(address, bytes) {
      if (bytes.length > maxMessageBytes) return 'tooLong';
      // Without a helper what is sent waits with its sender.
      return session ? session.send(address, bytes) : 'full';
    },
    close() {
      closed = true;
      return session?.close();
    },
  };
}

interface RelaySink extends Pick<TransportSink, 'message' | 'gone' | 'overrun' | 'dropped'> {
  ended(cause: Error): void;
}

/** One life of the helper: its numbers of peers end with it. */
class RelaySession {
  readonly #relay: Relay;
  readonly #numbers: ReadonlyMap<string, number>;
  /** What was sent to an address before the helper gave it a number. */
  readonly #waiting: Map<string, Uint8Array[]>;
  #congested = false;

  private constructor(relay: Relay, numbers: ReadonlyMap<string, number>, waiting: Map<string, Uint8Array[]>) {
    this.#relay = relay;
    this.#numbers = numbers;
    this.#waiting = waiting;
  }

  static async start(kind: IpcKind, options: HelperRunOptions, sink: RelaySink): Promise<RelaySession> {
    const names: string[] = [];
    const numbers = new Map<string, number>();
    const waiting = new Map<string, Uint8Array[]>();
    let relay: Relay | undefined;
    const listener: RelayListener = {
      onPeer(peer, address) {
        // Its number may have been another's, of whom nothing was heard for long.
        if (names[peer] !== undefined) numbers.delete(names[peer]);
        names[peer] = address;
        numbers.set(address, peer);
        for (const bytes of waiting.get(address) ?? []) relay?.send(peer, bytes);
        waiting.delete(address);
      },
      onMessage: (peer, bytes) => sink.message(bytes, names[peer] ?? ''),
      onRefused(peer, _errno, address) {
        const name = address ?? names[peer];
        if (address !== undefined) waiting.delete(address);
        if (name !== undefined) sink.gone(name);
      },
      onDropped(peer, count) {
        const name = names[peer];
        if (name !== undefined) sink.dropped(name, count);
        // One received, of a length or from an address the helper cannot carry.
        else sink.overrun();
      },
      onOverrun: () => sink.overrun(),
      onEnd: (error) => sink.ended(error ?? new MooringError(ERROR.MOORING_ERR_HELPER_FAILED, 'the helper ended')),
    };
    relay = await Relay.start(kind, listener, options);
    return new RelaySession(relay, numbers, waiting);
  }

  get maxMessageBytes(): number {
    return this.#relay.maxMessageBytes;
  }

  send(address: string, bytes: Uint8Array): SendResult {
    if (this.#congested) return 'full';
    const peer = this.#numbers.get(address);
    if (peer === undefined) return this.#keep(address, bytes);
    if (!this.#relay.send(peer, bytes)) {
      this.#congested = true;
      void this.#relay.drained().then(() => {
        this.#congested = false;
      });
    }
    return 'sent';
  }

  close(): Promise<void> {
    return this.#relay.close();
  }

  #keep(address: string, bytes: Uint8Array): SendResult {
    const queue = this.#waiting.get(address) ?? [];
    if (queue.length >= MOST_WAITING) return 'full';
    if (queue.length === 0) this.#relay.requestPeer(address);
    this.#waiting.set(address, [...queue, bytes.slice()]);
    return 'sent';
  }
}
