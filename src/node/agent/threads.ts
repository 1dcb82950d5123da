import { ERROR, MooringError } from '../../base/index.js';

/** More worker threads than this only wait for each other. */
const MOST_WORKERS = 64;

/** Where an agent runs: in so many worker threads, 0 for the caller's own. */
export interface Threads {
  readonly workers: number;
  /** Whether a worker waits in the read itself. */
  readonly blocking: boolean;
}

/** What the choice depends on. */
export interface ThreadsAsked {
  readonly workers: number | undefined;
  readonly blocking: boolean | undefined;
  /** `worker` where its algorithm can be loaded again and its socket opened there. */
  readonly runsIn: 'caller' | 'worker';
}

/** The threads asked for, or those that suit. Throws MOORING_ERR_BAD_ARGUMENT for what cannot be. */
export function chooseThreads(asked: ThreadsAsked): Threads {
  const inCaller = asked.runsIn === 'caller';
  const workers = asked.workers ?? (inCaller ? 0 : 1);
  const blocking = asked.blocking ?? workers > 0;
  if (!Number.isInteger(workers) || workers < 0 || workers > MOST_WORKERS) {
    throw badArgument('workers', `workers is ${workers}: give a whole number from 0 (this thread) to ${MOST_WORKERS}.`);
  }
  if (inCaller && workers > 0) {
    throw badArgument(
      'workers',
      'Workers load their algorithm from a module: give connect a URL, such as new URL("./aimd.js", import.meta.url), and an ipc by name.',
    );
  }
  if (workers === 0 && blocking) {
    throw badArgument(
      'blocking',
      'Blocking reads would stop this thread: give connect the URL of a module, which runs in a worker.',
    );
  }
  return { workers, blocking };
}

function badArgument(argument: string, message: string): MooringError {
  return new MooringError(ERROR.MOORING_ERR_BAD_ARGUMENT, message, { argument });
}
