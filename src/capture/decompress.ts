import type { ByteReader } from './source.js';

/** Turns a compressed reader into a plain one. The host may have a faster one than the default. */
export interface Decompressors {
  readonly gzip: (compressed: ByteReader) => ByteReader;
  readonly zstd: (compressed: ByteReader) => ByteReader;
}

const INPUT_CHUNK = 1 << 16;

interface PushDecoder {
  push(chunk: Uint8Array, final: boolean): void;
}

/**
 * fflate for gzip (several members one after another included), fzstd for zstd; no host needed. Each is loaded with the
 * first bytes it is for: most pages read plain captures, or have a faster one.
 */
export const portableDecompressors: Decompressors = {
  gzip: (compressed) => pushReader(compressed, async (emit) => new (await import('fflate')).Gunzip(emit)),
  zstd: (compressed) => pushReader(compressed, async (emit) => new (await import('fzstd')).Decompress(emit)),
};

// A decoder is fed a little at a time, so that what one input chunk may unfold to stays small
// (64 KiB of deflate gives at most 64 MiB, usually 300 KiB).
function pushReader(
  compressed: ByteReader,
  create: (emit: (chunk: Uint8Array) => void) => Promise<PushDecoder>,
): ByteReader {
  let ready: Uint8Array[] = [];
  let ended = false;
  let failure: unknown;
  let decoder: PushDecoder | undefined;
  const emit = (chunk: Uint8Array): void => {
    if (chunk.length) ready.push(chunk);
  };
  const input = new Uint8Array(INPUT_CHUNK);
  const take = (into: Uint8Array): number => {
    let at = 0;
    while (ready.length && at < into.length) {
      const chunk = ready[0]!;
      const count = Math.min(chunk.length, into.length - at);
      into.set(chunk.subarray(0, count), at);
      at += count;
      if (count === chunk.length) ready = ready.slice(1);
      else ready[0] = chunk.subarray(count);
    }
    return at;
  };
  const fill = async (into: Uint8Array): Promise<number> => {
    decoder ??= await create(emit);
    while (ready.length === 0 && !ended) {
      const got = await compressed.read(input);
      try {
        decoder.push(input.slice(0, got), got === 0);
      } catch (error) {
        failure = error;
        ended = true;
      }
      if (got === 0) ended = true;
    }
    if (ready.length) return take(into);
    // What came before the damage was given; now it is told.
    if (failure !== undefined) throw failure;
    return 0;
  };
  return { read: (into) => (ready.length ? take(into) : fill(into)), close: () => compressed.close() };
}
