import { ERROR } from '../base/index.js';
import type { NoticeListener } from './engine.js';

// A run takes no time of the host's: an algorithm that asks a clock or sets a timer of the host's gets what has nothing
// to do with the run. While a run goes on these functions tell that they were called.

const CLOCK = 'tells this machine’s time: use this.datapath.nowUs';
const TIMER = 'waits for this machine’s time, of which a run takes next to none: use this.datapath.after or every';
const CHANCE = 'gives another number in every run: draw from a generator with a seed (createRng)';

type Functions = Record<string, unknown>;

/** Where each function stands and what to say of it. */
const WATCHED: readonly (readonly [path: readonly string[], why: string])[] = [
  [['Date', 'now'], CLOCK],
  [['performance', 'now'], CLOCK],
  [['process', 'hrtime'], CLOCK],
  [['setTimeout'], TIMER],
  [['setInterval'], TIMER],
  [['setImmediate'], TIMER],
  [['requestAnimationFrame'], TIMER],
  [['Math', 'random'], CHANCE],
];

/** Tells once of each function of the host's clock that algorithms call inside `during`. */
export class HostClockWatch {
  readonly #told = new Set<string>();
  readonly #tell: NoticeListener;

  constructor(tell: NoticeListener) {
    this.#tell = tell;
  }

  during<T>(work: () => T): T {
    const undo = [...WATCHED.map(([path, why]) => this.#watch(path, why)), this.#watchDate()];
    try {
      return work();
    } finally {
      for (const restore of undo.reverse()) restore();
    }
  }

  #watch(path: readonly string[], why: string): () => void {
    const name = path.at(-1)!;
    const owner = path.slice(0, -1).reduce<unknown>((at, key) => (at as Functions | undefined)?.[key], globalThis);
    const original = (owner as Functions | undefined)?.[name];
    if (typeof original !== 'function') return () => {};
    return replace(
      owner as Functions,
      name,
      new Proxy(original, {
        apply: (target, self, args) => {
          this.#note(path.join('.'), why);
          return Reflect.apply(target, self, args);
        },
      }),
    );
  }

  /** `new Date()` without a time, and `Date()`. */
  #watchDate(): () => void {
    const globals = globalThis as unknown as Functions;
    return replace(
      globals,
      'Date',
      new Proxy(globals['Date'] as new (...args: unknown[]) => object, {
        construct: (target, args, self) => {
          if (args.length === 0) this.#note('new Date()', CLOCK);
          return Reflect.construct(target, args, self);
        },
        apply: (target, self, args) => {
          this.#note('Date()', CLOCK);
          return Reflect.apply(target as unknown as () => string, self, args);
        },
      }),
    );
  }

  #note(name: string, why: string): void {
    if (this.#told.has(name)) return;
    this.#told.add(name);
    const message = `An algorithm called ${name} inside the simulation, which ${why}.`;
    this.#tell({ code: ERROR.MOORING_ERR_SIM_HOST_CLOCK, message });
  }
}

/** Puts `value` in place of a property, and gives what puts the old one back; where a host forbids it, nothing. */
function replace(owner: Functions, name: string, value: unknown): () => void {
  const before = Object.getOwnPropertyDescriptor(owner, name);
  try {
    Object.defineProperty(owner, name, {
      value,
      configurable: true,
      writable: true,
      enumerable: before?.enumerable ?? false,
    });
  } catch {
    return () => {};
  }
  return () => {
    if (before) Object.defineProperty(owner, name, before);
    else delete owner[name];
  };
}
