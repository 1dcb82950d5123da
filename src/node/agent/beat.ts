import { messageSid } from '../../wire/index.js';

// What a worker shows its watchdog without being asked, as words of shared memory:
// | beats | busy | flow number | length of its address | address, 112 bytes |
const BEATS = 0;
const BUSY = 1;
const SOCK_ID = 2;
const ADDRESS_BYTES = 3;
const ADDRESS_AT = 16;
const ADDRESS_MOST = 112;

/** The flow an algorithm was handling. */
export interface FlowName {
  readonly from: string;
  readonly sockId: number;
}

/** A worker’s pulse. One thread writes, another reads; a watchdog needs no more than to see it change. */
export class Beat {
  readonly #words: Int32Array;
  readonly #address: Uint8Array;
  #from = '';

  constructor(readonly memory: SharedArrayBuffer = new SharedArrayBuffer(ADDRESS_AT + ADDRESS_MOST)) {
    this.#words = new Int32Array(memory, 0, 4);
    this.#address = new Uint8Array(memory, ADDRESS_AT);
  }

  /** The worker went round once. */
  tick(): void {
    Atomics.add(this.#words, BEATS, 1);
  }

  get ticks(): number {
    return Atomics.load(this.#words, BEATS);
  }

  /** A message is being handled. */
  enter(bytes: Uint8Array, from: string): void {
    if (from !== this.#from) this.#setAddress(from);
    this.#words[SOCK_ID] = messageSid(bytes);
    this.#words[BUSY] = 1;
  }

  leave(): void {
    this.#words[BUSY] = 0;
  }

  /** The flow of the message that is being handled, if one is. */
  get handling(): FlowName | undefined {
    if (this.#words[BUSY] === 0) return undefined;
    const from = new TextDecoder().decode(this.#address.slice(0, this.#words[ADDRESS_BYTES]));
    return { from, sockId: this.#words[SOCK_ID]! >>> 0 };
  }

  #setAddress(from: string): void {
    this.#from = from;
    this.#words[ADDRESS_BYTES] = new TextEncoder().encodeInto(from, this.#address).written;
  }
}
