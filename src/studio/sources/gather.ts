import { type CodeFile, putFile } from '../code.js';
import { showPanel } from '../code-commands.js';
import { CODE_FILE } from '../editor/files.js';
import { busy, problem, scenario } from '../session.js';
import { openShared } from '../share/share.js';
import { version } from '../ui-state.js';
import { type FileKind, kindOf, NOTHING_OF_OURS, openFiles } from './files.js';
import { type Found, foundFile } from './found.js';
import { choose, chosen, opened, type Refusal, refused, type Source } from './opened.js';
import { openPath, PATH } from './path.js';
import { openRecording, openResults } from './results.js';
import { type ResultsFolder, resultsFolders } from './results-folder.js';
import { runScenario } from './simulate.js';

export { openRun } from './results.js';

// Files as they come: one, several, or folders of them. What shows a run is a source, code is opened beside it, and what can
// be neither is said by its name.

/** A folder of more is none of a reader's: a disk was dropped. */
const MOST_FOUND = 2000;
const DEPTH = 8;
/** Sources that can be gone back to. */
const MOST_SOURCES = 200;
/** Code is short; what is longer is none. */
const MOST_CODE = 1 << 20;

/** Runs of one sweep that are opened one by one. */
const MOST_RUNS = 200_000;

/** Opens folders and files that were dropped: they have to be asked for before the event ends. */
export async function openEntries(entries: readonly FileSystemEntry[]): Promise<void> {
  const found: Found[] = [];
  const left: Refusal[] = [];
  await Promise.all(entries.map((entry) => walk(entry, '', 0, found, left)));
  await openFound(
    found.sort((a, b) => (a.path < b.path ? -1 : 1)),
    left,
  );
}

async function walk(
  entry: FileSystemEntry,
  before: string,
  depth: number,
  found: Found[],
  left: Refusal[],
  most = MOST_FOUND,
): Promise<void> {
  // One more than is opened, so that it can be said.
  if (found.length > most || (depth > 0 && /^\.|^node_modules$/.test(entry.name))) return;
  const path = before + entry.name;
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => {
      (entry as FileSystemFileEntry).file(resolve, reject);
    }).catch(() => null);
    // Between the drop and now it may have gone.
    if (file) found.push(foundFile(file, path));
    return;
  }
  if (depth >= DEPTH) {
    left.push({ name: `${path}/`, why: `it lies ${DEPTH} folders deep: drop it by itself` });
    return;
  }
  const inside = await entriesOf(entry as FileSystemDirectoryEntry);
  const has = (name: string): boolean => inside.some((one) => one.name === name);
  // A sweep has a file for each of its runs, and mostly one table of all.
  const isResults = has('sweep.json');
  for (const one of inside) {
    if (isResults && one.name === 'runs' && has('results.parquet')) continue;
    await walk(one, `${path}/`, depth + 1, found, left, isResults && one.name === 'runs' ? MOST_RUNS : most);
  }
}

async function entriesOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  // A reader tells some at a time, and none at the end.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve) => {
      reader.readEntries(resolve, () => resolve([]));
    });
    if (some.length === 0) return all;
    all.push(...some);
  }
}

/** Opens what was found: the first source is shown, all of them can be chosen. */
export async function openFound(all: readonly Found[], left: readonly Refusal[] = []): Promise<void> {
  const { folders, rest } = resultsFolders(all);
  const found = rest.slice(0, MOST_FOUND);
  const isAlone = found.length === 1 && folders.length === 0;
  const refusals = [...left];
  if (rest.length > found.length) {
    const why = `${MOST_FOUND} files are looked at: drop the folder of these by itself`;
    refusals.push({ name: `${rest[MOST_FOUND]!.path} and what comes after it`, why });
  }
  const ofCode = found.filter(({ path }) => CODE_FILE.test(path));
  let isCode = false;
  for (const one of ofCode) {
    const code = await codeOf(one);
    if ('why' in code) refusals.push(code);
    else {
      putFile(code);
      isCode = true;
    }
  }
  if (isCode) showPanel('code');
  const kinds: [Found, FileKind][] = [];
  for (const one of found) {
    if (ofCode.includes(one)) continue;
    busy.value = { what: `looking at ${one.path}`, share: null };
    try {
      kinds.push([one, one.kind ?? (await kindOf(await one.get()))]);
    } catch (error) {
      const why = (error as Error).message;
      // A file alone is told of where it is opened.
      if (!isAlone) refusals.push({ name: one.path, why });
      else if (why === NOTHING_OF_OURS) kinds.push([one, 'capture']);
      else problem.value = `${one.path}: ${why}`;
    }
  }
  busy.value = null;
  refused.value = refusals;
  const sources = [...folders.map(folderSource), ...sourcesOf(kinds)];
  const [first] = sources;
  if (first) {
    addSources(sources);
    await choose(first);
  } else if (isCode) {
    chosen.value = null;
    await runScenario(scenario.value, version.value);
  }
}

