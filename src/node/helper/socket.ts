import { lstatSync, unlinkSync } from 'node:fs';
import { getSystemErrorName } from 'node:util';
import { ERROR, MooringError } from '../../base/index.js';
import { socketAddon } from './addon.js';
import { requireHelper } from './find.js';
import { type IpcKind, isIpcKind, KINDS, kindWords, type OpenSocketOptions } from './kinds.js';

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
  const place = KINDS[kind].path;
  const path = place && (options.path ?? place.usual);
  const refusal = path === undefined ? undefined : place?.refusal?.(path);
  if (refusal !== undefined) throw new MooringError(ERROR.MOORING_ERR_BAD_ARGUMENT, refusal, { argument: 'path' });
  const given = KINDS[kind].startsHelper ? { program: requireHelper(), ...options } : options;
  const fd = addon.open(KINDS[kind].number, kindWords(kind, given));
  if (fd < 0) throw openFailure(kind, path, fd, KINDS[kind].startsHelper ? addon.why() : undefined);
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
  if (path?.startsWith('/')) removeOnExit(fd, path);
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
  if (fd === undefined || !isIpcKind(kind)) return undefined;
  const wakeFd = socketAddon().createWake();
  if (wakeFd < 0) throw openFailure(kind, path, wakeFd);
  const userPeers = process.env['MOORING_SOCKET_USER_PEERS'] === '1';
  // The helper removes it too, unless it was killed.
  if (path?.startsWith('/')) removeOnExit(Number(fd), path);
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

// The socket files of this process's descriptors, by descriptor number.
const files = new Map<number, { readonly path: string; readonly inode: number }>();

/** A socket file is ours to remove; a device is not. */
function removeOnExit(fd: number, path: string): void {
  const file = lstatSync(path, { throwIfNoEntry: false });
  if (!file?.isSocket()) return;
  if (files.size === 0) process.on('exit', removeFiles);
  files.set(fd, { path, inode: file.ino });
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

/** What `-errno` on opening means. */
export function openFailure(kind: IpcKind, path: string | undefined, negated: number, why?: string): MooringError {
  const errno = getSystemErrorName(negated);
  const where = path ? `${kind} ${path}` : kind;
  if (errno === 'EADDRINUSE') {
    const message = `another process listens at ${path}: end it, or choose another path`;
    return new MooringError(ERROR.MOORING_ERR_HELPER_ADDRESS_IN_USE, message, { path, errno });
  }
  if (['EPERM', 'EACCES', 'EPROTONOSUPPORT', 'EAFNOSUPPORT', 'ENODEV', 'ENXIO', 'ENOSYS', 'ENOENT'].includes(errno)) {
    const message = why
      ? `${where}: ${why}`
      : `${where} cannot be opened here: ${errno}${KINDS[kind].hint?.(errno) ?? ''}`;
    return new MooringError(ERROR.MOORING_ERR_HELPER_UNSUPPORTED, message, { kind, path, errno, step: 'open' });
  }
  return new MooringError(ERROR.MOORING_ERR_HELPER_FAILED, why ? `${where}: ${why}` : `opening ${where}: ${errno}`, {
    kind,
    path,
    errno,
  });
}
