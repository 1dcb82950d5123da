import type { RemoteService, SimService } from '../client/index.js';
import { openService, startWorker, type WorkerSource } from './service-thread.js';

/** A simulator in a worker of this page. */
export interface SimWorker {
  readonly simulator: RemoteService<SimService>['api'];
  /** Ends the worker; calls that wait are rejected with MOORING_ERR_THREAD_GONE. */
  close(): void;
  [Symbol.dispose](): void;
}

/**
 * Starts a simulator in a worker, so that the page stays responsive while it runs. Bundlers that follow workers
 * (Vite, webpack) find it by themselves. Elsewhere `mooring/workers/sim.js`, which needs nothing beside it, is
 * served by the page: beside the page's script in a folder `workers`, or anywhere, with its URL or a Worker passed.
 *
 * @example
 * ```ts fragment
 * using worker = spawnSim();
 * const { durationUs } = await worker.simulator.begin({ flows: [{ algorithm: 'cubic' }], duration: '10s' });
 * await worker.simulator.advance(durationUs);
 * const { summary } = await worker.simulator.outcome();
 * ```
 */
export function spawnSim(from?: WorkerSource): SimWorker {
  // Bundlers follow a worker only where constructor and URL are one expression.
  const worker = startWorker(
    from,
    () => new Worker(new URL('./workers/sim.js', import.meta.url), { type: 'module', name: 'mooring-sim' }),
  );
  const { api, close } = openService<SimService>(
    worker,
    'the simulator',
    from,
    `workers/sim.js beside ${import.meta.url}`,
  );
  return { simulator: api, close, [Symbol.dispose]: close };
}
