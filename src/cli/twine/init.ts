import type { Command } from 'commander';
import { layOutFolder } from '../../node/twine/index.js';
import { UsageError } from '../failure.js';
import { print, printJson } from '../output.js';

// The name of a testbed, or a kind and what it takes: of FABRIC the path of a fabric_rc, which any file may be.
const REFERENCE = /^[\w.-]+$|^[a-z]+:[^\p{Cc}]*$/u;

/** `mooring twine init` */
export function addFolder(twine: Command): void {
  twine
    .command('init')
    .argument('<directory>', 'folder for the scripts, made when it is not there')
    .option('--testbed <reference>', 'testbed the script is to run on')
    .option('--json', 'print one JSON document: the files written')
    .description("lay out Twine's folder: multi_site_twine.sh, twine_shm.py for Python, utils/")
    .action(async (directory: string, { testbed, json }: { readonly testbed?: string; readonly json?: boolean }) => {
      if (testbed !== undefined && !REFERENCE.test(testbed)) {
        throw new UsageError(`--testbed is NAME or KIND:NAME, not "${testbed}"`);
      }
      const files = layOutFolder(directory, testbed);
      if (json) return printJson({ files });
      const next = [
        `edit the values in ${directory}/multi_site_twine.sh, then`,
        `${directory}/multi_site_twine.sh SITE PORT`,
        `${directory}/multi_site_twine.sh single_user SITE PORT "SLICE" "SHM"   # SHM of twine_shm.create_sharedmem()`,
        `${directory}/utils/check_completion.sh`,
      ];
      return print(`${[...files, '', ...next].join('\n')}\n`);
    });
}
