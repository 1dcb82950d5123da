// What test/node/helper/launch.test.ts has the helper start: answers every message with itself,
// from a blocking wait, and tells its parent who it is.
import { inheritedSocket, MessageSocket, RECEIVED, wakeSocket } from 'mooring/node';

const descriptor = inheritedSocket();
const socket = new MessageSocket(descriptor);
process.on('message', (word) => {
  if (word === 'end') wakeSocket(descriptor);
  if (word !== 'hang') return;
  process.on('SIGTERM', () => {});
  for (;;);
});
process.send({ uid: process.getuid(), pid: process.pid, kind: descriptor.kind, path: descriptor.path });
const bytes = new Uint8Array(socket.receiveBytes);
const turn = () => {
  const length = socket.receive(bytes, 20);
  if (length === RECEIVED.WOKEN) process.exit(0);
  if (length >= 0) socket.send(socket.peer, bytes.subarray(0, length));
  setImmediate(turn);
};
turn();
