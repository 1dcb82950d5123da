import { openRemote, type RemoteService } from '../../client/index.js';
import { code } from '../code.js';
import type { CodeService } from './code-service.js';

// The worker of the type checker, as the page has it: started when code is first looked at, given the files that are open
// before each question, and replaced where it does not answer: types can be written that take for ever.

const LIMIT_MS = 20_000;

let service: { readonly api: RemoteService<CodeService>['api']; close(): void } | undefined;
let known: unknown;

function started(): NonNullable<typeof service> {
  if (service) return service;
  const worker = new Worker(new URL('workers/code.js', document.baseURI), { type: 'module', name: 'mooring-code' });
  const { api } = openRemote<CodeService>(worker);
  known = undefined;
  service = { api, close: () => worker.terminate() };
  return service;
}

/** Asks the checker about the files that are open. */
export async function askChecker<T>(question: (api: RemoteService<CodeService>['api']) => Promise<T>): Promise<T> {
  const { api, close } = started();
  const files = code.value;
  let clock: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    clock = setTimeout(() => {
      close();
      service = undefined;
      reject(new Error(`the type checker did not answer for ${LIMIT_MS / 1000} s and was started again`));
    }, LIMIT_MS);
  });
  const answer = async (): Promise<T> => {
    if (files !== known) {
      known = files;
      await api.open(Object.fromEntries(files.map(({ name, text }) => [name, text])));
    }
    return question(api);
  };
  try {
    return await Promise.race([answer(), late]);
  } finally {
    clearTimeout(clock);
  }
}

/** Loads it before it is asked. */
export function warmChecker(): void {
  void askChecker((api) => api.findings('')).catch(() => {});
}
