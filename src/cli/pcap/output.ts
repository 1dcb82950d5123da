import { once } from 'node:events';
import Table from 'cli-table3';
import type { CaptureWarning } from '../../capture/index.js';

/** Writes to stdout and waits where the reader is slower than we are. */
export async function print(text: string): Promise<void> {
  if (!process.stdout.write(text)) await once(process.stdout, 'drain');
}

export async function printJson(value: unknown): Promise<void> {
  await print(`${JSON.stringify(value)}\n`);
}

/** An array as JSON, an element at a time, so that a long one is never one string. */
export async function printJsonList(before: string, items: Iterable<unknown>, after: string): Promise<void> {
  let text = before;
  let first = true;
  for (const item of items) {
    text += `${first ? '' : ','}${JSON.stringify(item)}`;
    first = false;
    if (text.length > 1 << 16) {
      await print(text);
      text = '';
    }
  }
  await print(`${text}${after}\n`);
}

/** Rows of one shape as CSV (RFC 4180): nested values become dotted columns. */
export async function printCsv(rows: Iterable<object>, header: readonly string[]): Promise<void> {
  let text = `${header.join(',')}\r\n`;
  for (const row of rows) {
    const flat = flatten(row);
    text += `${header.map((name) => quote(flat.get(name))).join(',')}\r\n`;
    if (text.length > 1 << 16) {
      await print(text);
      text = '';
    }
  }
  await print(text);
}

/** Dotted names of all plain values in `row`, in their order. */
export function columnsOf(row: object): string[] {
  return [...flatten(row).keys()];
}

/** A table for people. Columns of numbers stand to the right. */
export function table(head: readonly string[], rows: ReadonlyArray<readonly string[]>, left = 1): string {
  const grid = new Table({
    head: [...head],
    chars: BLANK,
    colAligns: head.map((_, i) => (i < left ? 'left' : 'right')),
    style: { head: process.stdout.isTTY ? ['bold'] : [], border: [], 'padding-left': 0, 'padding-right': 2 },
  });
  grid.push(...rows.map((row) => [...row]));
  return `${grid.toString().replace(/ +$/gm, '')}\n`;
}

/** Warnings on stderr, a line each. */
export function printWarnings(warnings: readonly CaptureWarning[]): void {
  for (const { message } of warnings) process.stderr.write(`mooring: warning: ${message}\n`);
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
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const EDGES = [
  ...['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right'],
  ...['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid', 'middle'],
] as const;
const BLANK = Object.fromEntries(EDGES.map((edge) => [edge, '']));
