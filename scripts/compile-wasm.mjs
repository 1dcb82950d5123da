// wasm/<name>.ts to bytes, and those to the files that src/core and dist/ read.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import asc from 'assemblyscript/asc';
import binaryen from 'binaryen';
import { seldomFunctions } from './seldom-functions.mjs';

/** Features asc turns on by itself, which the optimiser has to be told of again. */
const FEATURES =
  binaryen.Features.MutableGlobals |
  binaryen.Features.SignExt |
  binaryen.Features.NontrappingFPToInt |
  binaryen.Features.BulkMemory |
  binaryen.Features.BulkMemoryOpt;
/** Sizes, as Binaryen counts them, up to which a function is always copied into its callers, and where that looks cheap. */
const ALWAYS_INLINED = 20;
const INLINED_WHERE_CHEAP = 150;
const ANY_SIZE = 100_000;

/**
 * The module's bytes and types; `fault` instead, the compiler's words, where it does not compile. `inline`: calls on the way
 * of every packet cost more than their bytes (decision 0078), but for functions marked as seldom called (decision 0127).
 */
export async function compileWasm(root, name, { optimizeLevel, shrinkLevel, converge, inline }) {
  const outputs = new Map();
  const apart = inline ? seldomFunctions(root) : [];
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
    // Names, by which the optimiser is told of functions; they are not in what it writes.
    ...(inline ? ['--debug'] : []),
  ];
  const { error, stderr } = await asc.main(args, {
    baseDir: root,
    writeFile: (file, contents) => void outputs.set(file, contents),
    transforms: [{ afterCompile: (module) => keepApart(module, apart) }],
  });
  if (error) return { fault: stderr.toString() };
  const wasm = outputs.get(`${name}.wasm`);
  return { wasm: Buffer.from(inline ? inlined(wasm, apart) : wasm), types: outputs.get(`${name}.d.ts`) };
}

// A function with one caller goes into it whatever its size. asc stops at 200, and has no option for it.
function inlined(wasm, apart) {
  const module = binaryen.readBinary(wasm);
  try {
    module.setFeatures(FEATURES);
    keepApart(module, apart);
    binaryen.setDebugInfo(false);
    binaryen.setOptimizeLevel(3);
    binaryen.setShrinkLevel(0);
    binaryen.setAlwaysInlineMaxSize(ALWAYS_INLINED);
    binaryen.setFlexibleInlineMaxSize(INLINED_WHERE_CHEAP);
    binaryen.setOneCallerInlineMaxSize(ANY_SIZE);
    binaryen.setAllowInliningFunctionsWithLoops(true);
    module.runPasses(['inlining-optimizing']);
    // What the first round leaves, the second folds.
    module.optimize();
    module.optimize();
    return module.emitBinary();
  } finally {
    module.dispose();
  }
}

// Of the functions a module has, those that are never copied into their callers.
function keepApart(module, functions) {
  for (const name of functions) {
    binaryen.setPassArgument('no-inline', name);
    module.runPasses(['no-inline']);
  }
  binaryen.clearPassArguments();
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
