import type { ProgramLedger } from '../../agent/index.js';
import { ERROR, MooringError } from '../../base/index.js';

const PROGRAMS = 1024;
const DATAPATHS = 4096;
const ADDRESS_MOST = 108;
const TEXT_BYTES = 4 << 20;

// Words: | lock: who holds it | programs | bytes of text used | datapaths |, then
const LOCK = 0;
const PROGRAM_COUNT = 1;
const TEXT_USED = 2;
const DATAPATH_COUNT = 3;
// for each program | where its key begins | bytes |,
const PROGRAM_AT = 4;
// for each datapath | epoch | bytes of address | address | a bit for each uid that was sent |,
const DATAPATH_AT = PROGRAM_AT + 2 * PROGRAMS;
const DATAPATH_WORDS = 2 + ADDRESS_MOST / 4 + PROGRAMS / 32;
const SENT_AT = 2 + ADDRESS_MOST / 4;
// then the keys as UTF-8.
const WORDS = DATAPATH_AT + DATAPATHS * DATAPATH_WORDS;

/**
 * The ledger of workers that serve the same datapaths. Every worker of a program finds the same uid, and one
 * that has to send an INSTALL holds the lock until it is sent, so that no other names the program before.
 */
export class SharedLedger implements ProgramLedger {
  readonly #words: Int32Array;
  readonly #bytes: Uint8Array;
  readonly #me: number;
  readonly #uids = new Map<string, number>();
  readonly #datapaths = new Map<string, number>();
  #holds = false;

  readonly #reads: 'socket' | 'ring';

  /**
   * `worker` counts from 0; one thread each. Whoever reads the socket sees a READY first, and forgets for
   * all.
   */
  constructor(
    readonly memory: SharedArrayBuffer,
    worker: number,
    reads: 'socket' | 'ring',
  ) {
    this.#reads = reads;
    this.#words = new Int32Array(memory, 0, WORDS);
    this.#bytes = new Uint8Array(memory);
    this.#me = worker + 1;
  }

  static allocate(): SharedArrayBuffer {
    return new SharedArrayBuffer(WORDS * 4 + TEXT_BYTES);
  }

  /** Frees what a dead worker held. */
  static release(memory: SharedArrayBuffer, worker: number): void {
    const words = new Int32Array(memory, 0, WORDS);
    if (Atomics.compareExchange(words, LOCK, worker + 1, 0) === worker + 1) Atomics.notify(words, LOCK);
  }

  get capacity(): number {
    return DATAPATHS;
  }

  admits(address: string): boolean {
    return this.#find(address) !== undefined || this.#locked(() => this.#place(address) !== undefined);
  }

  uidOf(key: string): number {
    const known = this.#uids.get(key) ?? this.#readUid(key);
    if (known !== undefined) return known;
    return this.#locked(() => this.#readUid(key) ?? this.#addProgram(key));
  }

  keyOf(uid: number): string | undefined {
    return uid >= 1 && uid <= Atomics.load(this.#words, PROGRAM_COUNT) ? this.#key(uid - 1) : undefined;
  }

  sentTo(address: string): readonly number[] {
    const at = this.#entryOf(address) + SENT_AT;
    // Under the lock: whoever sends a program holds it until that is on its way.
    return this.#locked(() => {
      const uids: number[] = [];
      for (let bit = 0; bit < this.#words[PROGRAM_COUNT]!; bit += 1) {
        if (this.#words[at + (bit >>> 5)]! & (1 << (bit & 31))) uids.push(bit + 1);
      }
      return uids;
    });
  }

