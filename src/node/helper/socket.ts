import { lstatSync, unlinkSync } from 'node:fs';
import { getSystemErrorName } from 'node:util';
import { ERROR, MooringError } from '../../base/index.js';
import { BYTES, KIND, LIMIT, NETLINK, PATH } from '../../generated/helper-protocol.js';
import { type SocketAddon, type SocketHandle, socketAddon } from './addon.js';

/** The transports that reach a CCP datapath outside this process. */
export type IpcKind = 'unix' | 'netlink' | 'char';

/**
 * An open socket as plain numbers: post it to a worker of this process and attach there. The
 * descriptors belong to whoever opened them and are closed with {@link closeSocket}.
 */
export interface SocketDescriptor {
  readonly kind: IpcKind;
  readonly fd: number;
  /** An eventfd; {@link wakeSocket} writes it. */
  readonly wakeFd: number;
  /** The path, where the socket has one: `/tmp/ccp/portus`, `/dev/ccpkp`. */
  readonly path?: string;
  /** Netlink only: messages of other processes count, not only the kernel's. */
  readonly userPeers?: boolean;
}

/** How {@link openSocket} opens; every field may be left out. */
export interface OpenSocketOptions {
  /** `unix`: where to bind, a path or `@name` (default `/tmp/ccp/portus`); `char`: the device (default `/dev/ccpkp`). */
  path?: string;
  /** `netlink`: the multicast group, default 22. */
  group?: number;
  /** `netlink`: take messages of processes too, not only the kernel's. For tests; default false. */
  userPeers?: boolean;
  /** `unix`: mode of the socket file, such as 0o666; by default what the umask leaves. */
  socketMode?: number;
  /** `unix`: mode of directories that have to be made, default 0o755. */
  directoryMode?: number;
  /** `unix`, `netlink`: SO_RCVBUF and SO_SNDBUF in bytes; by default the system's, beyond its limit with CAP_NET_ADMIN. */
  receiveBufferBytes?: number;
  sendBufferBytes?: number;
}

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
} as const;

const KIND_NUMBER = { unix: KIND.UNIX, netlink: KIND.NETLINK, char: KIND.CHAR } as const;
const RECEIVE_MAX = LIMIT.MESSAGE_BYTES + LIMIT.CHAR_SLACK_BYTES;

/**
 * Opens a socket in this process with this process's rights: enough for `unix`; `netlink` needs
 * CAP_NET_ADMIN and `char` the device's permissions, so there the helper opens it and starts this
 * process ({@link inheritedSocket}). A socket file left by a killed process is replaced, a live one
 * is not. The file is removed by {@link closeSocket} and when the process exits.
 *
 * Throws MOORING_ERR_HELPER_ADDRESS_IN_USE, MOORING_ERR_HELPER_UNSUPPORTED (no right, no such
 * device), MOORING_ERR_HELPER_FAILED and MOORING_ERR_HELPER_MISSING.
 *
 * @example
 * ```ts
 * if (findHelper().addon) {
 *   const descriptor = openSocket('unix', { path: '@mooring-example' });
 *   closeSocket(descriptor);
 * }
 * ```
 */
export function openSocket(kind: IpcKind, options: OpenSocketOptions = {}): SocketDescriptor {
  const addon = socketAddon();
  const path = options.path ?? (kind === 'unix' ? PATH.UNIX : kind === 'char' ? PATH.CHAR : undefined);
  if (kind === 'unix' && (!/^[/@]./.test(path!) || Buffer.byteLength(path!) >= BYTES.PEER_ADDRESS)) {
    throw new MooringError(
      ERROR.MOORING_ERR_BAD_ARGUMENT,
      `"${path}" is no socket path: it starts with / or @ and has less than ${BYTES.PEER_ADDRESS} bytes`,
      { argument: 'path' },
    );
  }
  const fd = openKind(addon, kind, path, options);
  if (fd < 0) throw openFailure(kind, path, fd);
  const wakeFd = addon.createWake();
  if (wakeFd < 0) {
    addon.closeDescriptor(fd);
    throw openFailure(kind, path, wakeFd);
  }
  const descriptor: SocketDescriptor = {
    kind,
    fd,
    wakeFd,
    ...(path === undefined ? {} : { path }),
    ...(options.userPeers ? { userPeers: true } : {}),
  };
  if (kind === 'unix' && path?.startsWith('/')) removeOnExit(fd, path);
  return descriptor;
}

