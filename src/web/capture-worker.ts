import type { CaptureService, RemoteService } from '../client/index.js';
import { spawnService } from './worker.js';

/** Capture analysis in a worker of this page. */
export interface CaptureWorker {
  readonly captures: RemoteService<CaptureService>['api'];
  /** Ends the worker; calls that wait are rejected with MOORING_ERR_THREAD_GONE. */
  dispose(): void;
}

/**
 * Starts capture analysis in a worker, so that the page stays responsive while a file is read. Where
 * the page's build puts workers elsewhere than beside this module, pass the URL of
 * `mooring/workers/capture.js`. A callback for progress is passed as `remoteCallback(…)`.
 */
export function spawnCapture(url: URL = new URL('./workers/capture.js', import.meta.url)): CaptureWorker {
  const { api, dispose } = spawnService<CaptureService>(url, 'the capture worker');
  return { captures: api, dispose };
}
