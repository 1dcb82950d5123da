import { type Endpoint as ComlinkEndpoint, proxy } from 'comlink';

/** What messages go through: a worker, a port, or the scope of a worker itself. */
export type Endpoint = ComlinkEndpoint;

/**
 * A function that the other thread may call, for arguments of a service such as `onProgress`.
 *
 * @example
 * ```ts fragment
 * using worker = spawnCapture();
 * const file = new Blob([]);
 * await worker.captures.analyse([file], remoteCallback(({ packets }: CaptureProgress) => console.log(packets)));
 * ```
 */
export function remoteCallback<T extends object>(callback: T): T {
  return proxy(callback);
}