  claim(address: string, uid: number): boolean {
    const word = this.#entryOf(address) + SENT_AT + ((uid - 1) >>> 5);
    const bit = 1 << ((uid - 1) & 31);
    const held = this.#holds;
    this.#lock();
    const first = (this.#words[word]! & bit) === 0;
    this.#words[word]! |= bit;
    if (!first && !held) this.settle();
    return first;
  }

  /** What was claimed is on its way. */
  settle(): void {
    if (!this.#holds) return;
    this.#holds = false;
    Atomics.store(this.#words, LOCK, 0);
    Atomics.notify(this.#words, LOCK, 1);
  }

  forget(address: string): void {
    const at = this.#entryOf(address);
    this.#lock();
    this.#words.fill(0, at + SENT_AT, at + DATAPATH_WORDS);
    Atomics.add(this.#words, at, 1);
  }

  restarted(address: string): void {
    if (this.#reads === 'ring') return;
    this.forget(address);
    this.settle();
  }

  epochOf(address: string): number {
    return Atomics.load(this.#words, this.#entryOf(address));
  }

  /** A number for `address` that means the same in every thread. */
  numberOf(address: string): number {
    return (this.#entryOf(address) - DATAPATH_AT) / DATAPATH_WORDS;
  }

  /** The datapath of a number. */
  datapathOf(number: number): string {
    const at = DATAPATH_AT + number * DATAPATH_WORDS;
    return new TextDecoder().decode(this.#bytes.slice((at + 2) * 4, (at + 2) * 4 + this.#words[at + 1]!));
  }

  #readUid(key: string): number | undefined {
    const count = Atomics.load(this.#words, PROGRAM_COUNT);
    for (let index = this.#uids.size; index < count; index += 1) this.#uids.set(this.#key(index), index + 1);
    return this.#uids.get(key);
  }

  #key(index: number): string {
    const at = this.#words[PROGRAM_AT + 2 * index]!;
    return new TextDecoder().decode(this.#bytes.slice(at, at + this.#words[PROGRAM_AT + 2 * index + 1]!));
  }

  #addProgram(key: string): number {
    const index = this.#words[PROGRAM_COUNT]!;
    const text = new TextEncoder().encode(key);
    const used = this.#words[TEXT_USED]!;
    if (index >= PROGRAMS || used + text.length > TEXT_BYTES) {
      throw new MooringError(
        ERROR.MOORING_ERR_AGENT_PROGRAM_TABLE_FULL,
        `The workers hold ${index} programs and no more: set values with fields instead of writing them into the text.`,
        { programs: index },
      );
    }
    this.#bytes.set(text, WORDS * 4 + used);
    this.#words[PROGRAM_AT + 2 * index] = WORDS * 4 + used;
    this.#words[PROGRAM_AT + 2 * index + 1] = text.length;
    this.#words[TEXT_USED] = used + text.length;
    Atomics.store(this.#words, PROGRAM_COUNT, index + 1);
    this.#uids.set(key, index + 1);
    return index + 1;
  }

  /** Word index of a datapath’s entry. */
  #entryOf(address: string): number {
    const at = this.#find(address) ?? this.#locked(() => this.#place(address));
    if (at !== undefined) return at;
    throw new MooringError(
      ERROR.MOORING_ERR_BAD_ARGUMENT,
      `Workers serve ${DATAPATHS} datapaths with addresses up to ${ADDRESS_MOST} bytes; ${address} is beyond that.`,
      { argument: 'address', datapaths: DATAPATHS },
    );
  }

  #find(address: string): number | undefined {
    const known = this.#datapaths.get(address);
    if (known !== undefined) return known;
    // What other threads entered since; entries stay where they are.
    const count = Atomics.load(this.#words, DATAPATH_COUNT);
    for (let index = this.#datapaths.size; index < count; index += 1) {
      this.#datapaths.set(this.datapathOf(index), DATAPATH_AT + index * DATAPATH_WORDS);
    }
    return this.#datapaths.get(address);
  }

  /** Under the lock; undefined where there is no room. */
  #place(address: string): number | undefined {
    const found = this.#find(address);
    if (found !== undefined) return found;
    const count = this.#words[DATAPATH_COUNT]!;
    const text = new TextEncoder().encode(address);
    if (count >= DATAPATHS || text.length > ADDRESS_MOST) return undefined;
    const at = DATAPATH_AT + count * DATAPATH_WORDS;
    this.#bytes.set(text, (at + 2) * 4);
    this.#words[at + 1] = text.length;
    Atomics.store(this.#words, DATAPATH_COUNT, count + 1);
    this.#datapaths.set(address, at);
    return at;
  }

  #locked<T>(work: () => T): T {
    const held = this.#holds;
    this.#lock();
    try {
      return work();
    } finally {
      if (!held) this.settle();
    }
  }

  #lock(): void {
    if (this.#holds) return;
    for (;;) {
      const holder = Atomics.compareExchange(this.#words, LOCK, 0, this.#me);
      if (holder === 0) break;
      Atomics.wait(this.#words, LOCK, holder, 100);
    }
    this.#holds = true;
  }
}
