import { createRequire } from 'node:module';
import { ERROR, MooringError } from '../../base/index.js';
import { helperRemedy } from '../install/index.js';
import { findHelper } from './find.js';

/** A handle made by `attach`; opaque. */
export type SocketHandle = { readonly __socket: unique symbol };

/** The functions of `helper/addon/socket.c`. Numbers are results, or `-errno`. */
export interface SocketAddon {
  /** The words are those of `mooring-helper open KIND`. */
  open(kind: number, words: readonly string[]): number;
  /** The step at which the last `open` of this process failed, or what the other end said of it. */
  why(): string;
  createWake(): number;
  wake(wakeFd: number): number;
  closeDescriptor(fd: number): number;
  attach(kind: number, fd: number, wakeFd: number, userPeers: number): SocketHandle | number;
  receive(handle: SocketHandle, bytes: Uint8Array, timeoutMs: number): number;
  send(handle: SocketHandle, peer: number, bytes: Uint8Array): number;
  peer(handle: SocketHandle, address: string): number;
  probe(handle: SocketHandle, peer: number): number;
  peerAddress(handle: SocketHandle, peer: number): string | number;
  watch(handle: SocketHandle, onReadable: () => void): number;
  unwatch(handle: SocketHandle): number;
}

let loaded: SocketAddon | undefined;

/** The addon, loaded on first use. Throws MOORING_ERR_HELPER_MISSING, saying how to get it. */
export function socketAddon(): SocketAddon {
  if (loaded) return loaded;
  const { addon, searched } = findHelper();
  if (!addon) {
    throw new MooringError(
      ERROR.MOORING_ERR_HELPER_MISSING,
      `mooring-socket.node is not in ${searched.join(' or ')}: ${helperRemedy()}`,
      { searched },
    );
  }
  try {
    loaded = createRequire(import.meta.url)(addon) as SocketAddon;
    return loaded;
  } catch (cause) {
    throw new MooringError(
      ERROR.MOORING_ERR_HELPER_MISSING,
      `${addon} cannot be loaded here: ${cause instanceof Error ? cause.message : String(cause)}; ${helperRemedy()}`,
      { searched, addon },
      cause,
    );
  }
}
