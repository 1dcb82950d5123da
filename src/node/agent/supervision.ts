import { AsyncLocalStorage, createHook } from 'node:async_hooks';
import type { CallbackScope, FlowIdentity } from '../../agent/index.js';
import { ERROR, MooringError } from '../../base/index.js';

/** Whose thread algorithms run in: one of their own, or the caller's, which runs other code as well. */
export type ThreadOwner = 'algorithms' | 'caller';

export interface SupervisionOptions {
  readonly thread: ThreadOwner;
  /** Something an algorithm left running failed; undefined where nobody can tell of which flow. */
  failed(flow: FlowIdentity | undefined, error: unknown): void;
  /** Told, beside the callbacks, when what a flow's algorithm left running has its turn. */
  readonly watch?: CallbackScope;
}

/**
 * Finds out whose algorithm it was that failed, or does not return, when no callback of it is on the stack any more: a
 * rejected promise nobody awaited, a timer, a loop of microtasks. Each callback runs with its flow as the asynchronous
 * context, and what it starts inherits that. A failure in it goes to its agent instead of ending the thread; others
 * do so only where the thread is the algorithms' own.
 */
export class Supervision implements CallbackScope {
  readonly #options: SupervisionOptions;
  readonly #flow = new AsyncLocalStorage<FlowIdentity | undefined>();
  readonly #turns: ReturnType<typeof createHook> | undefined;

  constructor(options: SupervisionOptions) {
    this.#options = options;
    const { watch } = options;
    if (watch) {
      // A few calls for each slice of a worker, none for each message: those are no turns of their own.
      this.#turns = createHook({
        before: () => {
          const flow = this.#flow.getStore();
          // Until a turn of somebody else begins: between two turns of a loop it is to blame as well.
          if (flow) watch.enter(flow, false);
          else watch.leave();
        },
      }).enable();
    }
    if (active.size === 0) listen();
    active.add(this);
  }

  enter(flow: FlowIdentity, first: boolean): void {
    this.#flow.enterWith(flow);
    this.#options.watch?.enter(flow, first);
  }

  leave(): void {
    this.#options.watch?.leave();
    this.#flow.enterWith(undefined);
  }

  /** The flow whose code runs, or ran where what runs now was begun. */
  get flow(): FlowIdentity | undefined {
    return this.#flow.getStore();
  }

  get thread(): ThreadOwner {
    return this.#options.thread;
  }

  failed(flow: FlowIdentity | undefined, error: unknown): void {
    // An error met while an error is handled would end the thread after all.
    this.leave();
    this.#options.failed(flow, error);
  }

  end(): void {
    if (!active.delete(this)) return;
    this.#turns?.disable();
    this.#flow.disable();
    if (active.size === 0) unlisten();
  }
}

const active = new Set<Supervision>();
const exit = process.exit;

function listen(): void {
  process.on('uncaughtException', onException);
  process.on('unhandledRejection', onRejection);
  process.exit = refuseExit;
}

function unlisten(): void {
  process.off('uncaughtException', onException);
  process.off('unhandledRejection', onRejection);
  if (process.exit === refuseExit) process.exit = exit;
}

const onException = (error: unknown) => take(error, 'uncaughtException');
const onRejection = (error: unknown) => take(error, 'unhandledRejection');

function take(error: unknown, how: 'uncaughtException' | 'unhandledRejection'): void {
  const [supervision, flow] = responsible();
  if (supervision) supervision.failed(flow, error);
  else if (process.listenerCount(how) === 1) {
    // Not an algorithm's, and nobody else listens: what Node does without us.
    unlisten();
    process.nextTick(() => {
      throw error;
    });
  }
}

/** An algorithm that ends the process would end the other flows with it. */
function refuseExit(code?: number | string | null): never {
  if (responsible()[0] === undefined) return exit(code);
  throw new MooringError(
    ERROR.MOORING_ERR_AGENT_EXIT,
    'the algorithm called process.exit, which would end all flows: close the agent instead (agent.close(), Ctrl-C)',
  );
}

function responsible(): [Supervision | undefined, FlowIdentity | undefined] {
  let owner: Supervision | undefined;
  for (const supervision of active) {
    if (supervision.flow) return [supervision, supervision.flow];
    if (supervision.thread === 'algorithms') owner = supervision;
  }
  return [owner, undefined];
}
