import { type CodeFile, putFile } from '../code.js';
import { showPanel } from '../code-commands.js';
import { CODE_FILE } from '../editor/files.js';
import { busy, problem, scenario } from '../session.js';
import { openShared } from '../share/share.js';
import { version } from '../ui-state.js';
import { type FileKind, kindOf, openFiles } from './files.js';
import { choose, chosen, opened, type Refusal, refused, type Source } from './opened.js';
import { openPath, PATH } from './path.js';
import { runScenario } from './simulate.js';

// Files as they come: one, several, or folders of them. What shows a run is a source, code is opened beside it, and what can
// be neither is said by its name.

/** A file, and the way to it out of what was dropped. */
export interface Found {
  readonly file: File;
  readonly path: string;
}

/** A folder of more is none of a reader's: a disk was dropped. */
const MOST_FOUND = 2000;
const DEPTH = 8;
/** Sources that can be gone back to. */
const MOST_SOURCES = 200;
/** Code is short; what is longer is none. */
const MOST_CODE = 1 << 20;

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
): Promise<void> {
  // One more than is opened, so that it can be said.
  if (found.length > MOST_FOUND || (depth > 0 && /^\.|^node_modules$/.test(entry.name))) return;
  const path = before + entry.name;
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => {
      (entry as FileSystemFileEntry).file(resolve, reject);
    }).catch(() => null);
    // Between the drop and now it may have gone.
    if (file) found.push({ file, path });
    return;
  }
  if (depth >= DEPTH) {
    left.push({ name: `${path}/`, why: `it lies ${DEPTH} folders deep: drop it by itself` });
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  // A reader tells some at a time, and none at the end.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve) => {
      reader.readEntries(resolve, () => resolve([]));
    });
    if (some.length === 0) return;
    for (const one of some) await walk(one, `${path}/`, depth + 1, found, left);
  }
}

/** Opens what was found: the first source is shown, all of them can be chosen. */
export async function openFound(all: readonly Found[], left: readonly Refusal[] = []): Promise<void> {
  const found = all.slice(0, MOST_FOUND);
  const isAlone = found.length === 1;
  const ofCode = found.filter(({ file }) => CODE_FILE.test(file.name));
  const refusals = [...left];
  if (all.length > found.length) {
    const why = `${MOST_FOUND} files are looked at: drop the folder of these by itself`;
    refusals.push({ name: `${all[MOST_FOUND]!.path} and what comes after it`, why });
  }
  const before = refusals.length;
  for (const one of ofCode) {
    const code = await codeOf(one);
    if ('why' in code) refusals.push(code);
    else putFile(code);
  }
  if (ofCode.length > refusals.length - before) showPanel('code');
  const kinds: [Found, FileKind][] = [];
  for (const one of found) {
    if (ofCode.includes(one)) continue;
    busy.value = { what: `looking at ${one.path}`, share: null };
    try {
      kinds.push([one, await kindOf(one.file)]);
    } catch (error) {
      // A file alone is told of where it is opened.
      if (isAlone) kinds.push([one, 'capture']);
      else refusals.push({ name: one.path, why: (error as Error).message });
    }
  }
  busy.value = null;
  refused.value = refusals;
  const sources = sourcesOf(kinds);
  const [first] = sources;
  if (first) {
    const names = new Set(sources.map(({ name }) => name));
    const others = opened.value.filter(({ name }) => !names.has(name));
    opened.value = [...others, ...sources].slice(-MOST_SOURCES);
    await choose(first);
  } else if (ofCode.length > 0) {
    chosen.value = null;
    await runScenario(scenario.value, version.value);
  }
}

/**
 * Captures that were dropped side by side are one, as a tool wrote it in parts, and two of them two points of one path as well;
 * those of a folder are each their own.
 */
function sourcesOf(kinds: readonly (readonly [Found, FileKind])[]): readonly Source[] {
  const source = (name: string, kind: string, files: readonly File[]): Source => ({
    ...{ name, kind },
    open: () => show(files),
  });
  const beside = kinds.filter(([{ path }, kind]) => kind === 'capture' && !path.includes('/')).map(([one]) => one);
  const parts = beside.length > 1 ? new Set(beside) : new Set<Found>();
  const whole =
    parts.size > 0
      ? [
          source(
            beside.map(({ path }) => path).join(', '),
            'capture',
            beside.map(({ file }) => file),
          ),
        ]
      : [];
  const others = kinds.filter(([one]) => !parts.has(one)).map(([{ file, path }, kind]) => source(path, kind, [file]));
  const [a, b] = parts.size === 2 ? beside : [];
  const path: Source[] =
    a && b ? [{ name: `${a.path} ↔ ${b.path}`, kind: PATH, open: () => openPath(a.file, b.file) }] : [];
  return [...whole, ...path, ...others];
}

async function show(files: readonly File[]): Promise<void> {
  const made = await openFiles(files);
  if (made?.kind === 'shared') await openShared(made.value);
  if (made?.kind === 'scenario') await runScenario(made.scenario, version.value);
}

async function codeOf({ file, path }: Found): Promise<CodeFile | Refusal> {
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
    await openFound([{ file, path: name }]);
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
