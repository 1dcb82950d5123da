import type { SharedCode } from '../../share/index.js';
import type { Scenario } from '../../sim/index.js';
import { type CodeFile, code, filesOf, freeName, putFile } from '../code.js';

// Code that goes with a link, and comes with one. What comes runs in a sandbox, as all code here, so that nobody is asked; where
// there is none, who simulates asks.

const IMPORT = /\bfrom\s*['"]\.\/([\w.-]+)['"]/g;

/** The files that a scenario names, and those they import. */
function usedBy(scenario: Scenario): CodeFile[] {
  const used = new Map<string, CodeFile>();
  const take = (file: CodeFile): void => {
    if (used.has(file.name)) return;
    used.set(file.name, file);
    for (const [, wanted] of file.text.matchAll(IMPORT)) {
      const found = code.value.find(({ name }) =>
        [wanted, `${wanted}.ts`, wanted!.replace(/\.js$/, '.ts')].includes(name),
      );
      if (found) take(found);
    }
  };
  filesOf(scenario).forEach(take);
  return [...used.values()];
}

/** What a run of this scenario would run now. */
export function codeFor(scenario: Scenario): readonly SharedCode[] {
  return usedBy(scenario).map(({ name, text }) => ({ name, text }));
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