/** Makes what a folder of the command line holds something to choose, without showing any of it yet. */
export async function offerFound(all: readonly Found[]): Promise<readonly Source[]> {
  const { folders, rest } = resultsFolders(all);
  const kinds: [Found, FileKind][] = [];
  for (const one of rest) {
    // A folder may hold anything: what is none of ours there is not worth a word.
    const kind =
      one.kind ??
      (await one
        .get()
        .then(kindOf, () => null)
        .catch(() => null));
    if (kind) kinds.push([one, kind]);
  }
  const sources = [...folders.map(folderSource), ...kinds.map(([one, kind]) => sourceOf(one.path, kind, [one]))];
  addSources(sources);
  return sources;
}

function addSources(sources: readonly Source[]): void {
  const names = new Set(sources.map(({ name }) => name));
  const others = opened.value.filter(({ name }) => !names.has(name));
  opened.value = [...others, ...sources].slice(-MOST_SOURCES);
}

function folderSource({ name, files }: ResultsFolder): Source {
  return {
    ...{ name, kind: 'sweep' },
    open: () => showResults(name, files),
  };
}

function sourceOf(name: string, kind: FileKind, files: readonly Found[]): Source {
  const open = (): Promise<void> => {
    if (kind === 'results') return showResults(name, files);
    return kind === 'recording' ? showRecording(name, files[0]!) : show(name, files);
  };
  return { name, kind, open };
}

/**
 * Captures that were dropped side by side are one, as a tool wrote it in parts, and two of them two points of one path as well;
 * those of a folder are each their own.
 */
function sourcesOf(kinds: readonly (readonly [Found, FileKind])[]): readonly Source[] {
  const beside = kinds.filter(([{ path }, kind]) => kind === 'capture' && !path.includes('/')).map(([one]) => one);
  const parts = beside.length > 1 ? new Set(beside) : new Set<Found>();
  const whole = parts.size > 0 ? [sourceOf(beside.map(({ path }) => path).join(', '), 'capture', beside)] : [];
  const others = kinds.filter(([one]) => !parts.has(one)).map(([one, kind]) => sourceOf(one.path, kind, [one]));
  const [a, b] = parts.size === 2 ? beside : [];
  const path: Source[] =
    a && b
      ? [{ name: `${a.path} ↔ ${b.path}`, kind: PATH, open: async () => openPath(await a.get(), await b.get()) }]
      : [];
  return [...whole, ...path, ...others];
}

async function show(name: string, found: readonly Found[]): Promise<void> {
  const files = await filesOf(name, found);
  const made = files && (await openFiles(files));
  if (made?.kind === 'shared') await openShared(made.value);
  if (made?.kind === 'scenario') await runScenario(made.scenario, version.value);
}

async function showResults(name: string, found: readonly Found[]): Promise<void> {
  const files = await filesOf(name, found);
  if (files)
    await openResults(
      name,
      found.map(({ path }, i) => ({ path, file: files[i]! })),
    );
}

async function showRecording(name: string, found: Found): Promise<void> {
  const files = await filesOf(name, [found]);
  if (files) await openRecording(name, files[0]!);
}

/** The files, fetched where they are not here; null where one cannot be had, which is told. */
async function filesOf(name: string, found: readonly Found[]): Promise<File[] | null> {
  busy.value = { what: `fetching ${name}`, share: null };
  try {
    return await Promise.all(found.map(({ get }) => get()));
  } catch (error) {
    problem.value = `${name}: ${(error as Error).message}`;
    return null;
  } finally {
    busy.value = null;
  }
}

async function codeOf({ get, path }: Found): Promise<CodeFile | Refusal> {
  const file = await get();
  if (file.size > MOST_CODE) return { name: path, why: 'it is too long for code' };
  return { name: file.name, text: await file.text(), disk: null };
}

/** Opens what `?url=` names, which lies beside the page: its policy lets it read nothing else. */
export async function openAddress(text: string): Promise<void> {
  const url = URL.canParse(text, document.baseURI) ? new URL(text, document.baseURI) : null;
  const refuse = (why: string): void => {
    problem.value = `?url=${text} was not opened: ${why}`;
  };
  if (url === null || !/^https?:$/.test(url.protocol)) return refuse('it is no address of a file on the web');
  // Who hosts the page may have given it a policy that lets it read more; what the browser forbids is told by its event.
  let forbidden: string | undefined;
  const onForbidden = ({ effectiveDirective, originalPolicy }: SecurityPolicyViolationEvent): void => {
    if (effectiveDirective === 'connect-src') forbidden = /connect-src[^;]*/.exec(originalPolicy)?.[0] ?? 'connect-src';
  };
  document.addEventListener('securitypolicyviolation', onForbidden);
  busy.value = { what: `fetching ${url.pathname}`, share: null };
  try {
    const response = await fetch(url, { credentials: 'omit', referrerPolicy: 'no-referrer' });
    if (!response.ok) return refuse(`its server answers ${response.status}`);
    const name = decodeURIComponent(url.pathname.split('/').at(-1) || url.hostname);
    const file = new File([await response.blob()], name);
    await openFound([foundFile(file)]);
  } catch (error) {
    // The event comes a task later than the failure.
    await new Promise((resolve) => setTimeout(resolve));
    refuse(
      forbidden === undefined
        ? (error as Error).message
        : `${url.origin} is not where this page comes from, and the page's policy, ${forbidden}, lets it read nothing else: put the file beside the page, or save it and drop it here`,
    );
  } finally {
    document.removeEventListener('securitypolicyviolation', onForbidden);
    if (busy.value?.what.startsWith('fetching')) busy.value = null;
  }
}
