// Messages from the thread that reads the socket to the worker that owns the flow.
// Words: | bytes written ever | bytes read ever | messages dropped |, then the bytes, a power of two of them.
// Each message: | u32 length | u32 datapath | bytes | up to a multiple of 4.
const WRITTEN = 0;
const READ = 1;
const DROPPED = 2;
const HEAD_BYTES = 64;

/** A queue of messages in shared memory: one thread puts, another takes, and waits without spinning. */
export class MessageRing {
  readonly #words: Int32Array;
  readonly #bytes: Uint8Array;
  readonly #sizes: Int32Array;
  readonly #mask: number;
  /** The datapath of the message `take` gave last. */
  datapath = 0;

  constructor(readonly memory: SharedArrayBuffer) {
    this.#words = new Int32Array(memory, 0, HEAD_BYTES / 4);
    this.#bytes = new Uint8Array(memory, HEAD_BYTES);
    this.#sizes = new Int32Array(memory, HEAD_BYTES);
    this.#mask = this.#bytes.length - 1;
  }

  /** `bytes` is rounded up to a power of two. */
  static allocate(bytes: number): SharedArrayBuffer {
    return new SharedArrayBuffer(HEAD_BYTES + 2 ** Math.ceil(Math.log2(bytes)));
  }

  get dropped(): number {
    return Atomics.load(this.#words, DROPPED);
  }

  /** False where there is no room; then the message counts as dropped, unless it is tried again. */
  put(message: Uint8Array, datapath: number): boolean {
    const written = this.#words[WRITTEN]!;
    const size = 8 + ((message.length + 3) & ~3);
    const used = (written - Atomics.load(this.#words, READ)) | 0;
    if (used + size > this.#bytes.length) return false;
    const at = written & this.#mask;
    this.#sizes[at >> 2] = message.length;
    this.#sizes[((at + 4) & this.#mask) >> 2] = datapath;
    const from = (at + 8) & this.#mask;
    const first = Math.min(message.length, this.#bytes.length - from);
    this.#bytes.set(message.subarray(0, first), from);
    if (first < message.length) this.#bytes.set(message.subarray(first), 0);
    Atomics.store(this.#words, WRITTEN, (written + size) | 0);
    if (used === 0) Atomics.notify(this.#words, WRITTEN, 1);
    return true;
  }

  drop(): void {
    Atomics.add(this.#words, DROPPED, 1);
  }

  /** Bytes of the next message, copied to `into`; −1 where none came in time. */
  take(into: Uint8Array, timeoutMs: number): number {
    const read = this.#words[READ]!;
    if (Atomics.load(this.#words, WRITTEN) === read) {
      if (timeoutMs > 0) Atomics.wait(this.#words, WRITTEN, read, timeoutMs);
      // Woken is not served: the call may be for a message that was taken meanwhile.
      if (Atomics.load(this.#words, WRITTEN) === read) return -1;
    }
    const at = read & this.#mask;
    const length = this.#sizes[at >> 2]!;
    this.datapath = this.#sizes[((at + 4) & this.#mask) >> 2]!;
    const from = (at + 8) & this.#mask;
    const first = Math.min(length, this.#bytes.length - from);
    into.set(this.#bytes.subarray(from, from + first));
    if (first < length) into.set(this.#bytes.subarray(0, length - first), first);
    Atomics.store(this.#words, READ, (read + 8 + ((length + 3) & ~3)) | 0);
    return length;
  }
}
