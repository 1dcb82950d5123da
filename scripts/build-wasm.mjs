// Compiles wasm/<name>.ts to dist/wasm/<name>.wasm and writes src/generated/wasm/<name>.ts,
// which holds the same bytes as hexadecimal digits and the types of the exports.
//   --check   compiles once more and fails unless the bytes are the same
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';
import { modules } from './wasm-modules.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const check = process.argv.includes('--check');
let failed = 0;

for (const { name, maxBytes, shrinkLevel } of modules) {
  const { wasm, types } = await compile(name, shrinkLevel);
  const problems = inspect(wasm, maxBytes);
  if (check) {
    const built = await readFile(join(root, 'dist/wasm', `${name}.wasm`)).catch(() => null);
    if (!built) problems.push('not built yet: run npm run build:wasm');
    else if (!built.equals(wasm)) problems.push('a second build gave other bytes');
  } else if (problems.length === 0) {
    await writeOutputs(name, wasm, types);
  }
  const digest = createHash('sha256').update(wasm).digest('hex').slice(0, 16);
  console.log(`${name}.wasm  ${wasm.length} bytes of ${maxBytes}  sha256 ${digest}…`);
  for (const problem of problems) console.error(`${name}.wasm: ${problem}`);
  failed += problems.length;
}
process.exit(failed ? 1 : 0);

async function compile(name, shrinkLevel) {
  const outputs = new Map();
  const args = [
    join('wasm', `${name}.ts`),
    '--outFile',
    `${name}.wasm`,
    '--bindings',
    'raw',
    '--runtime',
    'minimal',
    '--optimizeLevel',
    '3',
    '--shrinkLevel',
    String(shrinkLevel),
    '--converge',
    '--noAssert',
    '--exportTable',
    '--use',
    'abort=',
  ];
  const { error, stderr } = await asc.main(args, {
    baseDir: root,
    writeFile: (file, contents) => void outputs.set(file, contents),
  });
  if (error) {
    console.error(stderr.toString());
    process.exit(1);
  }
  return { wasm: Buffer.from(outputs.get(`${name}.wasm`)), types: outputs.get(`${name}.d.ts`) };
}

function inspect(wasm, maxBytes) {
  const problems = [];
  const imports = WebAssembly.Module.imports(new WebAssembly.Module(wasm));
  if (imports.length) problems.push(`imports ${imports.map((i) => i.name).join(', ')}: a module must import nothing`);
  if (wasm.length > maxBytes)
    problems.push(`${wasm.length} bytes, more than the ${maxBytes} allowed in scripts/wasm-modules.mjs`);
  return problems;
}

async function writeOutputs(name, wasm, types) {
  const typeName = `${name[0].toUpperCase()}${name.slice(1)}Exports`;
  const body = types
    .slice(types.indexOf('{') + 1, types.indexOf('\n}'))
    .replaceAll('export const ', 'readonly ')
    .replaceAll('export function ', '');
  const source = [
    '// Written by scripts/build-wasm.mjs; not kept in git.',
    `export interface ${typeName} {${body.replace(/^ {2}/gm, '  ')}`,
    '}',
    // Two digits a byte: what repeats in the module repeats in the text, so that a page's compressed script is a fifth
    // smaller than with base64, whose digits straddle bytes.
    `export const hex: string = '${wasm.toString('hex')}';`,
    '',
  ].join('\n');
  await mkdir(join(root, 'dist/wasm'), { recursive: true });
  await mkdir(join(root, 'src/generated/wasm'), { recursive: true });
  await writeFile(join(root, 'dist/wasm', `${name}.wasm`), wasm);
  await writeFile(join(root, 'src/generated/wasm', `${name}.ts`), source);
}
