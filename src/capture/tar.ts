import type { ByteReader } from './source.js';

// Members of a tar archive as they stream by (POSIX.1-2017 pax, "ustar Interchange Format"; GNU
// tar manual, "Basic Tar Format"). Names are only labels here: nothing is ever written, so one
// that points outside cannot do harm.
//
//   | name 100 | mode 8 | uid 8 | gid 8 | size 12 | mtime 12 | checksum 8 | type 1 | … |   512 bytes

const BLOCK = 512;
/** Names longer than this in GNU and pax headers are cut. */
const LONGEST_NAME = 4096;

export interface TarMember {
  readonly name: string;
  /** Reads the member; what is left of it is skipped when the next one is asked for. */
  readonly reader: ByteReader;
}

/** True where the block is a tar header: its checksum says so. */
export function isTarHeader(block: Uint8Array): boolean {
  if (block.length < BLOCK) return false;
  const stored = octal(block.subarray(148, 156));
  if (stored < 0) return false;
  let sum = 0;
  for (let i = 0; i < BLOCK; i += 1) sum += i >= 148 && i < 156 ? 32 : block[i]!;
  return sum === stored && stored > 256;
}

/** The regular files of an archive in order. An archive cut short ends with `onCut`. */
export async function* tarMembers(archive: ByteReader, onCut: (reason: string) => void): AsyncGenerator<TarMember> {
  let longName: string | undefined;
  for (;;) {
    const header = await readFully(archive, BLOCK);
    if (header.length === 0) return;
    if (header.length < BLOCK) {
      onCut('the archive ends inside a header');
      return;
    }
    if (header.every((byte) => byte === 0)) return;
    if (!isTarHeader(header)) {
      onCut('a header of the archive is damaged');
      return;
    }
    const size = sizeOf(header.subarray(124, 136));
    if (size < 0) {
      onCut('a header of the archive gives no size');
      return;
    }
    const type = String.fromCharCode(header[156]!);
    const padding = (BLOCK - (size % BLOCK)) % BLOCK;
    if (type === 'L' || type === 'x') {
      const text = latin(await readFully(archive, Math.min(size, LONGEST_NAME)));
      const found = type === 'L' ? text.replace(/\0.*$/s, '') : /(?:^|\n)\d+ path=([^\n]*)\n/.exec(text)?.[1];
      if (found) longName = found;
      await skip(archive, Math.max(0, size - LONGEST_NAME) + padding);
      continue;
    }
    const name = longName ?? headerName(header);
    longName = undefined;
    if (type !== '0' && type !== '\0' && type !== '7') {
      await skip(archive, size + padding);
      continue;
    }
    const part = limited(archive, size);
    yield { name, reader: part };
    if (!(await skip(part, size))) {
      onCut(`the archive ends inside ${name}`);
      return;
    }
    await skip(archive, padding);
  }
}

function limited(archive: ByteReader, size: number): ByteReader & { left(): number } {
  let left = size;
  const take = (got: number): number => {
    left -= got;
    return got;
  };
  return {
    left: () => left,
    read: (into) => {
      if (left === 0) return 0;
      const got = archive.read(into.length > left ? into.subarray(0, left) : into);
      return typeof got === 'number' ? take(got) : got.then(take);
    },
    close: () => undefined,
  };
}

async function readFully(reader: ByteReader, count: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(count);
  let at = 0;
  while (at < count) {
    const got = await reader.read(bytes.subarray(at));
    if (got === 0) break;
    at += got;
  }
  return bytes.subarray(0, at);
}

// Reads past `count` bytes or what is left of a limited part; false where the archive ends first.
async function skip(reader: ByteReader & { left?(): number }, count: number): Promise<boolean> {
  const waste = new Uint8Array(Math.min(Math.max(count, 1), 1 << 16));
  let left = reader.left ? reader.left() : count;
  while (left > 0) {
    const got = await reader.read(waste.subarray(0, Math.min(left, waste.length)));
    if (got === 0) return false;
    left -= got;
  }
  return true;
}

function headerName(header: Uint8Array): string {
  const name = field(header.subarray(0, 100));
  const ustar = latin(header.subarray(257, 262)) === 'ustar';
  const prefix = ustar ? field(header.subarray(345, 500)) : '';
  return prefix ? `${prefix}/${name}` : name;
}

// Octal digits, or for large files a binary number with the top bit set (GNU).
function sizeOf(bytes: Uint8Array): number {
  if ((bytes[0]! & 0x80) === 0) return octal(bytes);
  let value = 0;
  for (let i = 4; i < bytes.length; i += 1) value = value * 256 + bytes[i]!;
  return value <= Number.MAX_SAFE_INTEGER ? value : -1;
}

function octal(bytes: Uint8Array): number {
  const text = field(bytes).trim();
  return /^[0-7]+$/.test(text) ? Number.parseInt(text, 8) : text === '' ? 0 : -1;
}

function field(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return latin(end < 0 ? bytes : bytes.subarray(0, end));
}

function latin(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
