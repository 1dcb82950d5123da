import type { Command } from 'commander';
import { combineResults } from '../../node/twine/index.js';
import { print, printJson } from '../output.js';
import { reportsOf } from './report-options.js';

/** `mooring twine combine` */
export function addCombine(twine: Command): void {
  twine
    .command('combine')
    .argument('<directory>', 'new folder for the results')
    .argument('[sites...]', 'sites; those of the last experiment when absent')
    .option('--workdir <dir>', 'folder of the runs; WORKDIR when absent')
    .option('--json', 'print as JSON')
    .description('the latest run of each site in one folder, with a summary (combine_results)')
    .action(
      async (directory: string, sites: string[], options: { readonly workdir?: string; readonly json?: boolean }) => {
        const [workdir, reports] = reportsOf(sites, options);
        const combined = combineResults(workdir, directory, reports);
        if (options.json) await printJson(combined);
        else await print(`combined in ${combined.folder}\n`);
      },
    );
}
