import { getSystemErrorName } from 'node:util';
import { ERROR, MooringError } from '../../base/index.js';
import { LIMIT } from '../../generated/wire.js';
import { type SocketAddon, type SocketHandle, socketAddon } from './addon.js';
import { type IpcKind, KINDS } from './kinds.js';
import { openFailure, type SocketDescriptor } from './socket.js';

/** What {@link MessageSocket.receive} gives instead of a length. */
export const RECEIVED = {
  /** Nothing within the time. */
  NOTHING: -1,
  /** The socket was woken to end. */
  WOKEN: -2,
  /** The kernel dropped messages because they were not read fast enough. */
  OVERRUN: -3,
  /** A message of {@link MessageSocket.peer} was longer than the buffer and was dropped. */
  TOO_LONG: -4,
} as const;

/** What {@link MessageSocket.send} gives. */
export const SENT = {
  OK: 0,
  /** The peer reads too slowly: its queue is full. Try again later. */
  FULL: -1,
  /** Nobody is there (any more). */
  GONE: -2,
  /** The message does not fit the transport; see {@link MessageSocket.maxMessageBytes}. */
  TOO_LONG: -3,
  /** The number is no peer's any more: ask for it again by its address. */
  UNKNOWN: -4,
} as const;

/** Hosts without a uv_poll_init that works: the call ends the process. */
const CANNOT_WATCH = { bun: 'Bun', deno: 'Deno' } as const;

/** Whether the event loop can wait for a socket. */
export function canWatch(): boolean {
  return blindHost() === undefined;
}

function blindHost(): string | undefined {
  return Object.entries(CANNOT_WATCH).find(([name]) => process.versions[name] !== undefined)?.[1];
}

/** Begins the message of a failure that no other thread would be spared: of an error of a worker only its text arrives. */
export const OTHER_END_GONE = 'what this socket was joined to has ended';

/** What the kernel says of a peer nobody is at. */
const GONE = new Set(['ECONNREFUSED', 'ENOENT', 'ECONNRESET', 'EPIPE', 'ENODEV', 'EIO', 'EPERM', 'EACCES']);

/**
 * A socket attached in this thread: CCP messages as bytes, each with the peer it came from. Peers
 * are small numbers that belong to this object. Nothing is allocated per message.
 *
 * @example
 * ```ts
 * if (findHelper().addon) {
 *   const descriptor = openSocket('unix', { path: '@mooring-echo' });
 *   const socket = new MessageSocket(descriptor);
 *   const bytes = new Uint8Array(socket.receiveBytes);
 *   socket.send(socket.peerAt('@mooring-echo'), new Uint8Array([1, 2, 3]));
 *   const length = socket.receive(bytes, 100);
 *   console.log(length, socket.addressOf(socket.peer)); // 3 and its own address
 *   closeSocket(descriptor);
 * }
 * ```
 */
export class MessageSocket implements Disposable {
  readonly kind: IpcKind;
  /** The largest message that can be sent: 32678 bytes, 512 on the character device. */
  readonly maxMessageBytes: number;
  /** The size a receive buffer should have, so that no message is cut. */
  readonly receiveBytes = LIMIT.MESSAGE_BYTES;
  /** The peer whose message `receive` gave, or found too long, last. */
  peer = 0;
  readonly #addon: SocketAddon = socketAddon();
  readonly #handle: SocketHandle;

  constructor(descriptor: SocketDescriptor) {
    this.kind = descriptor.kind;
    this.maxMessageBytes = KINDS[descriptor.kind].maxMessageBytes;
    const { kind, fd, wakeFd, userPeers } = descriptor;
    const handle = this.#addon.attach(KINDS[kind].number, fd, wakeFd, userPeers ? 1 : 0);
    if (typeof handle === 'number') throw openFailure(kind, descriptor.path, handle);
    this.#handle = handle;
  }

