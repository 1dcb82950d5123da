import type { Timer } from '../algorithms/index.js';
import { ERROR, MooringError } from '../base/index.js';

/** Timers a flow may have at once. */
const MOST = 256;

interface Due extends Timer {
  readonly flow: TimerFlow;
  readonly callback: () => void;
  /** µs between two calls; 0 for one call. */
  readonly everyUs: number;
  dueUs: number;
  /** In the order they were set, among those of one instant. */
  order: number;
  cancelled: boolean;
}

/** A flow that has timers. */
export interface TimerFlow {
  /** How many it has. */
  timers: number;
  /** The flow has ended, or its algorithm: none of them is called any more. */
  readonly isOver: boolean;
  /** Runs a callback as one of its algorithm's. */
  runTimer(callback: () => void): void;
}

/** The timers of an agent's flows: a heap by time. What is dead stays in it until it is most of it. */
export class Timers {
  #heap: Due[] = [];
  #dead = 0;
  #order = 0;

  /** µs; Infinity where there is none. */
  get nextUs(): number {
    while (this.#heap.length > 0 && isDead(this.#heap[0]!)) this.#pop();
    return this.#heap[0]?.dueUs ?? Number.POSITIVE_INFINITY;
  }

  /** Throws MOORING_ERR_BAD_ARGUMENT. */
  add(flow: TimerFlow, nowUs: number, us: number, repeats: boolean, callback: () => void): Timer {
    if (!(typeof us === 'number' && us >= 1 && us <= Number.MAX_SAFE_INTEGER))
      refuse('us', `${String(us)} is no time from 1 µs up`);
    if (typeof callback !== 'function') refuse('callback', 'give a function to call');
    if (flow.timers >= MOST) refuse('us', `the flow has ${MOST} timers: cancel some`);
    const due: Due = {
      flow,
      callback,
      everyUs: repeats ? us : 0,
      dueUs: nowUs + us,
      order: this.#order++,
      cancelled: false,
      cancel: () => this.#cancel(due),
    };
    flow.timers += 1;
    this.#push(due);
    return due;
  }

  /** Calls what is due at `nowUs`, each at most once. */
  run(nowUs: number): void {
    // What a callback sets now is due 1 µs from now at the earliest.
    while (this.nextUs <= nowUs) {
      const due = this.#pop();
      if (due.everyUs > 0) {
        due.dueUs += due.everyUs * (Math.floor((nowUs - due.dueUs) / due.everyUs) + 1);
        // A sum of floats may fall short.
        if (due.dueUs <= nowUs) due.dueUs += due.everyUs;
        due.order = this.#order++;
        this.#push(due);
      } else {
        due.flow.timers -= 1;
        due.cancelled = true;
      }
      due.flow.runTimer(due.callback);
    }
  }

  /** The flow has become over. */
  drop(flow: TimerFlow): void {
    this.#died(flow.timers);
    flow.timers = 0;
  }

  #cancel(due: Due): void {
    if (isDead(due)) return;
    due.cancelled = true;
    due.flow.timers -= 1;
    this.#died(1);
  }

  #died(count: number): void {
    this.#dead += count;
    if (2 * this.#dead <= this.#heap.length) return;
    const kept = this.#heap.filter((due) => !isDead(due));
    this.#heap = [];
    this.#dead = 0;
    for (const due of kept) this.#push(due);
  }

  #push(due: Due): void {
    const heap = this.#heap;
    let at = heap.length;
    for (; at > 0; ) {
      const parent = (at - 1) >> 1;
      if (before(heap[parent]!, due)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = due;
  }

  #pop(): Due {
    const heap = this.#heap;
    const first = heap[0]!;
    const last = heap.pop()!;
    if (isDead(first)) this.#dead -= 1;
    if (heap.length === 0) return first;
    let at = 0;
    for (let child = 1; child < heap.length; child = 2 * at + 1) {
      if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child += 1;
      if (before(last, heap[child]!)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
    return first;
  }
}

function isDead({ cancelled, flow }: Due): boolean {
  return cancelled || flow.isOver;
}

function before(a: Due, b: Due): boolean {
  return a.dueUs < b.dueUs || (a.dueUs === b.dueUs && a.order < b.order);
}

function refuse(argument: string, message: string): never {
  throw new MooringError(ERROR.MOORING_ERR_BAD_ARGUMENT, `A timer cannot be set: ${message}.`, { argument });
}
