// Compiles wasm/<name>.ts to dist/wasm/<name>.wasm and writes src/generated/wasm/<name>.ts,
// which holds the same bytes as hexadecimal digits and the types of the exports.
//   --check   compiles once more and fails unless the bytes are the same
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileWasm, writeWasm } from './compile-wasm.mjs';
import { modules } from './wasm-modules.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const check = process.argv.includes('--check');
let failed = 0;

for (const { name, maxBytes, shrinkLevel, inline } of modules) {
  const built = await compileWasm(root, name, { optimizeLevel: 3, shrinkLevel, converge: true, inline });
  if (built.fault) {
    console.error(built.fault);
    process.exit(1);
  }
  const { wasm } = built;
  const problems = inspect(wasm, maxBytes);
  if (check) {
    const before = await readFile(join(root, 'dist/wasm', `${name}.wasm`)).catch(() => null);
    if (!before) problems.push('not built yet: run npm run build:wasm');
    else if (!before.equals(wasm)) problems.push('a second build gave other bytes');
  } else if (problems.length === 0) {
    await writeWasm(root, name, built);
  }
  const digest = createHash('sha256').update(wasm).digest('hex').slice(0, 16);
  console.log(`${name}.wasm  ${wasm.length} bytes of ${maxBytes}  sha256 ${digest}…`);
  for (const problem of problems) console.error(`${name}.wasm: ${problem}`);
  failed += problems.length;
}
process.exit(failed ? 1 : 0);

function inspect(wasm, maxBytes) {
  const problems = [];
  const imports = WebAssembly.Module.imports(new WebAssembly.Module(wasm));
  if (imports.length) problems.push(`imports ${imports.map((i) => i.name).join(', ')}: a module must import nothing`);
  if (wasm.length > maxBytes)
    problems.push(`${wasm.length} bytes, more than the ${maxBytes} allowed in scripts/wasm-modules.mjs`);
  return problems;
}
