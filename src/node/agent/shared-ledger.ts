import type { ProgramLedger } from '../../agent/index.js';
import { ERROR, MooringError } from '../../base/index.js';

const PROGRAMS = 1024;
const DATAPATHS = 4096;
const ADDRESS_MOST = 108;
const TEXT_BYTES = 4 << 20;

// Words: | lock: who holds it | programs | bytes of text used | datapaths | entries given to others |, then
const LOCK = 0;
const PROGRAM_COUNT = 1;
const TEXT_USED = 2;
const DATAPATH_COUNT = 3;
const REUSES = 4;
// for each program | where its key begins | bytes |,
const PROGRAM_AT = 5;
// for each datapath | epoch | bytes of address | how often the entry was given to another | when it was used, a count |
// a bit for each worker that has flows of it, 2 words | address | a bit for each uid that was sent |,
const DATAPATH_AT = PROGRAM_AT + 2 * PROGRAMS;
const GENERATION_AT = 2;
const USED_AT = 3;
const HOLDERS_AT = 4;
const ADDRESS_AT = 6;
const SENT_AT = ADDRESS_AT + ADDRESS_MOST / 4;
const DATAPATH_WORDS = SENT_AT + PROGRAMS / 32;
// then the keys as UTF-8.
const WORDS = DATAPATH_AT + DATAPATHS * DATAPATH_WORDS;

// Numbers of datapaths fit the 32 bits a queue has for them.
const GENERATIONS = 2 ** 31 / DATAPATHS;

function entryAt(index: number): number {
  return DATAPATH_AT + index * DATAPATH_WORDS;
}

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
  /** What this thread has read of the entries: address and generation, by their numbers. */
  readonly #read: { address: string; generation: number }[] = [];
  #reusesRead = 0;
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
    // One that takes a dead worker's place has no flows yet.
    for (let index = 0; index < this.#words[DATAPATH_COUNT]!; index += 1) this.#setHolder(entryAt(index), false);
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
    const entry = this.#find(address);
    if (entry === undefined) return [];
    const at = entry + SENT_AT;
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
    const at = this.#find(address);
    if (at === undefined) return;
    this.#lock();
    this.#words.fill(0, at + SENT_AT, at + DATAPATH_WORDS);
    Atomics.add(this.#words, at, 1);
  }

  restarted(address: string): void {
    if (this.#reads === 'ring') return;
    this.forget(address);
    this.settle();
  }

  holds(address: string, flows: boolean): void {
    const at = flows ? this.#entryOf(address) : this.#find(address);
    if (at !== undefined) this.#setHolder(at, flows);
  }

  /** Its entry stays until another needs it: other workers may serve the datapath still. */
  release(address: string): void {
    const at = this.#find(address);
    if (at === undefined) return;
    this.#setHolder(at, false);
    this.forget(address);
    this.settle();
  }

  epochOf(address: string): number {
    const at = this.#find(address);
    return at === undefined ? 0 : Atomics.load(this.#words, at);
  }

  /** A number for `address` that means the same in every thread, until its entry is given to another. */
  numberOf(address: string): number {
    const at = this.#entryOf(address);
    return (at - DATAPATH_AT) / DATAPATH_WORDS + DATAPATHS * this.#words[at + GENERATION_AT]!;
  }

  /** Whether the number means the datapath it was given for. */
  isCurrent(number: number): boolean {
    const at = entryAt(number % DATAPATHS);
    if (Atomics.load(this.#words, at + GENERATION_AT) !== Math.floor(number / DATAPATHS)) return false;
    this.#use(at);
    return true;
  }

  /** The datapath of a number; undefined where its entry is another's by now. */
  datapathOf(number: number): string | undefined {
    const address = this.#addressAt(entryAt(number % DATAPATHS));
    return this.isCurrent(number) ? address : undefined;
  }

  #addressAt(at: number): string {
    const from = (at + ADDRESS_AT) * 4;
    return new TextDecoder().decode(this.#bytes.slice(from, from + this.#words[at + 1]!));
  }

  /** A worker has flows of an entry's datapath, or has none any more. */
  #setHolder(at: number, flows: boolean): void {
    const bit = 1 << ((this.#me - 1) & 31);
    const word = at + HOLDERS_AT + (((this.#me - 1) >>> 5) & 1);
    if (flows) Atomics.or(this.#words, word, bit);
    else Atomics.and(this.#words, word, ~bit);
  }

  #use(at: number): void {
    // ms, of which 32 bits are enough to compare.
    this.#words[at + USED_AT] = (performance.timeOrigin + performance.now()) | 0;
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
    this.#readEntries();
    return this.#datapaths.get(address);
  }

  /** What other threads entered since, and which entries they gave to others. */
  #readEntries(): void {
    const reuses = Atomics.load(this.#words, REUSES);
    const count = Atomics.load(this.#words, DATAPATH_COUNT);
    const from = reuses === this.#reusesRead ? this.#read.length : 0;
    this.#reusesRead = reuses;
    for (let index = from; index < count; index += 1) this.#readEntry(index);
  }

  #readEntry(index: number): void {
    const at = entryAt(index);
    const generation = this.#words[at + GENERATION_AT]!;
    const known = this.#read[index];
    if (known?.generation === generation) return;
    if (known && this.#datapaths.get(known.address) === at) this.#datapaths.delete(known.address);
    const address = this.#addressAt(at);
    this.#read[index] = { address, generation };
    this.#datapaths.set(address, at);
  }

  /** Under the lock; undefined where there is no room. */
  #place(address: string): number | undefined {
    const found = this.#find(address);
    if (found !== undefined) return found;
    const text = new TextEncoder().encode(address);
    if (text.length > ADDRESS_MOST) return undefined;
    const count = this.#words[DATAPATH_COUNT]!;
    const index = count < DATAPATHS ? count : this.#longestUnused();
    if (index === undefined) return undefined;
    const at = entryAt(index);
    if (index < count) {
      this.#words.fill(0, at + SENT_AT, at + DATAPATH_WORDS);
      Atomics.add(this.#words, at, 1);
      // Whoever reads the address now finds the entry another's.
      this.#words[at + GENERATION_AT] = (this.#words[at + GENERATION_AT]! + 1) % GENERATIONS;
    }
    this.#bytes.set(text, (at + ADDRESS_AT) * 4);
    this.#words[at + 1] = text.length;
    this.#use(at);
    if (index < count) Atomics.add(this.#words, REUSES, 1);
    else Atomics.store(this.#words, DATAPATH_COUNT, count + 1);
    this.#readEntries();
    return at;
  }

  /** Of the entries no worker has flows of. */
  #longestUnused(): number | undefined {
    let longest: number | undefined;
    for (let index = 0; index < DATAPATHS; index += 1) {
      const at = entryAt(index);
      if (this.#words[at + HOLDERS_AT]! !== 0 || this.#words[at + HOLDERS_AT + 1]! !== 0) continue;
      const usedLater =
        longest === undefined ? -1 : (this.#words[at + USED_AT]! - this.#words[entryAt(longest) + USED_AT]!) | 0;
      if (usedLater < 0) longest = index;
    }
    return longest;
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
