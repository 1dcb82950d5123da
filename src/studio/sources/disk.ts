import { signal } from '@preact/signals';
import { type CodeFile, code, putFile } from '../code.js';
import { problem } from '../session.js';
import type { FileKind } from './files.js';

// Files on the disk of the command that serves the page: those it was given, and those of a folder it was given. It hands them
// out, takes them back and says when they changed, to whoever has the token of its address.

/** A file as the command knows it. */
export interface ServedFile {
  readonly index: number;
  readonly name: string;
  /** Of the folder that was given: it is there to be opened, and was not named itself. */
  readonly isInFolder: boolean;
  /** What it is, where its name says it. */
  readonly kind?: FileKind;
}

interface Listing {
  readonly files: readonly ServedFile[];
  /** Whether new files may be made, in the folder that was given. */
  readonly hasFolder: boolean;
  /** Address of the agent that is to be watched. */
  readonly agent?: string;
}

const listing = signal<Listing>({ files: [], hasFolder: false });
const token = new URLSearchParams(location.search).get('token');

/** What the command serves; nothing where the page is served by somebody else. */
export async function listFiles(): Promise<readonly ServedFile[]> {
  if (token === null) return [];
  const response = await fetch(urlOf('files', ''));
  if (!response.ok)
    throw new Error('the command that opened this page has ended, or its token is another: start it again');
  listing.value = (await response.json()) as Listing;
  return listing.value.files;
}

export async function readFile({ index, name }: ServedFile): Promise<{ readonly file: File; readonly tag: string }> {
  const response = await fetch(urlOf('files', String(index)));
  if (!response.ok) throw new Error(`${name}: ${await response.text()}`);
  return { file: new File([await response.blob()], name), tag: response.headers.get('etag') ?? '' };
}

/** Opens a file of the disk as code. */
export async function openCode(served: ServedFile): Promise<void> {
  const { file, tag } = await readFile(served);
  const text = await file.text();
  putFile({ name: served.name, text, disk: { index: served.index, tag, text } }, false);
}

/** The agent named on the command line. */
export function namedAgent(): string | undefined {
  return listing.value.agent;
}

/** Whether this page is served by the command, which carries what an agent tells. */
export function isServed(): boolean {
  return token !== null;
}

/** Where the command carries what the agent at an address tells. */
export function agentUrl(address: string): URL {
  const url = new URL(`agent/${encodeURIComponent(token ?? '')}/`, document.baseURI);
  url.protocol = 'ws:';
  url.searchParams.set('at', address);
  return url;
}

export function canSaveNew(): boolean {
  return listing.value.hasFolder;
}

/** Writes a file back; `over` also where the disk holds another text meanwhile. */
export async function saveToDisk(file: CodeFile, over = false): Promise<void> {
  const { name, text, disk } = file;
  const path = disk ? String(disk.index) : `new/${encodeURIComponent(name)}`;
  const response = await fetch(urlOf('files', path), {
    method: 'PUT',
    headers: disk && !over ? { 'if-match': disk.tag } : {},
    body: text,
  }).catch(() => null);
  if (!response?.ok) {
    if (response?.status === 412) putFile({ ...file, isBehind: true }, false);
    problem.value = `${name} was not saved: ${(await response?.text()) ?? 'the command that serves this page has ended'}`;
    return;
  }
  const { index } = (await response.json()) as { index: number };
  problem.value = null;
  // It may have been written in meanwhile.
  const now = code.value.find((one) => one.name === name);
  if (now) putFile({ ...now, disk: { index, tag: response.headers.get('etag') ?? '', text }, isBehind: false }, false);
}

/** Tells of files that changed on the disk, other than by saving them here. */
export function watchFiles(onChange: (served: ServedFile) => void): void {
  if (token === null) return;
  const events = new EventSource(urlOf('watch', ''));
  events.onmessage = ({ data }) => {
    const { index, name, tag } = JSON.parse(data) as ServedFile & { tag: string };
    const known = code.value.find(({ disk }) => disk?.index === index);
    if (known?.disk?.tag === tag) return;
    onChange({ index, name, isInFolder: false });
  };
}

function urlOf(kind: 'files' | 'watch', path: string): URL {
  return new URL(`${kind}/${encodeURIComponent(token ?? '')}/${path}`, document.baseURI);
}
