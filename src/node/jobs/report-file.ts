import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { arch, cpus, release, type } from 'node:os';
import { dirname, resolve } from 'node:path';
import { packTexts } from '../../packed/index.js';
import { reportPage } from '../../share/index.js';
import type { SimulationResult } from '../../sim/index.js';
import { freezeSweep, type Sweep } from '../../sweep/index.js';
import { makeFolder, makeWholeFile } from '../files/index.js';

/**
 * A run as an HTML file that needs nothing else: script, style and data are inside, and where it comes from: command, version,
 * seeds, machine, and a hash of its numbers. Gives its absolute path; folders on the way are made.
 *
 * @param origin what the result does not say of itself
 *
 * @example
 * ```ts fragment
 * await writeRunReport('out/run.html', simulate({ rate: '20Mbit', rtt: '40ms', flows: [{ algorithm: 'cubic' }] }));
 * ```
 */
export async function writeRunReport(
  path: string,
  result: SimulationResult,
  origin: { readonly command?: string; readonly version?: string } = {},
): Promise<string> {
  // Most runs write none.
  const { freezeRun, fromSimulation, runBytes } = await import('../../run/index.js');
  const { plainResult, resultToJson } = await import('../../sim/index.js');
  const plain = plainResult(result);
  const { cdfs, flows } = resultToJson(plain, { series: true });
  const { scenario } = plain;
  const run = fromSimulation(plain, { ...origin, madeAtEpochUs: Date.now() * 1000 });
  const hash = createHash('sha256');
  for (const part of await runBytes(run)) hash.update(part);
  return writeReport(path, {
    kind: 'run',
    title: scenario.name ? `Mooring: ${scenario.name}` : 'Mooring: simulation',
    about: run.about,
    run: await freezeRun(run),
    made: { machine: thisMachine(), sha256: hash.digest('hex') },
    more: { cdfs, flows },
  });
}

/** The runs of a sweep, and tables under their views. */
export interface SweepReport {
  readonly title: string;
  readonly about: string;
  readonly sweep: Sweep;
  /** What is looked at first: names of measures and keys. */
  readonly view?: Readonly<Record<string, string>>;
  readonly tables: readonly {
    readonly title: string;
    readonly columns: readonly string[];
    readonly rows: readonly (readonly string[])[];
  }[];
}

export async function writeSweepReport(path: string, report: SweepReport): Promise<string> {
  const { sweep, tables, ...about } = report;
  return writeReport(path, {
    kind: 'sweep',
    ...about,
    sweep: freezeSweep(sweep),
    tables: tables.map(({ title, columns, rows }) => ({
      title,
      columns: columns.map((name, at) => ({ name, cells: packTexts(rows.map((row) => row[at] ?? '')) })),
    })),
  });
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
  // dist/report.js stands beside the bundle this file becomes part of.
  const script = readFileSync(new URL('./report.js', import.meta.url), 'utf8');
  const page = await reportPage(data, script, (text) => createHash('sha256').update(text).digest('base64'));
  makeFolder(dirname(file));
  await makeWholeFile(file, (part) => writeFile(part, page));
  return file;
}

function thisMachine(): string {
  const [{ model } = { model: 'unknown processor' }] = cpus();
  return `${model.trim()}, ${type()} ${release()} ${arch()}, Node ${process.versions.node}`;
}
