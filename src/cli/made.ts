import { ownPackage } from '../node/install/index.js';

/** What a report says of how it was made: the command as it was typed, and the version of this package. */
export function madeHere(): { readonly command: string; readonly version: string } {
  const words = process.argv.slice(2).map((word) => (/^[\w./:=,%+-]+$/.test(word) ? word : quoted(word)));
  return { command: ['mooring', ...words].join(' '), version: ownPackage().version };
}

/** A word as a shell takes it. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
