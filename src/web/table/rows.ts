import { append } from '../dom.js';
import type { ViewTable } from '../view.js';

/** The table of a view in place of what `host` held; long ones scroll in a box that can have the focus. */
export function showTable(host: HTMLElement, title: string, { columns, rows }: ViewTable): void {
  const held = host.contains(document.activeElement);
  host.replaceChildren();
  const box = append(host, 'div', 'view-scroll');
  box.tabIndex = 0;
  box.setAttribute('role', 'region');
  box.setAttribute('aria-label', `${title}, table`);
  const table = append(box, 'table');
  append(table, 'caption', '', title);
  const head = append(append(table, 'thead'), 'tr');
  for (const column of columns) append(head, 'th', '', column).scope = 'col';
  const body = append(table, 'tbody');
  for (const row of rows) {
    const line = append(body, 'tr');
    row.forEach((cell, i) => {
      if (i === 0) append(line, 'th', '', cell).scope = 'row';
      else append(line, 'td', '', cell);
    });
  }
  // A table that is shown anew while somebody reads it stays with them.
  if (held) box.focus({ preventScroll: true });
}
