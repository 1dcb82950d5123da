import { BYTES, MESSAGE } from '../../generated/wire.js';
import { encodeMessage, isClose, messageLength, messageSid, messageType } from '../../wire/index.js';

import type { ConnectEvent } from './events.js';

// | slots used up to | changes, a count | then for each flow: u16 bytes of CREATE (0: free) | u16 of address | CREATE, 96 | address, 108 |
const CHANGES_AT = 4;
const HEAD = 8;
const ADDRESS_MOST = 108;
const SLOT = 4 + BYTES.CREATE + ADDRESS_MOST;

/** Room where none is asked for. */
const MOST_FLOWS = 1 << 17;

/** A flow as its datapath announced it. */
export interface JournalledFlow {
  readonly address: string;
  readonly sockId: number;
  readonly create: Uint8Array;
}

/**
 * The CREATE of every open flow, in memory that outlives the worker that holds them: a datapath announces a
 * flow once, so a worker that takes over has nobody to ask.
 */
export class FlowJournal {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #slots = new Map<string, Map<number, number>>();
  readonly #free: number[] = [];

  constructor(readonly memory: SharedArrayBuffer) {
    this.#bytes = new Uint8Array(memory);
    this.#view = new DataView(memory);
    for (const { address, sockId, slot } of this.#read()) this.#ofDatapath(address).set(sockId, slot);
    for (let slot = this.#used - 1; slot >= 0; slot -= 1) if (this.#size(slot) === 0) this.#free.push(slot);
  }

  /** Grows whenever a flow is noted or removed. */
  get changes(): number {
    return this.#view.getUint32(CHANGES_AT, true);
  }

  /** Room for `flows`; memory is taken when it is first written. */
  static allocate(flows = MOST_FLOWS): SharedArrayBuffer {
    return new SharedArrayBuffer(HEAD + flows * SLOT);
  }

  get flows(): JournalledFlow[] {
    return [...this.#read()];
  }

  /**
   * Notes the flows a datagram begins and ends. Where there is no room a flow is not noted, and not taken
   * over.
   */
  note(datagram: Uint8Array, address: string): void {
    for (let at = 0; at + BYTES.HEADER <= datagram.length; ) {
      const type = messageType(datagram, at);
      const length = messageLength(datagram, at);
      if (length < BYTES.HEADER || at + length > datagram.length) break;
      // A report, which all but few messages are, costs no more than this.
      if (isClose(datagram, at)) this.remove(address, messageSid(datagram, at));
      else if (type === MESSAGE.CREATE && length <= BYTES.CREATE) {
        this.#noteCreate(datagram.subarray(at, at + length), address);
      } else if (type === MESSAGE.READY) this.removeAll(address);
      at += length;
    }
  }

  /**
   * Notes the flows that were taken over and that turned out to be none: of these no datagram tells. Whoever comes next
   * has to know them as well.
   */
  noteEvents(events: readonly ConnectEvent[]): void {
    for (const event of events) {
      if (event.kind === 'datapathGone') this.removeAll(event.address);
      else if (event.kind === 'flowClosed' && event.reason === 'neverHeard') this.remove(event.address, event.sockId);
      else if (event.kind === 'flowAdopted') {
        const { sockId: sid, address: _, ...values } = event.info;
        this.#noteCreate(encodeMessage({ type: 'create', sid, ...values }), event.address);
      }
    }
  }

  removeAll(address: string): void {
    for (const sockId of [...(this.#slots.get(address)?.keys() ?? [])]) this.remove(address, sockId);
  }

  remove(address: string, sockId: number): void {
    const flows = this.#slots.get(address);
    const slot = flows?.get(sockId);
    if (slot === undefined) return;
    flows!.delete(sockId);
    this.#view.setUint16(HEAD + slot * SLOT, 0, true);
    this.#free.push(slot);
    this.#changed();
  }

  #noteCreate(create: Uint8Array, address: string): void {
    const name = new TextEncoder().encode(address);
    if (name.length > ADDRESS_MOST) return;
    const sockId = messageSid(create);
    this.remove(address, sockId);
    const slot = this.#free.pop() ?? this.#grow();
    if (slot === undefined) return;
    const at = HEAD + slot * SLOT;
    this.#bytes.set(create, at + 4);
    this.#bytes.set(name, at + 4 + BYTES.CREATE);
    this.#view.setUint16(at + 2, name.length, true);
    // Last, so that a slot is whole when it counts.
    this.#view.setUint16(at, create.length, true);
    this.#ofDatapath(address).set(sockId, slot);
    this.#changed();
  }

  #changed(): void {
    this.#view.setUint32(CHANGES_AT, this.changes + 1, true);
  }

  *#read(): Generator<JournalledFlow & { readonly slot: number }> {
    for (let slot = 0; slot < this.#used; slot += 1) {
      const length = this.#size(slot);
      if (length === 0) continue;
      const at = HEAD + slot * SLOT;
      const create = this.#bytes.slice(at + 4, at + 4 + length);
      const addressAt = at + 4 + BYTES.CREATE;
      const name = this.#bytes.slice(addressAt, addressAt + this.#view.getUint16(at + 2, true));
      yield { address: new TextDecoder().decode(name), sockId: messageSid(create), create, slot };
    }
  }

  #ofDatapath(address: string): Map<number, number> {
    const known = this.#slots.get(address);
    if (known) return known;
    const made = new Map<number, number>();
    this.#slots.set(address, made);
    return made;
  }

  get #used(): number {
    return this.#view.getUint32(0, true);
  }

  #size(slot: number): number {
    return this.#view.getUint16(HEAD + slot * SLOT, true);
  }

  #grow(): number | undefined {
    const slot = this.#used;
    if (HEAD + (slot + 1) * SLOT > this.memory.byteLength) return undefined;
    this.#view.setUint32(0, slot + 1, true);
    return slot;
  }
}