/**
 * The socket that `mooring-helper open` left to this process, named by the variables
 * `MOORING_SOCKET_FD`, `_KIND`, `_PATH` and `_USER_PEERS`; undefined where there is none.
 *
 * @example
 * ```ts
 * const descriptor = inheritedSocket();
 * console.log(descriptor ? `started by the helper with ${descriptor.kind}` : 'started by hand');
 * ```
 */
export function inheritedSocket(): SocketDescriptor | undefined {
  const { MOORING_SOCKET_FD: fd, MOORING_SOCKET_KIND: kind, MOORING_SOCKET_PATH: path } = process.env;
  if (fd === undefined || (kind !== 'unix' && kind !== 'netlink' && kind !== 'char')) return undefined;
  const wakeFd = socketAddon().createWake();
  if (wakeFd < 0) throw openFailure(kind, path, wakeFd);
  const userPeers = process.env['MOORING_SOCKET_USER_PEERS'] === '1';
  // The helper removes it too, unless it was killed.
  if (kind === 'unix' && path?.startsWith('/')) removeOnExit(Number(fd), path);
  return { kind, fd: Number(fd), wakeFd, ...(path ? { path } : {}), ...(userPeers ? { userPeers } : {}) };
}

/**
 * Makes every {@link MessageSocket.receive} on this descriptor return WOKEN, on any thread, now and later.
 *
 * @example
 * ```ts
 * if (findHelper().addon) {
 *   const descriptor = openSocket('unix', { path: '@mooring-wake' });
 *   wakeSocket(descriptor);
 *   const socket = new MessageSocket(descriptor);
 *   console.log(socket.receive(new Uint8Array(64), -1) === RECEIVED.WOKEN); // true
 *   closeSocket(descriptor);
 * }
 * ```
 */
export function wakeSocket(descriptor: SocketDescriptor): void {
  socketAddon().wake(descriptor.wakeFd);
}

/**
 * Closes the descriptors and removes the socket file if it is still ours. Call it when no thread
 * reads from them any more.
 *
 * @example
 * ```ts
 * if (findHelper().addon) closeSocket(openSocket('unix', { path: '@mooring-close' }));
 * ```
 */
export function closeSocket(descriptor: SocketDescriptor): void {
  removeFile(descriptor.fd);
  const addon = socketAddon();
  addon.closeDescriptor(descriptor.fd);
  addon.closeDescriptor(descriptor.wakeFd);
}

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
export class MessageSocket {
  readonly kind: IpcKind;
  /** The largest message that can be sent: 32678 bytes, 512 on the character device. */
  readonly maxMessageBytes: number;
  /** The size a receive buffer should have, so that no message is cut. */
  readonly receiveBytes = RECEIVE_MAX;
  /** The peer whose message `receive` gave, or found too long, last. */
  peer = 0;
  readonly #addon: SocketAddon = socketAddon();
  readonly #handle: SocketHandle;

  constructor(descriptor: SocketDescriptor) {
    this.kind = descriptor.kind;
    this.maxMessageBytes = descriptor.kind === 'char' ? LIMIT.CHAR_MESSAGE_BYTES : LIMIT.MESSAGE_BYTES;
    const { kind, fd, wakeFd, userPeers } = descriptor;
    const handle = this.#addon.attach(KIND_NUMBER[kind], fd, wakeFd, userPeers ? 1 : 0);
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
    throw new MooringError(ERROR.MOORING_ERR_HELPER_FAILED, `receiving from ${this.kind}: ${name}`, { errno: name });
  }

