import { Peer } from './peer.js';
import type { SharedState } from './shared-state.js';

/** An agent's datapaths by address, so many at a time. */
export class PeerTable {
  readonly #peers = new Map<string, Peer>();

  constructor(
    readonly state: SharedState,
    readonly most: number,
  ) {}

  get size(): number {
    return this.#peers.size;
  }

  get(address: string): Peer | undefined {
    return this.#peers.get(address);
  }

  values(): IterableIterator<Peer> {
    return this.#peers.values();
  }

  /** Undefined where there is no room. */
  add(address: string): Peer | undefined {
    if (this.#peers.size >= this.most) this.#makeRoom();
    if (this.#peers.size >= this.most || !this.state.ledger.admits(address)) return undefined;
    const peer = new Peer(this.state, address);
    this.#peers.set(address, peer);
    return peer;
  }

  delete(address: string): void {
    this.state.ledger.release(address);
    this.#peers.delete(address);
  }

  clear(): void {
    this.#peers.clear();
  }

  /** Forgets the datapath without flows that was not heard for longest: anybody may name new ones. */
  #makeRoom(): void {
    let idle: Peer | undefined;
    for (const peer of this.#peers.values()) {
      if (peer.flows.size === 0 && (!idle || peer.heardUs < idle.heardUs)) idle = peer;
    }
    if (idle) this.delete(idle.address);
  }
}
