import { plainError } from '../../base/index.js';

/** Values kept for a reader that does not read. */
const MOST_WAITING = 10_000;

/**
 * Values as they come, to any number of `for await` loops and listeners, each from when it began; the first
 * one also gets what came before.
 *
 * @example
 * ```ts
 * const agent = await connect(createChannel().transport, Aimd);
 * const stop = agent.events.on((event) => console.log(event.kind));
 * stop();
 * await agent.close();
 * ```
 */
export class EventStream<T> implements AsyncIterable<T> {
  readonly #readers = new Set<Reader<T>>();
  readonly #listeners = new Set<(value: T) => void>();
  /** What came before anybody listened. */
  #early: T[] | undefined = [];
  #ended = false;

  push(value: T): void {
    if (this.#early) {
      if (this.#early.length < MOST_WAITING) this.#early.push(value);
      return;
    }
    for (const reader of this.#readers) reader.put(value);
    for (const listener of this.#listeners) call(listener, value);
  }

  end(): void {
    this.#ended = true;
    for (const reader of this.#readers) reader.end();
    this.#readers.clear();
  }

  /** Calls `listener` with each value; the result ends that. */
  on(listener: (value: T) => void): () => void {
    for (const value of this.#takeEarly()) call(listener, value);
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  [Symbol.asyncIterator](): AsyncIterator<T> {
    const reader = new Reader<T>();
    for (const value of this.#takeEarly()) reader.put(value);
    if (this.#ended) reader.end();
    else this.#readers.add(reader);
    return {
      next: () => reader.next(),
      return: () => {
        reader.end();
        this.#readers.delete(reader);
        return Promise.resolve({ done: true, value: undefined });
      },
    };
  }

  #takeEarly(): T[] {
    const early = this.#early ?? [];
    this.#early = undefined;
    return early;
  }
}

/** Whoever tells is not to end by what a listener does; what it threw is shown as Node shows warnings. */
function call<T>(listener: (value: T) => void, value: T): void {
  try {
    listener(value);
  } catch (error) {
    const { name, message, stack } = plainError(error);
    const warning = new Error(`a listener of events failed: ${name}: ${message}`);
    if (stack !== undefined) warning.stack = stack;
    process.emitWarning(Object.assign(warning, { name: 'MooringListenerWarning' }));
  }
}

class Reader<T> {
  readonly #values: T[] = [];
  readonly #waiting: Array<(result: IteratorResult<T>) => void> = [];
  #ended = false;

  put(value: T): void {
    const waiting = this.#waiting.shift();
    if (waiting) waiting({ done: false, value });
    else if (this.#values.length < MOST_WAITING) this.#values.push(value);
  }

  next(): Promise<IteratorResult<T>> {
    const [value] = this.#values;
    if (value !== undefined) {
      this.#values.shift();
      return Promise.resolve({ done: false, value });
    }
    if (this.#ended) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  end(): void {
    this.#ended = true;
    for (const waiting of this.#waiting.splice(0)) waiting({ done: true, value: undefined });
  }
}
