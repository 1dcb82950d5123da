import { existsSync, readFileSync } from 'node:fs';
import type { VmVector } from './replay.js';

/** Traces of the original libccp; none where the folder is not here. */
export function readVmVectors(): VmVector[] {
  const file = '../shared/vectors/vm.jsonl';
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line) as VmVector);
}