  /** Sends to a peer without waiting; one of {@link SENT}. */
  send(peer: number, bytes: Uint8Array): number {
    const result = this.#addon.send(this.#handle, peer, bytes);
    if (result === 0) return SENT.OK;
    const name = getSystemErrorName(result);
    if (name === 'EAGAIN' || name === 'ENOBUFS' || name === 'ENOMEM') return SENT.FULL;
    if (name === 'EMSGSIZE') return SENT.TOO_LONG;
    if (['ECONNREFUSED', 'ENOENT', 'ECONNRESET', 'EPIPE', 'ENODEV', 'EIO', 'EPERM', 'EACCES'].includes(name)) {
      return SENT.GONE;
    }
    throw new MooringError(ERROR.MOORING_ERR_HELPER_FAILED, `sending to ${this.addressOf(peer)}: ${name}`, {
      errno: name,
      peer,
    });
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
   * MOORING_ERR_HELPER_UNSUPPORTED for a device that cannot be polled.
   */
  watch(onReadable: () => void): void {
    const result = this.#addon.watch(this.#handle, onReadable);
    if (result < 0) throw openFailure(this.kind, undefined, result);
  }

  unwatch(): void {
    this.#addon.unwatch(this.#handle);
  }
}

// The socket files of this process's descriptors, by descriptor number.
const files = new Map<number, { readonly path: string; readonly inode: number }>();

function removeOnExit(fd: number, path: string): void {
  const inode = lstatSync(path, { throwIfNoEntry: false })?.ino;
  if (inode === undefined) return;
  if (files.size === 0) process.on('exit', removeFiles);
  files.set(fd, { path, inode });
}

function removeFile(fd: number): void {
  const file = files.get(fd);
  files.delete(fd);
  if (files.size === 0) process.off('exit', removeFiles);
  try {
    // Another agent may have taken the path over meanwhile.
    if (file && lstatSync(file.path).ino === file.inode) unlinkSync(file.path);
  } catch {
    // Gone, or in a directory of somebody else: the next start replaces it.
  }
}

function removeFiles(): void {
  for (const fd of files.keys()) removeFile(fd);
}

function openKind(addon: SocketAddon, kind: IpcKind, path: string | undefined, options: OpenSocketOptions): number {
  if (kind === 'char') return addon.openChar(path!);
  const { socketMode = -1, directoryMode = 0o755, receiveBufferBytes = 0, sendBufferBytes = 0 } = options;
  if (kind === 'netlink') {
    return addon.openNetlink(options.group ?? NETLINK.GROUP, receiveBufferBytes, sendBufferBytes);
  }
  return addon.openUnix(path!, socketMode, directoryMode, receiveBufferBytes, sendBufferBytes);
}

function openFailure(kind: IpcKind, path: string | undefined, negated: number): MooringError {
  const errno = getSystemErrorName(negated);
  const where = path ? `${kind} ${path}` : kind;
  if (errno === 'EADDRINUSE') {
    const message = `another process listens at ${path}: end it, or choose another path`;
    return new MooringError(ERROR.MOORING_ERR_HELPER_ADDRESS_IN_USE, message, { path, errno });
  }
  if (['EPERM', 'EACCES', 'EPROTONOSUPPORT', 'EAFNOSUPPORT', 'ENODEV', 'ENXIO', 'ENOSYS', 'ENOENT'].includes(errno)) {
    const message = `${where} cannot be opened here: ${errno}${hintFor(kind, errno)}`;
    return new MooringError(ERROR.MOORING_ERR_HELPER_UNSUPPORTED, message, { kind, path, errno, step: 'open' });
  }
  return new MooringError(ERROR.MOORING_ERR_HELPER_FAILED, `opening ${where}: ${errno}`, { kind, path, errno });
}

function hintFor(kind: IpcKind, errno: string): string {
  if (kind === 'netlink' && errno === 'EPERM') {
    return '; joining its multicast group needs CAP_NET_ADMIN: let the helper open it (mooring-helper open netlink)';
  }
  if (kind === 'char') return '; is the kernel module loaded with ipc=1, and may this user open the device?';
  return '';
}
