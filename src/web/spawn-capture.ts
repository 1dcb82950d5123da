import type { CaptureService, RemoteService } from '../client/index.js';
import { openService, startWorker, type WorkerSource } from './service-thread.js';

/** Capture analysis in a worker of this page. */
export interface CaptureWorker {
  readonly captures: RemoteService<CaptureService>['api'];
  /** Ends the worker; calls that wait are rejected with MOORING_ERR_THREAD_GONE. */
  close(): void;
  [Symbol.dispose](): void;
}

/**
 * Starts capture analysis in a worker, so that the page stays responsive while a file is read. Bundlers that follow workers
 * (Vite, webpack) find it by themselves. Elsewhere `mooring/workers/capture.js`, which needs nothing beside it, is
 * served by the page: beside the page's script in a folder `workers`, or anywhere, with its URL or a Worker passed.
 *
 * @example
 * ```ts fragment
 * using worker = spawnCapture();
 * const files = [...document.querySelector('input')!.files!];
 * const progress = remoteCallback(({ bytesRead }: CaptureProgress) => console.log(bytesRead));
 * const { connections, totals } = await worker.captures.analyse(files, progress);
 * ```
 */
export function spawnCapture(from?: WorkerSource): CaptureWorker {
  // Bundlers follow a worker only where constructor and URL are one expression.
  const worker = startWorker(
    from,
    () => new Worker(new URL('./workers/capture.js', import.meta.url), { type: 'module', name: 'mooring-capture' }),
  );
  const { api, close } = openService<CaptureService>(
    worker,
    'the capture worker',
    from,
    `workers/capture.js beside ${import.meta.url}`,
  );
  return { captures: api, close, [Symbol.dispose]: close };
}
