import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { describeScenario, resultToJson, type SimulationResult } from '../../sim/index.js';
import { makeFolder, makeWholeFile } from '../files/index.js';

/**
 * A run as an HTML file that needs nothing else: script, style and data are inside. Gives its absolute path; folders on
 * the way are made.
 *
 * @example
 * ```ts fragment
 * await writeRunReport('out/run.html', simulate({ rate: '20Mbit', rtt: '40ms', flows: [{ algorithm: 'cubic' }] }));
 * ```
 */
export async function writeRunReport(path: string, result: SimulationResult): Promise<string> {
  const { scenario } = result;
  const title = scenario.name ? `Mooring: ${scenario.name}` : 'Mooring: simulation';
  const about = describeScenario(scenario);
  return writeReport(path, { kind: 'run', title, about, result: resultToJson(result, { series: true }) });
}

/** Points, and the table under them. */
export interface SweepReport {
  readonly title: string;
  readonly about: string;
  /** What the points tell the 95th percentile of, such as `round-trip time`. */
  readonly delay: string;
  readonly points: readonly {
    readonly group: string;
    readonly p95DelayUs: number;
    readonly throughputBytesPerSecond: number;
  }[];
  readonly tables: readonly {
    readonly title: string;
    readonly columns: readonly string[];
    readonly rows: readonly (readonly string[])[];
  }[];
}

export async function writeSweepReport(path: string, sweep: SweepReport): Promise<string> {
  return writeReport(path, { kind: 'sweep', ...sweep });
}

/** A paper's figures made again, each with what is said of it and its charts. */
export async function writeFiguresReport(
  path: string,
  report: { readonly title: string; readonly about: string; readonly figures: readonly object[] },
): Promise<string> {
  return writeReport(path, { kind: 'figures', ...report });
}

async function writeReport(path: string, data: Record<string, unknown> & { readonly title: string }): Promise<string> {
  const file = resolve(path);
  makeFolder(dirname(file));
  await makeWholeFile(file, (part) => writeFile(part, page(data)));
  return file;
}

function page(data: { readonly title: string }): string {
  // dist/report.js stands beside the bundle this file becomes part of.
  const script = readFileSync(new URL('./report.js', import.meta.url), 'utf8');
  // `<` may not stand in either element: names come from outside and could close it.
  const json = JSON.stringify(data).replaceAll('<', '\\u003c');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(data.title)}</title>
</head>
<body>
<main><noscript>This report draws its plots with JavaScript.</noscript></main>
<script type="application/json" id="data">${json}</script>
<script>${script.replaceAll('</script', '<\\/script')}</script>
</body>
</html>
`;
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
