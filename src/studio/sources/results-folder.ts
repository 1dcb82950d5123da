import type { Found } from './found.js';

// Among what was opened, the folders that `mooring sim --out` made: each is one sweep, whatever lies in it.

/** A folder of results, and those of its files that say what its runs gave. */
export interface ResultsFolder {
  /** As it is called to its reader. */
  readonly name: string;
  readonly files: readonly Found[];
}

const SWEEP = 'sweep.json';
const TABLE = 'results.parquet';
/** Single runs, as they lie on a disk, and all of them in one as a command serves them. */
const RUN = /^runs(?:\/[0-9a-f]{64}\.json|\.jsonl)$/;
/** What says the same to others. */
const BESIDE = new Set(['results.csv', 'report.html', 'sweep.lock']);

/** The folders of results among files, and all files that are in none. */
export function resultsFolders(found: readonly Found[]): {
  readonly folders: readonly ResultsFolder[];
  readonly rest: readonly Found[];
} {
  const paths = new Set(found.map(({ path }) => path));
  const before = found.flatMap(({ path }) =>
    path === SWEEP || path.endsWith(`/${SWEEP}`) ? [path.slice(0, -SWEEP.length)] : [],
  );
  const tops = new Map<string, Found[]>();
  for (const top of before)
    if (paths.has(top + TABLE) || found.some(({ path }) => isRunOf(top, path))) tops.set(top, []);
  const rest: Found[] = [];
  for (const one of found) {
    const top = topOf(one.path, tops);
    const own = top === undefined ? '' : one.path.slice(top.length);
    if (top === undefined || !(own === SWEEP || own === TABLE || BESIDE.has(own) || RUN.test(own))) rest.push(one);
    else if (own === SWEEP || own === TABLE || (RUN.test(own) && !paths.has(top + TABLE))) tops.get(top)!.push(one);
  }
  return {
    folders: [...tops].map(([top, files]) => ({ name: top.replace(/\/$/, '') || 'results', files })),
    rest,
  };
}

function isRunOf(top: string, path: string): boolean {
  return path.startsWith(top) && RUN.test(path.slice(top.length));
}

/** The folder of results that a file lies in, itself or below it. */
function topOf(path: string, tops: ReadonlyMap<string, unknown>): string | undefined {
  for (const end of [path.lastIndexOf('/'), path.lastIndexOf('/runs/')])
    if (tops.has(path.slice(0, end + 1))) return path.slice(0, end + 1);
  return undefined;
}
