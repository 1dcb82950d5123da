import type { Scenario } from '../../sim/index.js';
import {
  areRows,
  readRunFile,
  readSweepDocument,
  type Sweep,
  type SweepDocument,
  sweepOf,
  tableOfRows,
} from '../../sweep/index.js';
import { readParquet, scenarioOf } from './read-parquet.js';

// The files of a sweep, in whatever form they came: its folder, its table, its document. Out: its runs by column.

/** A file, and its way out of what was opened. */
export interface NamedFile {
  readonly path: string;
  readonly file: Blob;
}

export interface ReadSweep {
  readonly sweep: Sweep;
  readonly command: string | null;
}

const PARQUET = 'PAR1';
/** A document of JSON beyond this is none that a page should hold. */
const MOST_JSON = 512 * 1024 * 1024;

/** Reads a sweep. Throws what says in words why it cannot be. */
export async function readSweep(files: readonly NamedFile[]): Promise<ReadSweep> {
  const named = (name: string): Blob | undefined =>
    files.find(({ path }) => path === name || path.endsWith(`/${name}`))?.file;
  const about = await documentOf(named('sweep.json'));
  const table = files.length === 1 ? files[0]!.file : named('results.parquet');
  if (table && (await table.slice(0, PARQUET.length).text()) === PARQUET) {
    const { table: rows, base, version, command } = await readParquet(table);
    const sweep = sweepOf(rows, { base, version, ...axesOf(about), planned: plannedOf(about) });
    return { sweep, command };
  }
  if (about) return ofRuns(files, about);
  if (files[0]!.file.size > MOST_JSON) throw new Error('it is too large for a page: its results.parquet is read');
  return ofDocument(JSON.parse(await files[0]!.file.text()) as Record<string, unknown>);
}

async function documentOf(file: Blob | undefined): Promise<SweepDocument | null> {
  if (!file) return null;
  const read = readSweepDocument(await file.text());
  if (!read.ok) throw new Error(`its folder ${read.why}`);
  return read.document;
}

function axesOf(about: SweepDocument | null) {
  const axes = about?.sweep?.axes.flatMap((axis) => ('values' in axis ? [axis] : []));
  return axes ? { axes } : {};
}

/** A sweep that goes on until it knows enough has no number of runs before. */
function plannedOf(about: SweepDocument | null): number | null {
  return about === null || about.sweep?.until ? null : about.runs;
}

/** The single runs of a folder whose table was not written yet: files of one run each, or all of them in one, a line each. */
async function ofRuns(files: readonly NamedFile[], about: SweepDocument): Promise<ReadSweep> {
  const runs: { readonly run: Readonly<Record<string, string | number | null>>; readonly rows: readonly object[] }[] =
    [];
  for (const { path, file } of files) {
    if (path.endsWith('sweep.json')) continue;
    for (const line of path.endsWith('.jsonl') ? (await file.text()).split('\n') : [await file.text()]) {
      // A file that was cut is none yet.
      const read = readRunFile(line);
      if (read && 'otherSchema' in read) throw new Error(`a run of it is ${read.otherSchema}`);
      if (read) runs.push(read);
    }
  }
  if (runs.length === 0) throw new Error('none of its runs is done yet');
  const { axes = [] } = axesOf(about);
  const placeOf = new Map(
    axes.map(({ key, values }) => [key as string, new Map(values.map((value, i) => [value, i]))]),
  );
  runs.sort((a, b) => {
    for (const [key, places] of placeOf) {
      const by = (places.get(String(a.run[key])) ?? 0) - (places.get(String(b.run[key])) ?? 0);
      if (by !== 0) return by;
    }
    return Number(a.run['repeat'] ?? 0) - Number(b.run['repeat'] ?? 0);
  });
  const rows = runs.flatMap(({ run, rows: own }, index) => own.map((row) => ({ run: index, ...run, ...row })));
  const base = (about.sweep?.base ?? null) as Scenario | null;
  const version = /^[\w.-]+/.exec(about.build)?.[0] ?? null;
  return { sweep: sweepOf(tableOfRows(rows), { base, version, axes, planned: plannedOf(about) }), command: null };
}

/** What `mooring sim --sweep --json` prints. */
function ofDocument({ rows, axes, scenario }: Record<string, unknown>): ReadSweep {
  if (!areRows(rows)) throw new Error('it has no rows of runs');
  const lists = (Array.isArray(axes) ? axes : []).flatMap((axis: unknown) => {
    const { key, values } = Object(axis) as { readonly key?: unknown; readonly values?: unknown };
    return typeof key === 'string' && Array.isArray(values) ? [{ key, values: values.map(String) }] : [];
  });
  const base = scenario === undefined ? null : scenarioOf(JSON.stringify(scenario));
  return { sweep: sweepOf(tableOfRows(rows), { base, axes: lists }), command: null };
}
