import { ERROR, MooringError } from '../../base/index.js';
import {
  canWatch,
  closeSocket,
  type IpcKind,
  inheritedSocket,
  isIpcKind,
  KINDS,
  MessageSocket,
  type OpenSocketOptions,
  openSocket,
  type SocketDescriptor,
} from '../helper/index.js';
import { relayTransport, socketTransport, type Transport } from '../transports/index.js';

/** What opening a socket takes. */
export interface Opening {
  readonly socket: OpenSocketOptions | undefined;
  readonly firstContacts: readonly string[];
}

/**
 * The socket for this thread. What this process may not open, a helper with the right may hold for it; where the
 * event loop cannot wait for a socket, the helper holds any.
 */
export async function openTransport(ipc: IpcKind, opening: Opening): Promise<Transport> {
  if (!canWatch()) return relayTransport(ipc, opening.socket ?? {});
  try {
    return socketTransport(openDescriptor(ipc, opening));
  } catch (error) {
    const forbidden = error instanceof MooringError && ['EPERM', 'EACCES'].includes(String(error.detail['errno']));
    if (!forbidden || !KINDS[ipc].canBeHeld) throw error;
    return relayTransport(ipc, opening.socket ?? {}).catch(() => {
      throw error;
    });
  }
}

/**
 * The socket, inherited where there is one. Throws what `openSocket` throws, and for a first contact that is
 * no address.
 */
export function openDescriptor(ipc: IpcKind, { socket: options, firstContacts }: Opening): SocketDescriptor {
  const inherited = inheritedSocket();
  const descriptor = inherited?.kind === ipc ? inherited : openSocket(ipc, options);
  try {
    const socket = new MessageSocket(descriptor);
    for (const address of firstContacts) socket.peerAt(address);
    return descriptor;
  } catch (error) {
    closeSocket(descriptor);
    throw error;
  }
}

/** The largest INSTALL that passes, bytes. */
export function maxInstallBytes(ipc: IpcKind | Transport): number {
  if (typeof ipc !== 'string') return ipc.maxMessageBytes;
  if (isIpcKind(ipc)) return KINDS[ipc].maxMessageBytes;
  const names = Object.keys(KINDS)
    .map((name) => `'${name}'`)
    .join(', ');
  throw new MooringError(ERROR.MOORING_ERR_BAD_ARGUMENT, `ipc is ${String(ipc)}: give ${names} or a transport.`, {
    argument: 'ipc',
  });
}
