import { append, appendTable } from '../dom.js';

/** Rows of text, made as they are shown. */
export interface Rows {
  readonly length: number;
  /** Characters of the longest cell of each column, so that columns stay as wide as they are. */
  readonly widths: readonly number[];
  row(at: number): readonly string[];
}

/** So many stand in the page at once. */
const MOST_SHOWN = 500;
/** Above and below what is in view, so that a little scrolling shows no gap. */
const AROUND = 20;
/** A browser draws no box that is much higher than this; rows beyond are reached by shares of it. */
const MOST_PX = 8_000_000;

/** A table of text. A long one has a box of its own, in which only the rows in view are in the page. */
export function showRows(parent: HTMLElement, title: string, columns: readonly string[], rows: Rows): void {
  if (rows.length <= MOST_SHOWN) {
    appendTable(
      parent,
      columns,
      Array.from({ length: rows.length }, (_, at) => rows.row(at)),
    );
    return;
  }
  append(parent, 'p', 'about', `${rows.length.toLocaleString('en')} rows; the box scrolls through all of them.`);
  const box = append(parent, 'div', 'rows');
  box.tabIndex = 0;
  box.setAttribute('role', 'region');
  box.setAttribute('aria-label', `${title}, table`);
  const table = append(box, 'table', 'grid');
  table.setAttribute('aria-rowcount', String(rows.length + 1));
  const head = append(append(table, 'thead'), 'tr');
  columns.forEach((column, at) => {
    append(head, 'th', '', column).style.minWidth = `${rows.widths[at]}ch`;
  });
  const body = append(table, 'tbody');
  const lineOf = (at: number): HTMLTableRowElement => {
    const line = document.createElement('tr');
    line.setAttribute('aria-rowindex', String(at + 2));
    for (const cell of rows.row(at)) append(line, 'td', '', cell);
    return line;
  };
  const gap = (px: number): HTMLTableRowElement => {
    const line = document.createElement('tr');
    const cell = append(line, 'td', 'gap');
    cell.colSpan = columns.length;
    cell.style.height = `${px}px`;
    return line;
  };
  body.append(lineOf(0));
  const rowPx = Math.max(1, body.getBoundingClientRect().height);
  const allPx = Math.min(MOST_PX, rows.length * rowPx);
  let shownFrom = -1;
  const show = (): void => {
    const seen = Math.ceil(box.clientHeight / rowPx) + 1;
    const share = Math.min(1, box.scrollTop / Math.max(1, allPx - box.clientHeight));
    const first = Math.round(share * Math.max(0, rows.length - seen));
    const from = Math.max(0, first - AROUND);
    if (from === shownFrom) return;
    shownFrom = from;
    const to = Math.min(rows.length, first + seen + AROUND);
    const above = Math.max(0, Math.min(box.scrollTop - (first - from) * rowPx, allPx - (to - from) * rowPx));
    const lines = Array.from({ length: to - from }, (_, at) => lineOf(from + at));
    body.replaceChildren(gap(above), ...lines, gap(Math.max(0, allPx - above - (to - from) * rowPx)));
  };
  box.addEventListener('scroll', show, { passive: true });
  new ResizeObserver(show).observe(box);
  show();
}
