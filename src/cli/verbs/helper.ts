import type { Command } from 'commander';
import {
  buildHelper,
  checkHelper,
  type HelperCheck,
  type HelperOrigin,
  requireHelper,
} from '../../node/helper/index.js';
import { EXIT } from '../exit-codes.js';
import { print, printJson } from '../output.js';
import { list, NOTHING } from '../table.js';

const ORIGINS: Record<HelperOrigin, string> = {
  environment: 'the folder MOORING_HELPER_DIR names',
  package: 'compiled in this package',
  cache: 'compiled for this user',
  prebuilt: 'the prebuilt package',
};

/** `mooring helper`: the program and the addon in C. */
export function addHelper(helper: Command): void {
  helper
    .command('status')
    .option('--json', 'print one JSON document')
    .description('say which helper is used, where it comes from, and whether it works')
    .action(async ({ json }: { readonly json?: boolean }) => {
      const check = await checkHelper();
      if (json) await printJson(check);
      else await print(describe(check));
      if (!check.works) process.exitCode = EXIT.FAILED;
    });

  helper
    .command('path')
    .option('--json', 'print one JSON document')
    .description('print where the program mooring-helper is, for sudo, setcap and service files')
    .action(async ({ json }: { readonly json?: boolean }) => {
      const program = requireHelper();
      if (json) await printJson({ program });
      else await print(`${program}\n`);
    });

  helper
    .command('build')
    .option('--into <folder>', 'where to leave it, for MOORING_HELPER_DIR; by default where it is found without')
    .option('--json', 'print one JSON document')
    .description('compile it from the sources in this package; takes a C compiler and make')
    .action(async ({ into, json }: { readonly into?: string; readonly json?: boolean }) => {
      const built = await buildHelper(into === undefined ? {} : { folder: into });
      if (json) await printJson(built);
      else
        await print(
          list([
            ['program', built.program],
            ['addon', built.addon],
          ]),
        );
    });
}

function describe({ program, addon, origin, searched, problems }: HelperCheck): string {
  const rows = [
    ['program', program ?? NOTHING],
    ['addon', addon ?? NOTHING],
    ['from', origin === undefined ? NOTHING : ORIGINS[origin]],
    ['looked in', searched.join(', ')],
  ];
  const verdict = problems.length === 0 ? ['it works'] : problems;
  return `${list(rows)}\n${verdict.join('\n')}\n`;
}
