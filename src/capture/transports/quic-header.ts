// Headers of QUIC as far as they are not encrypted.
//
//   long   | 1 1 type(2) …(4) | version u32 | n | destination ID | n | source ID | [token | ] length | …
//   short  | 0 1 spin …       | destination ID, of a length the receiver chose | …
import type { QuicPacketType } from './quic-types.js';

export interface LongHeader {
  readonly version: number;
  readonly type: QuicPacketType;
  readonly destination: Uint8Array;
  readonly source: Uint8Array;
  /** Where the next packet of the datagram begins; the datagram's end where none can. */
  readonly next: number;
}

export const VERSION_1 = 1;
export const VERSION_2 = 0x6b3343cf;
/** spec: RFC 9000 17.2: of these versions; RFC 8999 5.1 allows later ones 255. */
const MOST_ID_BYTES = 20;
export const LONG_FORM = 0x80;
export const FIXED_BIT = 0x40;
/** spec: RFC 9000 17.4 */
export const SPIN_BIT = 0x20;

const TYPES_1 = ['initial', 'zeroRtt', 'handshake', 'retry'] as const;
/** spec: RFC 9369 3.2 */
const TYPES_2 = ['retry', 'initial', 'zeroRtt', 'handshake'] as const;

/** The name of a version. */
export function versionName(version: number): string {
  if (version === VERSION_1) return 'v1';
  if (version === VERSION_2) return 'v2';
  if (version >>> 8 === 0xff0000) return `draft-${String(version & 255).padStart(2, '0')}`;
  if (version >>> 8 === 0xfaceb0) return `mvfst-${version & 255}`;
  return `0x${version.toString(16).padStart(8, '0')}`;
}

/** Whether the types of its packets are known here: versions 1, 2, the drafts and mvfst, which has theirs. */
export function versionKnown(version: number): boolean {
  const family = version >>> 8;
  return version === VERSION_1 || version === VERSION_2 || family === 0xff0000 || family === 0xfaceb0;
}

/** spec: RFC 9000 15: versions that are meant to be refused. */
export function versionReserved(version: number): boolean {
  return (version & 0x0f0f0f0f) >>> 0 === 0x0a0a0a0a;
}

/**
 * The long header at `at` of `bytes`, which are the first of a datagram of `datagramBytes`; null where there is none, or
 * where it contradicts itself or is cut.
 */
export function longHeader(bytes: Uint8Array, at: number, datagramBytes: number): LongHeader | null {
  if (at + 7 > bytes.length || !(bytes[at]! & LONG_FORM)) return null;
  const first = bytes[at]!;
  const version = word(bytes, at + 1);
  const destination = idAt(bytes, at + 5);
  if (!destination) return null;
  const source = idAt(bytes, at + 6 + destination.length);
  if (!source) return null;
  const head = { version, destination, source };
  const behind = at + 7 + destination.length + source.length;
  // spec: RFC 9000 17.2.1: the fixed bit is of the versions, which this has none of.
  if (version === 0) return { ...head, type: 'versionNegotiation', next: datagramBytes };
  if (!(first & FIXED_BIT)) return null;
  if (!versionKnown(version)) return { ...head, type: 'other', next: datagramBytes };
  const type = (version === VERSION_2 ? TYPES_2 : TYPES_1)[(first >> 4) & 3]!;
  if (type === 'retry') return { ...head, type, next: datagramBytes };
  const length = lengthOf(bytes, behind, type === 'initial');
  // What the capture has not, or a length beyond the datagram's: nothing behind it is seen.
  const next = length === null || length > datagramBytes ? datagramBytes : length;
  return { ...head, type, next };
}

/** Whether the capture has too little of a datagram to see where the packet at its end stands. */
export function isCutInside(header: LongHeader, excerptBytes: number, datagramBytes: number): boolean {
  return excerptBytes < datagramBytes && header.next < datagramBytes && header.next >= excerptBytes;
}

// Where the packet ends: | token length, token (of an Initial) | length | packet number and payload |.
function lengthOf(bytes: Uint8Array, at: number, hasToken: boolean): number | null {
  let next = at;
  if (hasToken) {
    const token = variable(bytes, next);
    if (!token) return null;
    next += token.size + token.value;
  }
  const length = variable(bytes, next);
  return length && next + length.size + length.value;
}

// spec: RFC 9000 16
function variable(bytes: Uint8Array, at: number): { readonly value: number; readonly size: number } | null {
  if (at >= bytes.length) return null;
  const size = 1 << (bytes[at]! >> 6);
  if (at + size > bytes.length) return null;
  let value = bytes[at]! & 63;
  for (let i = 1; i < size; i += 1) value = value * 256 + bytes[at + i]!;
  return { value, size };
}

function idAt(bytes: Uint8Array, at: number): Uint8Array | null {
  const length = bytes[at];
  if (length === undefined || length > MOST_ID_BYTES || at + 1 + length > bytes.length) return null;
  return bytes.subarray(at + 1, at + 1 + length);
}

function word(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
}
