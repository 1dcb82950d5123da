import { openRemote, type RemoteService, type SimService, threadGone } from '../client/index.js';

/** A simulator in a worker of this page. */
export interface SimWorker {
  readonly simulator: RemoteService<SimService>['api'];
  /** Ends the worker; calls that wait are rejected with MOORING_ERR_THREAD_GONE. */
  dispose(): void;
}

/**
 * Starts a simulator in a worker, so that the page stays responsive while it runs. Where the page's
 * build puts workers elsewhere than beside this module, pass the URL of `mooring/workers/sim.js`.
 */
export function spawnSim(url: URL = new URL('./workers/sim.js', import.meta.url)): SimWorker {
  const worker = new Worker(url, { type: 'module', name: 'mooring-sim' });
  const { api, end } = openRemote<SimService>(worker);
  worker.onerror = (event) => end(threadGone('the simulator', event.message || 'its worker stopped'));
  return {
    simulator: api,
    dispose() {
      worker.terminate();
      end(threadGone('the simulator', 'it was disposed'));
    },
  };
}
