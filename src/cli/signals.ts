import { ERROR, MooringError } from '../base/index.js';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export type StopSignal = (typeof SIGNALS)[number];

/** Hears of every Ctrl-C, kill and hang-up until closed. The one place that listens to signals. */
export function onSignals(listener: (name: StopSignal, count: number) => void): { close(): void } {
  let count = 0;
  const receive = (name: StopSignal): void => {
    count += 1;
    listener(name, count);
  };
  for (const name of SIGNALS) process.on(name, receive);
  return {
    close: () => {
      for (const name of SIGNALS) process.off(name, receive);
    },
  };
}

/** The first signal asks to stop: `signal` aborts and `received` resolves. A second one ends the process at once. */
export interface Stop {
  readonly signal: AbortSignal;
  readonly received: Promise<StopSignal>;
  close(): void;
}

/** Listens for the signal that asks to stop; its abort reason is MOORING_ERR_INTERRUPTED. */
export function stopOnSignal(): Stop {
  const abort = new AbortController();
  let resolve: (name: StopSignal) => void;
  const received = new Promise<StopSignal>((done) => {
    resolve = done;
  });
  const listening = onSignals((name) => {
    listening.close();
    abort.abort(new MooringError(ERROR.MOORING_ERR_INTERRUPTED, `${name} ended it`, { signal: name }));
    resolve(name);
  });
  return { signal: abort.signal, received, close: listening.close };
}
