/** A new element at the end of `parent`, with a class and text where given. */
export function append<K extends keyof HTMLElementTagNameMap>(
  parent: HTMLElement,
  tag: K,
  className = '',
  text = '',
): HTMLElementTagNameMap[K] {
  const child = document.createElement(tag);
  if (className) child.className = className;
  if (text) child.textContent = text;
  parent.append(child);
  return child;
}

/** A table of text; long ones scroll sideways inside their own box. */
export function appendTable(
  parent: HTMLElement,
  columns: readonly string[],
  rows: readonly (readonly string[])[],
): HTMLTableElement {
  const table = append(append(parent, 'div', 'scroll'), 'table', 'grid');
  const head = append(append(table, 'thead'), 'tr');
  for (const column of columns) append(head, 'th', '', column);
  const body = append(table, 'tbody');
  for (const row of rows) {
    const line = append(body, 'tr');
    for (const cell of row) append(line, 'td', '', cell);
  }
  return table;
}
