import { spawnSync } from 'node:child_process';
import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Algorithm } from '../../algorithms/index.js';
import { ERROR, MooringError, plainError } from '../../base/index.js';
import { importFile, MODULE_FILE } from '../modules/index.js';

/** Whether `text` means a file rather than the name of an algorithm. */
export function isAlgorithmPath(text: string): boolean {
  return MODULE_FILE.test(text) || text.includes('/') || text.includes('\\');
}

/**
 * The algorithm a reader's module exports: its default export, else its only export that is one.
 * Throws MOORING_ERR_ALGORITHM_FILE with what was wrong.
 */
export async function loadAlgorithmFile(path: string): Promise<Algorithm> {
  const file = resolve(path);
  await access(file).catch(() => {
    throw refusal(path, 'there is no such file');
  });
  if (!MODULE_FILE.test(file)) throw refusal(path, 'it is not a module: .js, .mjs or .ts');
  const module = await importFile(file).catch((cause: unknown) => {
    if (cause instanceof MooringError) throw cause;
    throw refusal(path, cause instanceof Error ? `it cannot be loaded: ${whole(cause, file)}` : String(cause), cause);
  });
  const exported = Object.entries(module).filter(([, value]) => isAlgorithm(value));
  const chosen = exported.find(([name]) => name === 'default') ?? (exported.length === 1 ? exported[0] : undefined);
  if (chosen) {
    const algorithm = chosen[1] as Algorithm;
    await Promise.resolve(algorithm.ready?.()).catch((cause: unknown) => {
      throw refusal(path, `ready() failed: ${plainError(cause).message}`, cause);
    });
    return algorithm;
  }
  throw refusal(
    path,
    exported.length > 1
      ? `it exports several algorithms (${exported.map(([name]) => name).join(', ')}); make one of them the default export`
      : 'it exports no algorithm: export a class that extends AlgBase',
  );
}

function isAlgorithm(value: unknown): value is Algorithm {
  if (typeof value === 'function') return typeof value.prototype?.onReport === 'function';
  return typeof (value as { newFlow?: unknown } | null)?.newFlow === 'function';
}

/** All that is said of it. Of a syntax error Node tells an importer no place; its own check of the file does. */
function whole(error: Error, file: string): string {
  const { name, message } = error;
  if (name === 'SyntaxError') {
    const { stderr } = spawnSync(process.execPath, ['--check', file], { encoding: 'utf8', timeout: 10_000 });
    const place = stderr?.split('\n\n')[0]?.trimEnd();
    if (place && !place.includes(name)) return `${name}: ${message}\n${place}`;
  }
  return `${name === 'Error' ? '' : `${name}: `}${message.trimEnd()}`;
}

function refusal(path: string, why: string, cause?: unknown): MooringError {
  return new MooringError(ERROR.MOORING_ERR_ALGORITHM_FILE, `${path}: ${why}`, { path }, cause);
}
