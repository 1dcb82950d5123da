import { MessageSocket, openSocket } from '../node/helper/index.js';
import type { EchoArguments } from './ipc.js';

/** How often it looks whether whoever started it is still there. */
const LOOK_MS = 1_000;

/** Sends back what it receives until its parent is gone; prints a line once it listens. */
export function runEcho({ kind, receive, send }: EchoArguments): void {
  const parent = process.ppid;
  const userPeers = kind === 'netlink';
  const receiver = new MessageSocket(openSocket(kind, { ...receive, userPeers }));
  const sender = send ? new MessageSocket(openSocket(kind, send)) : receiver;
  const device = send ? sender.peerAt('device') : undefined;
  const bytes = new Uint8Array(receiver.receiveBytes);
  process.stdout.write('ready\n');
  while (process.ppid === parent) {
    const length = receiver.receive(bytes, LOOK_MS);
    if (length >= 0) sender.send(device ?? receiver.peer, bytes.subarray(0, length));
  }
}
