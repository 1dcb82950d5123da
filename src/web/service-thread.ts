import { ERROR, MooringError } from '../base/index.js';
import { openRemote, type RemoteService, type Service, threadGone } from '../client/index.js';

/** A URL a page vouches for under Trusted Types; made by a policy's `createScriptURL`. */
export interface TrustedUrl {
  toJSON(): string;
}

/** Where a worker comes from: its script's URL, or a worker the page made itself. */
export type WorkerSource = string | URL | TrustedUrl | Worker;

/** A service in a worker of this page. */
export interface ServiceThread<T extends Service> {
  readonly api: RemoteService<T>['api'];
  /** Ends the worker; calls that wait are rejected with MOORING_ERR_THREAD_GONE. */
  close(): void;
}

/** The worker a page named or made, else ours. Throws MOORING_ERR_NO_WORKER where none can be started. */
export function startWorker(from: WorkerSource | undefined, ours: () => Worker): Worker {
  if (typeof Worker === 'undefined')
    throw new MooringError(
      ERROR.MOORING_ERR_NO_WORKER,
      'There are no workers here. Where a server renders a page, or in a service worker, call this in the page itself; in Node, Bun, Deno and at the edge call simulate() or openCapture() instead.',
      {},
    );
  try {
    if (from instanceof Worker) return from;
    // What Trusted Types vouches for is no string, and must not become one.
    return from === undefined ? ours() : new Worker(from as string | URL, { type: 'module' });
  } catch (cause) {
    throw new MooringError(
      ERROR.MOORING_ERR_NO_WORKER,
      `The page may not start its worker (${(cause as Error).message}). Its script has to be of the page's own origin; under Trusted Types pass what a policy's createScriptURL gives for workers/sim.js or workers/capture.js, or a Worker.`,
      {},
      cause,
    );
  }
}

/** Talks to `worker`, which came `from` there or from `ours`; `who` names it where it ends before its time. */
export function openService<T extends Service>(
  worker: Worker,
  who: string,
  from: WorkerSource | undefined,
  ours: string,
): ServiceThread<T> {
  const source = from === undefined ? ours : from instanceof Worker ? 'the URL of the Worker passed' : from;
  const { api, end } = openRemote<T>(worker);
  // A script that does not load, or is no module, is an event without a message.
  worker.onerror = ({ message }) => {
    const remedy = `nothing that runs was found at ${source}; pass the URL where your build serves the worker, or a Worker (Vite's development server: optimizeDeps: { exclude: ['mooring'] })`;
    end(threadGone(who, message ? `its worker stopped: ${message}` : remedy));
  };
  worker.onmessageerror = () => end(threadGone(who, 'its worker sent what cannot be read'));
  return {
    api,
    close() {
      worker.terminate();
      end(threadGone(who, 'it was closed'));
    },
  };
}
