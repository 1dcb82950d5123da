import type { ByteReader } from '../../capture/index.js';

/** Compressed bytes fed at a time. */
const INPUT_BYTES = 1 << 17;
/** A block at most (RFC 8878 3.1.1.2.4): what is lost of a stream where it is damaged. */
const OUTPUT_BYTES = 1 << 17;
/** ZSTD_inBuffer and ZSTD_outBuffer: | address u32 | size u32 | position u32 |. */
const BUFFER_BYTES = 12;
/** Results above are errors: ZSTD_isError of zstd's error_private.h, whose codes go up to 120. */
const LARGEST_RESULT = 2 ** 32 - 1 - 120;

/** The functions of zstd's streaming interface (zstd.h) that the module has. */
interface Zstd {
  readonly memory: WebAssembly.Memory;
  malloc(bytes: number): number;
  free(at: number): void;
  ZSTD_createDCtx(): number;
  ZSTD_freeDCtx(context: number): number;
  ZSTD_decompressStream(context: number, output: number, input: number): number;
}

let loading: Promise<Zstd> | undefined;

// zstd itself, compiled to WebAssembly, once for the process.
function loadZstd(): Promise<Zstd> {
  loading ??= load();
  return loading;
}

// The package's own streaming takes what an error left as input without end, and its context stays in memory where
// a stream is left early: the module is driven from here.
async function load(): Promise<Zstd> {
  // 80 kB that only those who read zstd pay for.
  const { ZSTDDecoder } = await import('zstddec/stream');
  let zstd: Zstd | undefined;
  const decoder = new ZSTDDecoder();
  decoder._init = (result) => {
    ZSTDDecoder.prototype._init(result);
    zstd = result.instance.exports as unknown as Zstd;
  };
  await decoder.init();
  if (!zstd) throw new Error('zstd was loaded by somebody else');
  return zstd;
}

/**
 * The plain bytes of frames one after another. A stream that is damaged or ends inside a frame rejects there. Rejects
 * where the module cannot be loaded.
 */
export async function zstdReader(compressed: ByteReader): Promise<ByteReader> {
  const decoding = new Decoding(await loadZstd(), compressed);
  return {
    read: (into) => decoding.read(into),
    close: () => {
      decoding.free();
      return compressed.close();
    },
  };
}

/** One stream in the module's memory. Views of it are made anew at each use: it grows, and other streams are in it. */
class Decoding {
  readonly #zstd: Zstd;
  readonly #compressed: ByteReader;
  readonly #chunk = new Uint8Array(INPUT_BYTES);
  readonly #context: number;
  readonly #source: number;
  readonly #target: number;
  readonly #input: number;
  readonly #output: number;
  /** What the last call gave: 0 where a frame is whole and given out. */
  #wanted = 0;
  /** The output was full: there may be more without more input. */
  #full = false;
  #ended = false;
  #freed = false;

  constructor(zstd: Zstd, compressed: ByteReader) {
    this.#zstd = zstd;
    this.#compressed = compressed;
    this.#context = zstd.ZSTD_createDCtx();
    this.#source = zstd.malloc(INPUT_BYTES);
    this.#target = zstd.malloc(OUTPUT_BYTES);
    this.#input = zstd.malloc(BUFFER_BYTES);
    this.#output = zstd.malloc(BUFFER_BYTES);
    if (!this.#context || !this.#output) throw new Error('zstd found no memory');
    this.#give(0);
  }

  async read(into: Uint8Array): Promise<number> {
    while (!this.#freed) {
      while (this.#full || this.#left() > 0) {
        const got = this.#decode(into);
        if (got > 0) return got;
      }
      if (this.#ended) break;
      const bytes = await this.#compressed.read(this.#chunk);
      if (bytes === 0) this.#ended = true;
      else if (!this.#freed) this.#give(bytes);
    }
    if (this.#wanted > 0 && !this.#freed) throw new Error('it ends inside a frame');
    return 0;
  }

  free(): void {
    if (this.#freed) return;
    this.#freed = true;
    const zstd = this.#zstd;
    zstd.ZSTD_freeDCtx(this.#context);
    for (const at of [this.#source, this.#target, this.#input, this.#output]) zstd.free(at);
  }

  #give(bytes: number): void {
    new Uint8Array(this.#zstd.memory.buffer, this.#source, INPUT_BYTES).set(this.#chunk.subarray(0, bytes));
    this.#words(this.#input).set([this.#source, bytes, 0]);
  }

  #left(): number {
    const [, size, position] = this.#words(this.#input);
    return size! - position!;
  }

  #decode(into: Uint8Array): number {
    const zstd = this.#zstd;
    const size = Math.min(into.length, OUTPUT_BYTES);
    this.#words(this.#output).set([this.#target, size, 0]);
    this.#wanted = zstd.ZSTD_decompressStream(this.#context, this.#output, this.#input) >>> 0;
    if (this.#wanted > LARGEST_RESULT) throw new Error(`zstd error ${2 ** 32 - this.#wanted}`);
    const got = this.#words(this.#output)[2]!;
    this.#full = got === size && this.#wanted > 0;
    into.set(new Uint8Array(zstd.memory.buffer, this.#target, got));
    return got;
  }

  #words(at: number): Uint32Array {
    return new Uint32Array(this.#zstd.memory.buffer, at, BUFFER_BYTES >> 2);
  }
}
