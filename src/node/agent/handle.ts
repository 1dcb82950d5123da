import type { AgentStats, FlowChanges, FlowIdentity, FlowSnapshot } from '../../agent/index.js';
import type { U64 } from '../../base/index.js';
import type { EventStream } from './event-stream.js';
import type { ConnectEvent } from './events.js';
import type { ByHand, Runner } from './runner.js';

/** A running agent. */
export interface AgentHandle extends AsyncDisposable {
  /** What happens, from when you begin to read; `on` for a listener. */
  readonly events: EventStream<ConnectEvent>;
  /** Resolves when the agent was closed; rejects with what ended it otherwise. */
  readonly closed: Promise<void>;
  stats(): Promise<AgentStats>;
  /** Open flows, at most `most` of them (1000 by default). */
  flows(most?: number): Promise<readonly FlowSnapshot[]>;
  /**
   * What became of the flows since it was asked last, one entry for each thread that runs the algorithm: those that began and
   * ended, and what each reported last. Of `most` flows a thread; 0 ends it, and what was kept for it.
   */
  watch(most: number): Promise<readonly FlowChanges[]>;
  /**
   * Sets `Cwnd`, `Rate` or a field of its program for one flow, past its algorithm. Gives the event that tells of it:
   * `fieldSet`, or `fieldRefused` with the reason.
   */
  setField(of: FlowIdentity, field: string, value: U64): Promise<ByHand>;
  /**
   * Closes every flow, ends the workers, removes the socket. In under a second, whatever an algorithm is
   * doing.
   */
  close(): Promise<void>;
}

export interface HandleOptions {
  readonly runner: Runner;
  readonly events: EventStream<ConnectEvent>;
  /** Resolves with what ended the runner, if anything does. */
  readonly failed: Promise<Error>;
  /** Closes the agent when it aborts. */
  readonly signal: AbortSignal | undefined;
}

/**
 * What `connect` gives its caller: closed once, by whoever comes first: the caller, its signal or a failure.
 */
export function makeHandle({ runner, events, failed, signal }: HandleOptions): AgentHandle {
  let closing: Promise<void> | undefined;
  let settle!: { resolve: () => void; reject: (error: Error) => void };
  const closed = new Promise<void>((resolve, reject) => {
    settle = { resolve, reject };
  });
  // Whoever awaits `closed` sees the error; nobody has to.
  closed.catch(() => {});
  const end = (error?: Error) => {
    closing ??= runner.close().finally(() => {
      signal?.removeEventListener('abort', onAbort);
      events.end();
      if (error) settle.reject(error);
      else settle.resolve();
    });
    return closing;
  };
  const close = () => end();
  const onAbort = () => void end();
  void failed.then(end);
  if (signal?.aborted) onAbort();
  else signal?.addEventListener('abort', onAbort, { once: true });
  return {
    events,
    closed,
    stats: () => runner.stats(),
    flows: (most = 1000) => runner.flows(most),
    watch: (most) => runner.watch(most),
    setField: (of, field, value) => runner.setField(of, field, value),
    close,
    [Symbol.asyncDispose]: close,
  };
}
