import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import asc from 'assemblyscript/asc';

const ENTRY = 'wasm/test-entry.ts';

/** Compiles AssemblyScript that imports from wasm/ as a file beside wasm/sim.ts would. Every call makes an instance. */
export async function compileAssembly<T>(source: string): Promise<() => T> {
  let wasm: Uint8Array | undefined;
  const { error, stderr } = await asc.main(
    [ENTRY, '--outFile', 'test.wasm', '--runtime', 'minimal', '--use', 'abort='],
    {
      readFile: (name, baseDir) =>
        name === ENTRY ? source : readFile(resolve(baseDir, name), 'utf8').catch(() => null),
      writeFile: (name, contents) => {
        if (name === 'test.wasm') wasm = contents as Uint8Array;
      },
    },
  );
  if (error || !wasm) throw new Error(`${error?.message ?? 'nothing written'}\n${stderr.toString()}`);
  const module = new WebAssembly.Module(wasm as BufferSource);
  return () => new WebAssembly.Instance(module).exports as T;
}
