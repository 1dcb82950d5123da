import { ERROR, MooringError } from '../base/index.js';
import { MAGIC } from '../generated/capture.js';
import type { Decompressors } from './decompress.js';
import { type ByteReader, PeekReader } from './source.js';
import { isTarHeader, tarMembers } from './tar.js';
import type { CaptureWarning } from './types.js';

// What stands around a capture, told by its first bytes: gzip, zstd and tar, one inside the other
// as Twine leaves them (.pcap.gz, .tgz, .tar of .pcap.gz).

/** One capture stream found in a source. */
export interface Member {
  /** `campaign.tgz:port1/20.pcap`: the source and the way inside it. */
  readonly name: string;
  readonly reader: ByteReader;
}

/** Compression and archives may be nested this deep. */
const MAX_DEPTH = 4;
/** Unfolded bytes beyond this much and this many times the stored bytes are a decompression bomb. */
const BOMB_BYTES = 1 << 30;
const BOMB_RATIO = 2000;
const HEAD = 512;
/** The first four bytes of captures, in either byte order. */
const CAPTURE_MAGIC = new Set(
  [MAGIC.PCAP, MAGIC.PCAP_NANOSECOND, MAGIC.PCAP_MODIFIED, MAGIC.PCAPNG].flatMap((word) => [word, swapped(word)]),
);

const UNSUPPORTED: ReadonlyArray<readonly [string, readonly number[], string]> = [
  ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a], 'xz -d'],
  ['bzip2', [0x42, 0x5a, 0x68], 'bzip2 -d'],
  ['zip', [0x50, 0x4b, 0x03, 0x04], 'unzip'],
  ['lz4', [0x04, 0x22, 0x4d, 0x18], 'lz4 -d'],
  ['7z', [0x37, 0x7a, 0xbc, 0xaf], '7z x'],
];

export interface Unwrapping {
  readonly decompressors: Decompressors;
  /** Bytes read of the source as stored, so far. */
  readonly storedBytes: () => number;
  readonly warn: (warning: CaptureWarning) => void;
}

/** The captures in `reader`, in the order they stand in it. */
export async function* captureMembers(reader: ByteReader, name: string, how: Unwrapping): AsyncGenerator<Member> {
  yield* unwrap(new PeekReader(reader), name, how, 0);
}

async function* unwrap(reader: PeekReader, name: string, how: Unwrapping, depth: number): AsyncGenerator<Member> {
  const head = await reader.peek(HEAD);
  const layer = layerOf(head);
  if (layer === 'capture') {
    yield { name, reader };
    return;
  }
  if (layer && depth >= MAX_DEPTH) {
    how.warn({ code: 'too-deep', source: name, message: `${name}: more than ${MAX_DEPTH} archives inside each other` });
    return;
  }
  if (layer === 'gzip' || layer === 'zstd') {
    const plain = guarded(how.decompressors[layer](reader), layer, name, how);
    yield* unwrap(new PeekReader(plain), name, how, depth + 1);
  } else if (layer === 'tar') {
    const onCut = (reason: string): void => how.warn({ code: 'cut', source: name, message: `${name}: ${reason}` });
    for await (const member of tarMembers(reader, onCut)) {
      yield* unwrap(new PeekReader(member.reader), `${name}:${member.name}`, how, depth + 1);
    }
  } else if (depth === 0 || !name.includes(':')) {
    throw unknownFormat(head, name);
  }
  // Logs and manifests between the captures of an archive are none of ours.
}

function layerOf(head: Uint8Array): 'capture' | 'gzip' | 'zstd' | 'tar' | undefined {
  if (head.length < 4) return undefined;
  const word = ((head[0]! << 24) | (head[1]! << 16) | (head[2]! << 8) | head[3]!) >>> 0;
  if (CAPTURE_MAGIC.has(word)) return 'capture';
  if (word >>> 16 === 0x1f8b) return 'gzip';
  // A zstd frame, or a skippable one before it (RFC 8878 3.1).
  if (word === 0x28b52ffd || (word & 0xf0ffffff) >>> 0 === 0x502a4d18) return 'zstd';
  return isTarHeader(head) ? 'tar' : undefined;
}

// A compressed stream that breaks off or is damaged ends there with a warning: what came before
// stays. One that unfolds without end is ended too.
function guarded(plain: ByteReader, layer: string, name: string, how: Unwrapping): ByteReader {
  let ended = false;
  let bytes = 0;
  const count = (got: number): number => {
    bytes += got;
    if (bytes === 0) throw nothingIn(layer, name);
    if (bytes > BOMB_BYTES && bytes > BOMB_RATIO * how.storedBytes()) {
      ended = true;
      how.warn({
        code: 'bomb',
        source: name,
        offset: bytes,
        message: `${name}: ${layer} unfolds to more than ${BOMB_RATIO} times its size; stopped after ${bytes} bytes`,
      });
    }
    return got;
  };
  const fail = (error: unknown): number => {
    if (error instanceof MooringError || isAbort(error)) throw error;
    if (bytes === 0) throw nothingIn(layer, name, error);
    ended = true;
    how.warn({
      code: 'cut',
      source: name,
      offset: bytes,
      message: `${name}: the ${layer} stream is cut or damaged (${error instanceof Error ? error.message : String(error)}); what came before was read`,
    });
    return 0;
  };
  return {
    read: (into) => {
      if (ended) return 0;
      try {
        const got = plain.read(into);
        return typeof got === 'number' ? count(got) : got.then(count, fail);
      } catch (error) {
        return fail(error);
      }
    },
    close: () => plain.close(),
  };
}

/** A stream that gives no byte is not an empty capture: it says less than it should. */
function nothingIn(layer: string, name: string, cause?: unknown): MooringError {
  const message = `${name}: the ${layer} stream holds nothing or is damaged`;
  return new MooringError(ERROR.MOORING_ERR_CAPTURE_UNKNOWN_FORMAT, message, { source: name }, cause);
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

function unknownFormat(head: Uint8Array, name: string): MooringError {
  const other = UNSUPPORTED.find(([, magic]) => magic.every((byte, i) => head[i] === byte));
  const first = [...head.subarray(0, 4)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
  const message =
    head.length === 0
      ? `${name} is empty`
      : other
        ? `${name} is ${other[0]}: unpack it first (${other[2]})`
        : `${name} is no capture: it begins with ${first}, not as pcap, pcapng, gzip, zstd or tar`;
  return new MooringError(ERROR.MOORING_ERR_CAPTURE_UNKNOWN_FORMAT, message, { source: name, firstBytes: first });
}

function swapped(word: number): number {
  return ((word << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24)) >>> 0;
}
