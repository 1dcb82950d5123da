import { append } from '../dom.js';

/** Rows of text, made as they are shown. */
export interface LongRows {
  readonly columns: readonly LongColumn[];
  readonly length: number;
  row(at: number): readonly string[];
}

export interface LongColumn {
  readonly title: string;
  /** Characters of its longest cell, so that it stays as wide as it is. */
  readonly width: number;
  /** A word stands at the left, a number at the right. */
  readonly isWord?: boolean;
  /** How the rows are in its order; absent where they are not. */
  readonly sorted?: 'ascending' | 'descending';
}

export interface LongTableOptions {
  readonly label: string;
  /** The reader wants them in the order of a column, by its place; absent where they stay as they are. */
  readonly onSort?: (column: number) => void;
  /** The reader chose a row. */
  readonly onOpen?: (at: number) => void;
  /** What is said of the row that keys have come to. */
  readonly say?: (text: string) => void;
}

export interface LongTable {
  readonly box: HTMLElement;
  show(rows: LongRows): void;
  close(): void;
}

/** Above and below what is in view, so that a little scrolling shows no gap. */
const AROUND = 12;
/** A browser draws no box that is much higher than this; rows beyond are reached by shares of it. */
const MOST_PX = 8_000_000;
/** Before it is measured. */
const ROW_PX = 27;

