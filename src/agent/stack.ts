// Where in an author's own code something was thrown, read off a stack. V8 writes `    at name (file:line:column)`,
// the other engines `name@file:line:column`.

const FRAME = /(?:^\s*at (?:.*? \()?|@)((?:[a-z][a-z0-9+.-]*:)?[^()@]*?):(\d+):(\d+)\)?$/i;

interface Frame {
  readonly file: string;
  readonly line: string;
  readonly column: string;
}

/**
 * `file:line:column` of the first frame that is neither the host's nor of this package; undefined where there is none.
 * Where everything is bundled into one file, no frame can be told from another, and the first counts.
 */
export function authorsPlace(stack: string): string | undefined {
  const frames = stack.split('\n').flatMap(readFrame);
  const ours = packageFolder();
  const frame = frames.find(({ file }) => ours === undefined || !file.startsWith(ours)) ?? frames[0];
  return frame && `${plainPath(frame.file)}:${frame.line}:${frame.column}`;
}

function readFrame(line: string): Frame[] {
  const match = FRAME.exec(line);
  if (!match) return [];
  const [, file = '', at = '', column = ''] = match;
  return file === '' || file.startsWith('node:') || file === '<anonymous>' ? [] : [{ file, line: at, column }];
}

/** What the files of this package begin with, as this host's stacks name them. */
function packageFolder(): string | undefined {
  const own = (new Error().stack ?? '').split('\n').flatMap(readFrame)[0]?.file;
  // From `…/src/agent/stack.ts`, or from one of the files of `…/dist/`.
  return own?.replace(/(?:agent\/stack\.[jt]s|[^/\\]*)$/, '');
}

function plainPath(file: string): string {
  if (!file.startsWith('file:///')) return file;
  const path = file.slice('file://'.length);
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
