import type { Flow } from './flow.js';

/** A table this large is kept whatever the numbers are. */
const LEAST = 1024;

/**
 * A datapath's flows by their number: one array read where a Map takes a hash and a chain, since datapaths
 * give small numbers and use them again. Numbers far beyond the count of flows go to a Map, so that no
 * number a datapath makes up costs more than a flow does.
 */
export class FlowTable {
  readonly #byNumber: Array<Flow | undefined> = [];
  readonly #others = new Map<number, Flow>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(sockId: number): Flow | undefined {
    const flow = sockId < this.#byNumber.length ? this.#byNumber[sockId] : undefined;
    return flow ?? (this.#others.size > 0 ? this.#others.get(sockId) : undefined);
  }

  /** The place must be free. */
  add(flow: Flow): void {
    const { sockId } = flow;
    this.#size += 1;
    if (sockId >= LEAST && sockId > 4 * this.#size) {
      this.#others.set(sockId, flow);
      return;
    }
    // Filled up front: an array with holes in it is a slower kind.
    while (this.#byNumber.length <= sockId) this.#byNumber.push(undefined);
    this.#byNumber[sockId] = flow;
  }

  delete(sockId: number): void {
    if (!this.get(sockId)) return;
    this.#size -= 1;
    if (!this.#others.delete(sockId)) this.#byNumber[sockId] = undefined;
  }

  *values(): Generator<Flow> {
    for (const flow of this.#byNumber) if (flow) yield flow;
    yield* this.#others.values();
  }
}
