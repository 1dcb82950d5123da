import { createRequire } from 'node:module';
import { printable } from '../base/index.js';

/** What stands where there is no number. */
export const NOTHING = '–';

const GAP = '  ';
/** Latin letters, dashes, quotes and arrows: each is one column. Nearly every cell is of them, and to look further is slow. */
const NARROW = /^[\u0020-\u007e\u00a0-\u00ac\u00ae-\u02ff\u2010-\u2027\u2190-\u21ff]*$/;

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
  // A name out of a file with a line end in it would begin a row of its own.
  const lines = [...(head.length ? [head] : []), ...rows.map((row) => row.map(printable))];
  const widths: number[] = [];
  for (const line of lines) {
    for (const [i, cell] of line.entries()) widths[i] = Math.max(widths[i] ?? 0, widthOf(cell));
  }
  const texts = lines.map((line) => {
    const cells = widths.map((width, i) => {
      const cell = line[i] ?? '';
      const blank = ' '.repeat(width - widthOf(cell));
      return i < left ? cell + blank : blank + cell;
    });
    return cells.join(GAP).replace(/ +$/, '');
  });
  if (head.length && process.stdout.isTTY) texts[0] = `\u001b[1m${texts[0]}\u001b[22m`;
  return `${texts.join('\n')}\n`;
}

/** Columns of a terminal that a text takes. */
function widthOf(text: string): number {
  return NARROW.test(text) ? text.length : widthOfAny(text);
}

/** Loaded with the first text that asks for it: it is four packages, and few tables have such a text. */
function widthOfAny(text: string): number {
  stringWidth ??= createRequire(import.meta.url)('string-width') as (text: string) => number;
  return stringWidth(text);
}

let stringWidth: ((text: string) => number) | undefined;
