// A table that sorts by any column and draws only the rows in view, so that 65,000 connections
// scroll as fast as six.

export interface Column<Row> {
  readonly title: string;
  readonly tip?: string;
  /** What is sorted by, and written to CSV. */
  readonly value: (row: Row) => string | number;
  /** What is shown; the value itself where absent. */
  readonly text?: (row: Row) => string;
}

export interface Table<Row> {
  show(rows: readonly Row[]): void;
  /** Marks the row the user chose. */
  choose(row: Row | undefined): void;
  /** Rows as shown now: filtered and in order. */
  readonly rows: readonly Row[];
}

const ROW_PX = 28;
const ABOVE_AND_BELOW = 8;

export function createTable<Row>(
  parent: HTMLElement,
  columns: readonly Column<Row>[],
  onChoose: (row: Row) => void,
  sortedBy: number,
): Table<Row> {
  const box = document.createElement('div');
  box.className = 'table';
  const table = document.createElement('table');
  const head = table.createTHead().insertRow();
  const body = table.createTBody();
  box.append(table);
  parent.append(box);

  let rows: Row[] = [];
  let chosen: Row | undefined;
  let sort = sortedBy;
  let descending = true;
  let drawn = '';

  const headings = columns.map((column, index) => {
    const cell = document.createElement('th');
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = column.title;
    if (column.tip) button.title = column.tip;
    button.addEventListener('click', () => {
      descending =
        sort === index ? !descending : typeof rows[0] !== 'undefined' && typeof column.value(rows[0]) === 'number';
      sort = index;
      order();
    });
    cell.append(button);
    head.append(cell);
    return cell;
  });
  box.addEventListener('scroll', () => draw());
  new ResizeObserver(() => draw()).observe(box);

  function order(): void {
    const { value } = columns[sort]!;
    const sign = descending ? -1 : 1;
    rows.sort((a, b) => {
      const [x, y] = [value(a), value(b)];
      return (
        sign *
        (typeof x === 'number' && typeof y === 'number'
          ? x - y
          : String(x).localeCompare(String(y), 'en', { numeric: true }))
      );
    });
    for (const [index, cell] of headings.entries()) {
      cell.ariaSort = index === sort ? (descending ? 'descending' : 'ascending') : 'none';
    }
    drawn = '';
    draw();
  }

  function draw(): void {
    const first = Math.max(0, Math.floor(box.scrollTop / ROW_PX) - ABOVE_AND_BELOW);
    const last = Math.min(rows.length, Math.ceil((box.scrollTop + box.clientHeight) / ROW_PX) + ABOVE_AND_BELOW);
    const now = `${first} ${last}`;
    if (now === drawn) return;
    drawn = now;
    body.replaceChildren(spacer(first), ...rows.slice(first, last).map(line), spacer(rows.length - last));
  }

  function line(row: Row): HTMLTableRowElement {
    const tr = document.createElement('tr');
    tr.tabIndex = 0;
    tr.ariaSelected = String(row === chosen);
    for (const column of columns) {
      const cell = tr.insertCell();
      const value = column.value(row);
      cell.textContent = column.text ? column.text(row) : String(value);
      if (typeof value === 'number') cell.className = 'number';
    }
    tr.addEventListener('click', () => onChoose(row));
    tr.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' || event.key === ' ') {
        event.preventDefault();
        onChoose(row);
      }
    });
    return tr;
  }

  return {
    show(next) {
      rows = [...next];
      box.scrollTop = 0;
      order();
    },
    choose(row) {
      chosen = row;
      drawn = '';
      draw();
    },
    get rows() {
      return rows;
    },
  };
}

function spacer(count: number): HTMLTableRowElement {
  const row = document.createElement('tr');
  row.ariaHidden = 'true';
  row.style.height = `${count * ROW_PX}px`;
  return row;
}