  /**
   * Waits up to `timeoutMs` (−1: for ever, 0: not at all) for a message, blocking this thread.
   * Returns its length, with the sender in {@link peer}, or one of {@link RECEIVED}. On `char` one
   * read may hold several messages: frame by their length fields.
   */
  receive(bytes: Uint8Array, timeoutMs: number): number {
    const got = this.#addon.receive(this.#handle, bytes, timeoutMs);
    if (got >= 0) {
      // One number carries both: an object per message would be garbage per message.
      const length = got & 0xffff;
      this.peer = (got - length) / 65536;
      return length;
    }
    const errno = -got % 65536;
    const name = getSystemErrorName(-errno);
    if (name === 'EAGAIN') return RECEIVED.NOTHING;
    if (name === 'ECANCELED') return RECEIVED.WOKEN;
    if (name === 'ENOBUFS') return RECEIVED.OVERRUN;
    if (name === 'EMSGSIZE') {
      this.peer = (-got - errno) / 65536;
      return RECEIVED.TOO_LONG;
    }
    const what = name === 'EPIPE' ? `${OTHER_END_GONE}: ${this.kind}` : `receiving from ${this.kind}: ${name}`;
    throw new MooringError(ERROR.MOORING_ERR_HELPER_FAILED, what, { errno: name });
  }

  /** Sends to a peer without waiting; one of {@link SENT}. */
  send(peer: number, bytes: Uint8Array): number {
    const result = this.#addon.send(this.#handle, peer, bytes);
    if (result === 0) return SENT.OK;
    const name = getSystemErrorName(result);
    if (name === 'EAGAIN' || name === 'ENOBUFS' || name === 'ENOMEM') return SENT.FULL;
    if (name === 'EMSGSIZE') return SENT.TOO_LONG;
    if (GONE.has(name)) return SENT.GONE;
    if (name === 'ESRCH') return SENT.UNKNOWN;
    throw new MooringError(ERROR.MOORING_ERR_HELPER_FAILED, `sending to ${this.addressOf(peer)}: ${name}`, {
      errno: name,
      peer,
    });
  }

  /** Whether a peer is known to be gone without sending to it; on `netlink` and `char` nothing is known. */
  isGone(peer: number): boolean {
    const result = this.#addon.probe(this.#handle, peer);
    return result < 0 && GONE.has(getSystemErrorName(result));
  }

  /** The number of the peer at an address (`/tmp/ccp/x`, `@name`, `kernel`, `netlink:PID`, `device`), heard of or not. */
  peerAt(address: string): number {
    const peer = this.#addon.peer(this.#handle, address);
    if (peer >= 0) return peer;
    throw new MooringError(ERROR.MOORING_ERR_BAD_ARGUMENT, `"${address}" is no ${this.kind} address`, {
      argument: 'address',
    });
  }

  /** The address of a peer, as {@link peerAt} takes it. */
  addressOf(peer: number): string {
    const text = this.#addon.peerAddress(this.#handle, peer);
    return typeof text === 'string' ? text : `peer ${peer}`;
  }

  /**
   * Calls back in this thread's event loop whenever there is something to read: receive with a time
   * of 0 until it gives NOTHING. Keeps the process alive until {@link unwatch}. Throws
   * MOORING_ERR_HELPER_UNSUPPORTED for a device that cannot be polled, and in Bun and Deno.
   */
  watch(onReadable: () => void): void {
    const host = blindHost();
    if (host !== undefined) {
      const message = `${host} does not tell an addon when a socket can be read: run this with Node`;
      throw new MooringError(ERROR.MOORING_ERR_HELPER_UNSUPPORTED, message, { kind: this.kind, step: 'watch' });
    }
    const result = this.#addon.watch(this.#handle, onReadable);
    if (result < 0) throw openFailure(this.kind, undefined, result);
  }

  unwatch(): void {
    this.#addon.unwatch(this.#handle);
  }

  /** Ends the watch. The descriptor stays open: it belongs to whoever opened it ({@link closeSocket}). */
  close(): void {
    this.unwatch();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
