import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ERROR, printableLines } from '../base/index.js';
import { fileFailure, makeFolder, makeWholeFile } from '../node/files/index.js';
import { formatJson } from './json.js';

/** Where a file is wanted, this means standard output. */
export const STANDARD_OUTPUT = '-';

const CHUNK_CHARACTERS = 1 << 16;

let printed = false;

/** Whether anything was written to stdout: then no other document may follow. */
export function hasPrinted(): boolean {
  return printed;
}

/** Writes text for people to stdout: what it has from files and peers must not steer their terminal. */
export function print(text: string): Promise<void> {
  return write(printableLines(text));
}

/** Writes to stdout and waits where the reader is slower than we are. */
async function write(content: string | Uint8Array): Promise<void> {
  printed = true;
  if (!process.stdout.write(content)) await once(process.stdout, 'drain');
}

/** A line on stderr, or several; for people as well. */
export function tell(line: string): void {
  process.stderr.write(`${printableLines(line)}\n`);
}

/** One JSON document. */
export async function printJson(value: unknown): Promise<void> {
  await write(`${escaped(formatJson(value))}\n`);
}

/** JSON leaves some control characters as they are; escaped it says the same, and steers no terminal. */
function escaped(json: string): string {
  return json.replace(
    /[\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** All at once, or as they come. */
type Many<T> = Iterable<T> | AsyncIterable<T>;

/** An object of `head` and a list, an element a line, so that a long one is never one string. */
export async function printJsonList(head: object, name: string, items: Many<unknown>): Promise<void> {
  const before = Object.entries(head).map(
    ([key, value]) => `  ${JSON.stringify(key)}: ${escaped(JSON.stringify(value))},\n`,
  );
  let text = `{\n${before.join('')}  ${JSON.stringify(name)}: [`;
  let comma = '';
  for await (const item of items) {
    text += `${comma}\n    ${escaped(JSON.stringify(item))}`;
    comma = ',';
    if (text.length > CHUNK_CHARACTERS) {
      await write(text);
      text = '';
    }
  }
  await write(`${text}${comma ? '\n  ' : ''}]\n}\n`);
}

/** Rows of one shape as CSV (RFC 4180, lines end as sim's do): nested values become dotted columns. */
export async function printCsv(rows: Many<object>, header: readonly string[]): Promise<void> {
  let text = `${header.join(',')}\n`;
  for await (const row of rows) {
    const flat = flatten(row);
    text += `${header.map((name) => quote(flat.get(name))).join(',')}\n`;
    if (text.length > CHUNK_CHARACTERS) {
      await write(text);
      text = '';
    }
  }
  await write(text);
}

/** Dotted names of all plain values in `row`, in their order. */
export function columnsOf(row: object): string[] {
  return [...flatten(row).keys()];
}

/** Writes what a verb made to a file, or to stdout for `-`; folders on the way are made. */
export async function writeResult(path: string, content: string | Uint8Array): Promise<void> {
  if (path === STANDARD_OUTPUT) return write(content);
  await writeWhole(path, (part) => writeFile(part, content));
}

/** Writes a file of `pieces`, one after the other; under its name stands the whole of it or nothing new. */
export async function writePieces(path: string, pieces: Iterable<string>): Promise<void> {
  await writeWhole(path, (part) => pipeline(Readable.from(pieces), createWriteStream(part)));
}

async function writeWhole(path: string, write: (part: string) => Promise<void>): Promise<void> {
  try {
    makeFolder(dirname(path));
    await makeWholeFile(path, write);
  } catch (cause) {
    throw fileFailure(ERROR.MOORING_ERR_FILE_UNWRITABLE, path, cause);
  }
}

/** Keeps stdout for the document of --json or --csv: what a reader's algorithm logs in this thread goes to stderr. */
export function keepStdout(): void {
  for (const name of ['log', 'info', 'debug', 'dir', 'table'] as const) {
    console[name] = (...values: unknown[]) => console.error(...values);
  }
}

function flatten(row: object, prefix = '', into = new Map<string, unknown>()): Map<string, unknown> {
  for (const [name, value] of Object.entries(row)) {
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) flatten(value, `${prefix}${name}.`, into);
    else into.set(prefix + name, value);
  }
  return into;
}

function quote(value: unknown): string {
  if (value === undefined || value === null) return '';
  const text = Array.isArray(value) ? value.join(' ') : String(value);
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
