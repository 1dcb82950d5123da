import { type Endpoint, expose, type Remote, releaseProxy, wrap } from 'comlink';
import { ERROR, MooringError } from '../base/index.js';
import { keepErrorCodes } from './thrown.js';

/** Functions that may be called across a thread: plain values in, plain values or Comlink proxies out. */
export type Service = Readonly<Record<string, (...args: never[]) => unknown>>;

/** The other side of a {@link Service}: every call is a promise. */
export interface RemoteService<T extends Service> {
  readonly api: { readonly [F in keyof T]: (...args: Parameters<T[F]>) => Promise<Awaited<ReturnType<T[F]>>> };
  /**
   * The other side is gone: rejects every call that waits and every later one with `error`. Without
   * this a call to a dead thread would wait for ever.
   */
  end(error: MooringError): void;
}

/**
 * Calls to the service behind `endpoint`. Errors come back with their `code` and `detail`.
 *
 * @example
 * ```ts
 * const { port1, port2 } = new MessageChannel();
 * serve({ add: (a: number, b: number) => a + b }, port1);
 * const { api, end } = openRemote<{ add(a: number, b: number): number }>(port2);
 * console.log(await api.add(1, 2)); // 3
 * end(new MooringError('MOORING_ERR_THREAD_GONE', 'closed'));
 * port1.close();
 * ```
 */
export function openRemote<T extends Service>(endpoint: Endpoint): RemoteService<T> {
  keepErrorCodes();
  const remote = wrap<T>(endpoint) as Remote<T> & Record<string, (...args: unknown[]) => Promise<unknown>>;
  const waiting = new Set<(error: Error) => void>();
  let ended: MooringError | undefined;
  const call = (name: string, args: unknown[]) =>
    new Promise<unknown>((resolve, reject) => {
      if (ended) {
        reject(ended);
        return;
      }
      waiting.add(reject);
      const settle = (how: (value: never) => void) => (value: unknown) => {
        waiting.delete(reject);
        how(value as never);
      };
      remote[name]!(...args).then(settle(resolve), settle(reject));
    });
  const api = new Proxy(Object.create(null), {
    get: (_, name) =>
      typeof name === 'string' && name !== 'then' ? (...args: unknown[]) => call(name, args) : undefined,
  });
  return {
    api,
    end(error) {
      ended ??= error;
      for (const reject of waiting) reject(ended);
      waiting.clear();
      try {
        remote[releaseProxy]();
      } catch {
        // The endpoint is closed, which is why we are here.
      }
    },
  };
}

/**
 * Answers calls that come in at `endpoint` with the functions of `service`.
 *
 * @example
 * ```ts
 * const { port1 } = new MessageChannel();
 * serve({ now: () => 5 }, port1);
 * port1.close();
 * ```
 */
export function serve(service: Service, endpoint: Endpoint): void {
  keepErrorCodes();
  expose(service, endpoint);
}

/**
 * The error of calls to a thread that is gone.
 *
 * @example
 * ```ts
 * threadGone('worker 1', 'it was terminated').code; // 'MOORING_ERR_THREAD_GONE'
 * ```
 */
export function threadGone(who: string, why: string, cause?: unknown): MooringError {
  return new MooringError(ERROR.MOORING_ERR_THREAD_GONE, `${who} is gone: ${why}`, { who, why }, cause);
}
