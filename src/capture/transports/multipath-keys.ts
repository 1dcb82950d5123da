import type { Long } from './multipath-options.js';

/** What follows from a key (RFC 8684 3.1, 3.2; version 0: RFC 6824). */
export interface KeyFacts {
  /** The most significant 32 bits of its hash. */
  readonly token: number;
  /** The least significant 64 bits: the number before that of the first byte of data. */
  readonly initialDataSequence: Long;
}

// spec: RFC 8684 3.1, flag H is SHA-256; RFC 6824 3.1 had SHA-1.
const hashOf = (version: number): string => (version === 0 ? 'SHA-1' : 'SHA-256');

/** Null where the host has no Web Crypto: a page that is not served over HTTPS. */
export async function factsOfKey(version: number, key: Long): Promise<KeyFacts | null> {
  if (!crypto.subtle) return null;
  const hash = new DataView(await crypto.subtle.digest(hashOf(version), bytesOf(key)));
  const end = hash.byteLength;
  return {
    token: hash.getUint32(0),
    initialDataSequence: { high: hash.getUint32(end - 8), low: hash.getUint32(end - 4) },
  };
}

/** The proof of a side that has both keys: HMAC of the nonces, its own first (RFC 8684 3.2). */
export async function proofOf(
  version: number,
  keys: readonly [own: Long, other: Long],
  nonces: readonly [own: number, other: number],
): Promise<Uint8Array | null> {
  if (!crypto.subtle) return null;
  const secret = new Uint8Array([...bytesOf(keys[0]), ...bytesOf(keys[1])]);
  const hmac = { name: 'HMAC', hash: hashOf(version) };
  const key = await crypto.subtle.importKey('raw', secret, hmac, false, ['sign']);
  return new Uint8Array(
    await crypto.subtle.sign('HMAC', key, new Uint8Array([...words(nonces[0]), ...words(nonces[1])])),
  );
}

function bytesOf({ high, low }: Long): Uint8Array<ArrayBuffer> {
  return new Uint8Array([...words(high), ...words(low)]);
}

function words(value: number): number[] {
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 255);
}
