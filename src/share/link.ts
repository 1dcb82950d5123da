import { fromBase64, toBase64 } from '../packed/index.js';
import { readState, type SharedState } from './state.js';

// A link holds the state after its '#', where no server sees it:
//
//   #s1.<base64url of deflate-raw of the state as JSON, UTF-8>
//
// `1` is how it is packed; the state has a version of its own.

const PREFIX = '#s1.';
/** Beyond this a link is cut by programs it is sent through (RFC 9110 asks for 8,000 octets): a file it is. */
export const MOST_LINK = 8000;
/** Letters that are read at all, and bytes that may come out of them. */
const MOST_READ = 1 << 16;
const MOST_STATE = 1 << 22;
/** Given at once to be inflated: what comes out of so little is bounded (1,032 to 1), and looked at before the next. */
const SLICE = 512;

/** Whether what follows an address is meant for the studio. */
export function isLink(hash: string): boolean {
  return /^#s\d+\./.test(hash);
}

export async function linkOf(state: SharedState): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(state));
  const packing = new Blob([bytes]).stream().pipeThrough(new CompressionStream('deflate-raw'));
  const packed = new Uint8Array(await new Response(packing).arrayBuffer());
  return PREFIX + toBase64(packed).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

/** The state of a link. Rejects with an Error that says what is wrong with it. */
export async function stateOfLink(hash: string): Promise<SharedState> {
  if (!hash.startsWith(PREFIX)) throw new Error('it was packed by a newer Mooring');
  const text = hash.slice(PREFIX.length);
  if (text.length > MOST_READ) throw new Error(`it is longer than ${MOST_READ} letters, and no link of the studio's`);
  const json = new TextDecoder('utf-8', { fatal: true }).decode(await inflated(bytesOf(text)));
  return readState(JSON.parse(json));
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  if (!/^[\w-]*$/.test(text)) throw new Error('it has letters that no link has');
  return fromBase64(text.replaceAll('-', '+').replaceAll('_', '/'));
}

/** Whoever sends little that becomes much is refused before it has. */
async function inflated(packed: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new DecompressionStream('deflate-raw');
  const writer = stream.writable.getWriter();
  const reader = stream.readable.getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  let ended = false;
  const reading = (async () => {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      length += value.length;
      if (length > MOST_STATE) throw new Error('it grows beyond what a link of the studio holds');
      parts.push(value);
    }
  })();
  reading.catch(() => {
    ended = true;
  });
  const writing = (async () => {
    for (let at = 0; at < packed.length && !ended; at += SLICE) await writer.write(packed.slice(at, at + SLICE));
    if (!ended) await writer.close();
  })();
  // Where one fails the other does as well: the reader's word is the one that is told.
  writing.catch(() => {});
  try {
    await reading;
    await writing;
  } catch (error) {
    void reader.cancel().catch(() => {});
    void writer.abort().catch(() => {});
    throw error instanceof TypeError || !(error as Error).message.startsWith('it ')
      ? new Error('it was cut short or changed on its way')
      : error;
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
