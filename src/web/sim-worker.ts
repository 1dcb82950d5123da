import type { RemoteService, SimService } from '../client/index.js';
import { spawnService } from './worker.js';

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
  const { api, dispose } = spawnService<SimService>(url, 'the simulator');
  return { simulator: api, dispose };
}
