// wasm/<name>.ts to bytes, and those to the files that src/core and dist/ read.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import asc from 'assemblyscript/asc';

/** The module's bytes and types; `fault` instead, the compiler's words, where it does not compile. */
export async function compileWasm(root, name, { optimizeLevel, shrinkLevel, converge }) {
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
    String(optimizeLevel),
    '--shrinkLevel',
    String(shrinkLevel),
    ...(converge ? ['--converge'] : []),
    '--noAssert',
    '--exportTable',
    '--use',
    'abort=',
  ];
  const { error, stderr } = await asc.main(args, {
    baseDir: root,
    writeFile: (file, contents) => void outputs.set(file, contents),
  });
  if (error) return { fault: stderr.toString() };
  return { wasm: Buffer.from(outputs.get(`${name}.wasm`)), types: outputs.get(`${name}.d.ts`) };
}

/** Writes dist/wasm/<name>.wasm, and src/generated/wasm/<name>.ts, which is returned. */
export async function writeWasm(root, name, { wasm, types }) {
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
  const generated = join(root, 'src/generated/wasm', `${name}.ts`);
  await writeFile(join(root, 'dist/wasm', `${name}.wasm`), wasm);
  await writeFile(generated, source);
  return generated;
}