/** A table of any length in a box of its own, in which only the rows in view are in the page. */
export function mountLongTable(parent: HTMLElement, options: LongTableOptions): LongTable {
  const box = append(parent, 'div', 'view-scroll view-rows');
  box.tabIndex = 0;
  box.setAttribute('role', 'region');
  box.setAttribute('aria-label', options.label);
  const table = append(box, 'table');
  append(table, 'caption', '', options.label);
  const head = append(append(table, 'thead'), 'tr');
  const body = append(table, 'tbody');
  let rows: LongRows = { columns: [], length: 0, row: () => [] };
  let rowPx = ROW_PX;
  let chosen = -1;
  let shownFrom = -1;
  let frame = 0;

  const headPx = (): number => head.getBoundingClientRect().height;
  const allPx = (): number => Math.min(MOST_PX, rows.length * rowPx);
  const seen = (): number => Math.max(1, Math.floor((box.clientHeight - headPx()) / rowPx));
  const firstSeen = (): number => {
    const share = Math.min(1, box.scrollTop / Math.max(1, allPx() - seen() * rowPx));
    return Math.round(share * Math.max(0, rows.length - seen()));
  };
  const gap = (px: number): HTMLTableRowElement => {
    const line = document.createElement('tr');
    line.setAttribute('aria-hidden', 'true');
    const cell = append(line, 'td', 'gap');
    cell.colSpan = Math.max(1, rows.columns.length);
    cell.style.height = `${px}px`;
    return line;
  };
  const lineOf = (at: number): HTMLTableRowElement => {
    const line = document.createElement('tr');
    line.setAttribute('aria-rowindex', String(at + 2));
    if (at === chosen) line.setAttribute('aria-selected', 'true');
    rows.row(at).forEach((text, column) => {
      const cell = append(line, column === 0 ? 'th' : 'td', rows.columns[column]?.isWord ? 'word' : '');
      if (column > 0 || !options.onOpen) cell.textContent = text;
      else {
        const button = append(cell, 'button', '', text);
        button.type = 'button';
        // The box has the focus, and keys of its own.
        button.tabIndex = -1;
      }
      if (column === 0) cell.setAttribute('scope', 'row');
    });
    return line;
  };
  const paint = (anew = false): void => {
    const first = firstSeen();
    const from = Math.max(0, first - AROUND);
    if (from === shownFrom && !anew) return;
    shownFrom = from;
    const to = Math.min(rows.length, first + seen() + AROUND + 1);
    const above = Math.max(0, Math.min(box.scrollTop - (first - from) * rowPx, allPx() - (to - from) * rowPx));
    const lines = Array.from({ length: to - from }, (_, i) => lineOf(from + i));
    const below = Math.max(0, allPx() - above - lines.length * rowPx);
    body.replaceChildren(gap(above), ...lines, gap(below));
    const px = lines[0]?.getBoundingClientRect().height ?? 0;
    if (px > 0 && Math.abs(px - rowPx) > 0.01) {
      rowPx = px;
      paint(true);
    }
  };
  const paintSoon = (): void => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(() => paint());
  };
  /** Brings a row into view, as near as it is. */
  const reveal = (at: number): void => {
    const first = firstSeen();
    const to = at < first ? at : at >= first + seen() ? at - seen() + 1 : first;
    if (to === first) return;
    const most = Math.max(1, rows.length - seen());
    box.scrollTop = (to / most) * Math.max(0, allPx() - seen() * rowPx);
  };
  const choose = (at: number): void => {
    if (rows.length === 0) return;
    chosen = Math.min(rows.length - 1, Math.max(0, at));
    reveal(chosen);
    paint(true);
    const texts = rows.row(chosen).map((text, i) => `${rows.columns[i]?.title} ${text}`);
    options.say?.(`${chosen + 1} of ${rows.length}: ${texts.join(', ')}`);
  };
  const rowOf = (target: EventTarget | null): number => {
    const line = target instanceof Element ? target.closest('tr[aria-rowindex]') : null;
    return line ? Number(line.getAttribute('aria-rowindex')) - 2 : -1;
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target !== box) return;
    const keys: Readonly<Record<string, () => void>> = {
      ArrowDown: () => choose(chosen + 1),
      ArrowUp: () => choose(chosen - 1),
      PageDown: () => choose(chosen + seen()),
      PageUp: () => choose(chosen - seen()),
      Home: () => choose(0),
      End: () => choose(rows.length - 1),
      ...(options.onOpen && chosen >= 0 ? { Enter: () => options.onOpen?.(chosen) } : {}),
    };
    const act = keys[event.key];
    if (!act) return;
    act();
    event.preventDefault();
    event.stopPropagation();
  };
  box.addEventListener('scroll', paintSoon, { passive: true });
  box.addEventListener('keydown', onKey);
  body.addEventListener('click', ({ target }) => {
    const at = rowOf(target);
    if (at >= 0) options.onOpen?.(at);
  });
  if (options.onOpen) body.classList.add('opens');
  const observer = new ResizeObserver(paintSoon);
  observer.observe(box);

  const showHead = (): void => {
    head.replaceChildren(
      ...rows.columns.map(({ title, width, isWord, sorted }, column) => {
        const cell = document.createElement('th');
        cell.scope = 'col';
        cell.style.minWidth = `${width + 2}ch`;
        if (isWord) cell.className = 'word';
        if (sorted) cell.setAttribute('aria-sort', sorted);
        const words = `${title}${sorted === 'ascending' ? ' ↑' : sorted === 'descending' ? ' ↓' : ''}`;
        if (!options.onSort) {
          cell.textContent = words;
          return cell;
        }
        const button = append(cell, 'button', '', words);
        button.type = 'button';
        button.addEventListener('click', () => options.onSort?.(column));
        return cell;
      }),
    );
  };
  return {
    box,
    show(next) {
      const held = head.contains(document.activeElement)
        ? [...head.children].findIndex((cell) => cell.contains(document.activeElement))
        : -1;
      if (next.length !== rows.length) {
        chosen = -1;
        box.scrollTop = 0;
      }
      rows = next;
      table.setAttribute('aria-rowcount', String(rows.length + 1));
      showHead();
      if (held >= 0) head.children[held]?.querySelector('button')?.focus();
      paint(true);
    },
    close() {
      cancelAnimationFrame(frame);
      observer.disconnect();
      box.remove();
    },
  };
}
