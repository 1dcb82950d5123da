import { type Endpoint, serve } from '../../client/index.js';
import { type CodeLibrary, type CodeService, createCodeService } from './code-service.js';

// The type checker in a worker of its own; it fetches its declarations when it begins.

const library = new URL('../code-library.json', import.meta.url);
let service: Promise<CodeService> | undefined;

function begun(): Promise<CodeService> {
  service ??= fetch(library)
    .then((response) => response.json())
    .then((read: CodeLibrary) => createCodeService(read));
  return service;
}

serve(
  {
    open: async (...args: Parameters<CodeService['open']>) => (await begun()).open(...args),
    findings: async (...args: Parameters<CodeService['findings']>) => (await begun()).findings(...args),
    completions: async (...args: Parameters<CodeService['completions']>) => (await begun()).completions(...args),
    hover: async (...args: Parameters<CodeService['hover']>) => (await begun()).hover(...args),
    emit: async (...args: Parameters<CodeService['emit']>) => (await begun()).emit(...args),
  },
  globalThis as unknown as Endpoint,
);
