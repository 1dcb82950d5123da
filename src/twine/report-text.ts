/** Text as it stands in HTML: names come from outside and could be markup. */
export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/** A table of texts; `html` says which columns hold HTML of ours. */
export function tableOf(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  html: readonly number[] = [],
): string {
  const cells = (row: readonly string[]): string =>
    row.map((cell, at) => `<td>${html.includes(at) ? cell : escapeHtml(cell)}</td>`).join('');
  const body = rows.map((row) => `<tr>${cells(row)}</tr>`).join('\n');
  return `<div class="scroll"><table><thead><tr>${head.map((cell) => `<th>${escapeHtml(cell)}</th>`).join('')}</tr></thead><tbody>${body}</tbody></table></div>`;
}
