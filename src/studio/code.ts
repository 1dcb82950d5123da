import { computed, signal } from '@preact/signals';
import type { Scenario } from '../sim/index.js';
import type { Finding } from './editor/programs.js';

// The code that is open: TypeScript algorithms and datapath programs (`.ccp`), by the names under which a scenario's flows
// name them, as on the command line a module's path.

/** Where a file lies on the disk of whoever serves the page. */
export interface OnDisk {
  /** The server's number of it. */
  readonly index: number;
  /** What the disk held when it was last read or written. */
  readonly tag: string;
  readonly text: string;
}

export interface CodeFile {
  readonly name: string;
  readonly text: string;
  readonly disk: OnDisk | null;
  /** The disk holds another text meanwhile, and this one has changes that were not saved. */
  readonly isBehind?: boolean;
}

export const code = signal<readonly CodeFile[]>([]);
/** The file in the editor. */
export const shownFile = signal<string | null>(null);
export const findings = signal<ReadonlyMap<string, readonly Finding[]>>(new Map());
/** What the code of the last run wrote to the console. */
export const said = signal<readonly string[]>([]);

const SAID_KEPT = 500;
const MOST_FILES = 100;

export const fileShown = computed(() => code.value.find(({ name }) => name === shownFile.value) ?? null);

export function isUnsaved({ text, disk }: CodeFile): boolean {
  return disk !== null && text !== disk.text;
}

/** Adds a file or takes its place, and shows it. */
export function putFile(file: CodeFile, show = true): void {
  const others = code.value.filter(({ name }) => name !== file.name);
  if (others.length >= MOST_FILES) throw new Error(`at most ${MOST_FILES} files of code are open at once`);
  const at = code.value.findIndex(({ name }) => name === file.name);
  code.value = at < 0 ? [...others, file] : code.value.map((one, i) => (i === at ? file : one));
  if (show || shownFile.value === null) shownFile.value = file.name;
}

export function editFile(name: string, text: string): void {
  code.value = code.value.map((one) => (one.name === name ? { ...one, text } : one));
}

export function closeFile(name: string): void {
  code.value = code.value.filter((one) => one.name !== name);
  const known = new Map(findings.value);
  known.delete(name);
  findings.value = known;
  if (shownFile.value === name) shownFile.value = code.value.at(-1)?.name ?? null;
}

export function setFindings(name: string, found: readonly Finding[]): void {
  findings.value = new Map([...findings.value, [name, found]]);
}

export function say(lines: readonly string[]): void {
  if (lines.length > 0) said.value = [...said.value, ...lines].slice(-SAID_KEPT);
}

/** A name as a scenario writes it: `./aimd.ts` is `aimd.ts`. */
export function fileName(algorithm: unknown): string {
  return typeof algorithm === 'string' ? algorithm.replace(/^\.\//, '') : '';
}

/** Files that a scenario's flows name. */
export function filesOf(scenario: Scenario): CodeFile[] {
  const named = new Set(
    (Array.isArray(scenario.flows) ? scenario.flows : []).map(({ algorithm }) => fileName(algorithm)),
  );
  return code.value.filter(({ name }) => named.has(name));
}

/** A name that no open file has. */
export function freeName(stem: string, extension: string): string {
  const taken = new Set(code.value.map(({ name }) => name));
  for (let n = 1; ; n += 1) {
    const name = `${stem}${n === 1 ? '' : `-${n}`}${extension}`;
    if (!taken.has(name)) return name;
  }
}
