import Table from 'cli-table3';
import { printable } from '../base/index.js';

/** What stands where there is no number. */
export const NOTHING = '–';

const EDGES = [
  ...['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right'],
  ...['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid', 'middle'],
] as const;
const BLANK = Object.fromEntries(EDGES.map((edge) => [edge, '']));

/** The table for people: no lines; the first `left` columns stand to the left, those of numbers to the right. */
export function table(head: readonly string[], rows: ReadonlyArray<readonly string[]>, left = 1): string {
  return grid(rows, { head, left });
}

/** Rows that explain themselves, every column to the left. */
export function list(rows: ReadonlyArray<readonly string[]>): string {
  return grid(rows, { head: [], left: Number.POSITIVE_INFINITY });
}

/** `format`ted, or a dash where there is no value, no number, or nothing was counted. */
export function shown(value: number | null | undefined, format: (value: number) => string, counted = 1): string {
  return value === null || value === undefined || !Number.isFinite(value) || counted === 0 ? NOTHING : format(value);
}

function grid(
  rows: ReadonlyArray<readonly string[]>,
  { head, left }: { readonly head: readonly string[]; readonly left: number },
): string {
  const columns = Math.max(head.length, ...rows.map((row) => row.length), 0);
  const grid = new Table({
    head: [...head],
    chars: BLANK,
    colAligns: Array.from({ length: columns }, (_, i) => (i < left ? 'left' : 'right')),
    style: { head: process.stdout.isTTY ? ['bold'] : [], border: [], 'padding-left': 0, 'padding-right': 2 },
  });
  // A name out of a file with a line end in it would begin a row of its own.
  grid.push(...rows.map((row) => row.map(printable)));
  return `${grid.toString().replace(/ +$/gm, '')}\n`;
}
