import { type SharedCode, withImports } from '../../share/index.js';
import type { Scenario } from '../../sim/index.js';
import { type CodeFile, code, filesOf, freeName, putFile } from '../code.js';

// Code that goes with a link, and comes with one. What comes runs in a sandbox, as all code here, so that nobody is asked; where
// there is none, who simulates asks.

/** What a run of this scenario would run now. */
export function codeFor(scenario: Scenario): readonly SharedCode[] {
  const open = (name: string): CodeFile | undefined => code.value.find((file) => file.name === name);
  // A page has no folders: whatever is open lies beside it.
  const used = withImports(
    filesOf(scenario),
    ({ name }) => name,
    (_, name) => open(name),
  );
  return used.map(({ name, text }) => ({ name, text }));
}

/** Opens files of a link, in place of others of their names. */
export function takeCode(files: readonly SharedCode[]): void {
  for (const { name, text } of files) {
    const known = code.value.find((one) => one.name === name);
    // A reader's own file of that name stays, and with it its place on the disk, which this one must not get.
    if (known && known.text !== text) {
      const [, stem = name, extension = ''] = /^(.*?)(\.[^.]*)?$/.exec(name) ?? [];
      putFile({ ...known, name: freeName(`${stem}-before`, extension) }, false);
    }
    if (known?.text !== text) putFile({ name, text, disk: null });
  }
}
