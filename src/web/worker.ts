import { openRemote, type RemoteService, type Service, threadGone } from '../client/index.js';

/** A service in a worker of this page. */
export interface ServiceThread<T extends Service> {
  readonly api: RemoteService<T>['api'];
  /** Ends the worker; calls that wait are rejected with MOORING_ERR_THREAD_GONE. */
  dispose(): void;
}

/** Starts the worker at `url`; `who` names it where it ends before its time. */
export function spawnService<T extends Service>(url: URL, who: string): ServiceThread<T> {
  const worker = new Worker(url, { type: 'module', name: `mooring ${who}` });
  const { api, end } = openRemote<T>(worker);
  worker.onerror = (event) => end(threadGone(who, event.message || 'its worker stopped'));
  return {
    api,
    dispose() {
      worker.terminate();
      end(threadGone(who, 'it was disposed'));
    },
  };
}
