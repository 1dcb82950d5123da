import { openRemote, type RemoteService, type Service, threadGone } from '../client/index.js';

/** Where a worker comes from: its script's URL, or a worker the page made itself. */
export type WorkerSource = string | URL | Worker;

/** A service in a worker of this page. */
export interface ServiceThread<T extends Service> {
  readonly api: RemoteService<T>['api'];
  /** Ends the worker; calls that wait are rejected with MOORING_ERR_THREAD_GONE. */
  close(): void;
}

/** The worker a page named or made, if it did. */
export function workerFrom(from: WorkerSource | undefined): Worker | undefined {
  return from === undefined || from instanceof Worker ? from : new Worker(from, { type: 'module' });
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
    const remedy = `nothing that runs was found at ${source}; pass the URL where your build serves the worker, or a Worker`;
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
