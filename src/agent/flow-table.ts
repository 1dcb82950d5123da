import type { Flow } from './flow.js';

/** Flow numbers below this are looked up by index; datapaths give small ones and use them again. */
const INDEXED = 1 << 20;
const PAGE = 64;

/** A datapath's flows by their number: two array reads where a Map takes a hash and a chain. */
export class FlowTable {
  readonly #pages: Array<Array<Flow | undefined> | undefined> = [];
  readonly #others = new Map<number, Flow>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(sockId: number): Flow | undefined {
    return sockId < INDEXED ? this.#pages[sockId >>> 6]?.[sockId & (PAGE - 1)] : this.#others.get(sockId);
  }

  /** The place must be free. */
  add(flow: Flow): void {
    const { sockId } = flow;
    this.#size += 1;
    if (sockId >= INDEXED) {
      this.#others.set(sockId, flow);
      return;
    }
    const index = sockId >>> 6;
    // Filled up front: a page with holes in it is a slower kind of array.
    while (this.#pages.length <= index) this.#pages.push(undefined);
    let page = this.#pages[index];
    if (!page) {
      page = new Array<Flow | undefined>(PAGE).fill(undefined);
      this.#pages[index] = page;
    }
    page[sockId & (PAGE - 1)] = flow;
  }

  delete(sockId: number): void {
    if (!this.get(sockId)) return;
    this.#size -= 1;
    if (sockId < INDEXED) this.#pages[sockId >>> 6]![sockId & (PAGE - 1)] = undefined;
    else this.#others.delete(sockId);
  }

  *values(): Generator<Flow> {
    for (const page of this.#pages) if (page) for (const flow of page) if (flow) yield flow;
    yield* this.#others.values();
  }
}
