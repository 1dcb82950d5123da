// Many TCP connections at once, run inside a name space: `serve PORT` takes them and answers each, once its sender has
// ended, with how many bytes came; `open HOST PORT COUNT BYTES [SECONDS]` sends the bytes over each, in pieces over the
// seconds, and prints `COUNT whole`, how many were told the same number.
import { connect, createServer } from 'node:net';

const [verb, ...words] = process.argv.slice(2);
const PIECES = 50;

if (verb === 'serve') {
  createServer({ allowHalfOpen: true }, (socket) => {
    let bytes = 0;
    socket.on('data', (chunk) => {
      bytes += chunk.length;
    });
    socket.on('end', () => socket.end(String(bytes)));
    socket.on('error', () => undefined);
  }).listen({ port: Number(words[0]), host: '0.0.0.0', backlog: 4096 }, () => console.log('listening'));
} else {
  const [host, port, count, bytes, seconds = 0] = [words[0], ...words.slice(1).map(Number)];
  const piece = Buffer.alloc(Math.ceil(bytes / PIECES));
  const one = () =>
    new Promise((resolve) => {
      const socket = connect({ host, port });
      let told = '';
      socket.on('data', (text) => {
        told += text;
      });
      socket.on('error', () => resolve(false));
      socket.on('close', () => resolve(Number(told) === piece.length * PIECES));
      socket.on('connect', () => {
        let sent = 0;
        const next = () => {
          sent += 1;
          if (sent > PIECES) socket.end();
          else socket.write(piece, () => (seconds > 0 ? setTimeout(next, (seconds * 1000) / PIECES) : next()));
        };
        next();
      });
    });
  const whole = (await Promise.all(Array.from({ length: count }, one))).filter(Boolean).length;
  console.log(`${whole} whole`);
}
