import { readFileSync } from 'node:fs';
import { UsageError } from './failure.js';

/** A JSON object from a file or standard input. Bad usage when it is none. */
export function readJson(file: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file === '-' ? 0 : file, 'utf8'));
  } catch (error) {
    throw new UsageError(`${file}: ${(error as Error).message}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new UsageError(`${file}: expected a JSON object`);
  }
  return value as Record<string, unknown>;
}
