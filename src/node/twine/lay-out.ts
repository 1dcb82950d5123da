import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { ERROR, MooringError } from '../../base/index.js';
import { fileFailure, makeFolder, writeWholeFile } from '../files/index.js';
import { ownPackage } from '../install/index.js';

/** Where each file of the folder lies in this package. */
const FILES: Readonly<Record<string, string>> = {
  'multi_site_twine.sh': 'bin/multi_site_twine.sh',
  'twine_shm.py': 'python/twine_shm.py',
  'utils/mooring': 'bin/utils/mooring',
  'utils/check_completion.sh': 'bin/utils/check_completion.sh',
  'utils/check_errors.sh': 'bin/utils/check_errors.sh',
  'utils/combine_results.sh': 'bin/utils/combine_results.sh',
};
const PROGRAM = 0o755;

/**
 * Lays out the folder that Twine's own instructions speak of: the script, the module for Python, the utilities. The
 * script's values are to be edited there, so a folder that has one of the files is refused
 * (MOORING_ERR_BAD_ARGUMENT). Gives the paths.
 */
export function layOutFolder(folder: string, testbed: string | undefined): string[] {
  const own = ownPackage().folder;
  const target = resolve(folder);
  const [there] = Object.keys(FILES).filter((name) => existsSync(join(target, name)));
  if (there !== undefined) {
    const message = `${join(folder, there)} is there already; it may hold values of yours`;
    throw new MooringError(ERROR.MOORING_ERR_BAD_ARGUMENT, message, { argument: 'directory' });
  }
  const filled: Readonly<Record<string, string>> = {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a shell's
    'workdir=${WORKDIR:-} ': 'workdir=${WORKDIR:-$here} ',
    'testbed=${TWINE_TESTBED:-} ': `testbed=\${TWINE_TESTBED:-${testbed === undefined ? '' : referenceAsWord(testbed)}} `,
    'node=node\n': `node=${quoted(process.execPath)}\n`,
    'program=$here/../../dist/cli.js\n': `program=${quoted(join(own, 'dist/cli.js'))}\n`,
  };
  return Object.entries(FILES).map(([name, source]) => {
    const path = join(target, name);
    try {
      makeFolder(dirname(path));
      const text = readFileSync(join(own, source), 'utf8');
      writeWholeFile(
        path,
        Object.entries(filled).reduce((rest, [was, is]) => rest.replace(was, () => is), text),
      );
      if (!name.endsWith('.py')) chmodSync(path, PROGRAM);
    } catch (cause) {
      throw fileFailure(ERROR.MOORING_ERR_FILE_UNWRITABLE, path, cause);
    }
    return join(folder, name);
  });
}

/** A reference as the script holds it. A path is from here: the script is run from any folder. */
function referenceAsWord(testbed: string): string {
  const [, rc] = /^fabric:([^~].*)$/.exec(testbed) ?? [];
  const reference = rc === undefined ? testbed : `fabric:${resolve(rc)}`;
  return /^[\w.:/-]+$/.test(reference) ? reference : quoted(reference);
}

/** A text as a shell takes it literally. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
