// How the pages of validate.mjs say numbers.
export const percent = (share) => `${(100 * share).toFixed(1)} %`;

export const quantile = (sorted, q) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];

export const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

export const table = (head, rows) =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
