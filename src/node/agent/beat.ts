import type { CallbackScope } from '../../agent/index.js';

// What a worker shows its watchdog without being asked, as words of shared memory:
// | beats | busy | flow number | length of its address | address, 112 bytes |
const BEATS = 0;
const BUSY = 1; // 0: no algorithm runs; else one of
const IN_CALL = 1;
const IN_FIRST_CALL = 2;
const SOCK_ID = 2;
const ADDRESS_BYTES = 3;
const ADDRESS_AT = 16;
const ADDRESS_MOST = 112;

/** The flow whose algorithm ran. */
export interface FlowName {
  readonly address: string;
  readonly sockId: number;
}

/** A worker’s pulse. One thread writes, another reads; a watchdog needs no more than to see it change. */
export class Beat implements CallbackScope {
  readonly #words: Int32Array;
  readonly #addressBytes: Uint8Array;
  #address = '';

  constructor(readonly memory: SharedArrayBuffer = new SharedArrayBuffer(ADDRESS_AT + ADDRESS_MOST)) {
    this.#words = new Int32Array(memory, 0, 4);
    this.#addressBytes = new Uint8Array(memory, ADDRESS_AT);
  }

  /** The worker went round once. */
  tick(): void {
    Atomics.add(this.#words, BEATS, 1);
  }

  get ticks(): number {
    return Atomics.load(this.#words, BEATS);
  }

  /** Code of a flow's algorithm runs. */
  enter({ address, sockId }: FlowName, first: boolean): void {
    if (address !== this.#address) this.#setAddress(address);
    this.#words[SOCK_ID] = sockId;
    this.#words[BUSY] = first ? IN_FIRST_CALL : IN_CALL;
  }

  leave(): void {
    this.#words[BUSY] = 0;
  }

  /** Whether it is in a call that may take longer than others. */
  get isInFirstCall(): boolean {
    return Atomics.load(this.#words, BUSY) === IN_FIRST_CALL;
  }

  /** The flow whose algorithm runs, if one does. */
  get handling(): FlowName | undefined {
    if (this.#words[BUSY] === 0) return undefined;
    const address = new TextDecoder().decode(this.#addressBytes.slice(0, this.#words[ADDRESS_BYTES]));
    return { address, sockId: this.#words[SOCK_ID]! >>> 0 };
  }

  #setAddress(address: string): void {
    this.#address = address;
    this.#words[ADDRESS_BYTES] = new TextEncoder().encodeInto(address, this.#addressBytes).written;
  }
}
