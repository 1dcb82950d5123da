import type { Command } from 'commander';
import { errorsText, formatReport } from '../../node/twine/index.js';
import type { Standing } from '../../twine/index.js';
import { EXIT } from '../exit-codes.js';
import { print, printJson } from '../output.js';
import { type ReportOptions, reportsOf, withReports } from './report-options.js';

const WRONG: Readonly<Record<Standing, boolean>> = {
  completed: false,
  'in progress': false,
  degraded: true,
  interrupted: true,
  failed: true,
  abandoned: true,
  held: true,
};

/** `mooring twine errors` */
export function addErrors(twine: Command): void {
  withReports(twine.command('errors'))
    .description('which sites went wrong, and why (check_errors); exit 1 when one did')
    .action(async (sites: string[], options: ReportOptions) => {
      const [workdir, reports] = reportsOf(sites, options);
      const wrong = reports.filter(({ status }) => !status || WRONG[status.standing]);
      if (options.json) await printJson(wrong);
      else if (options.classic) await print(errorsText(workdir, reports));
      else if (wrong.length === 0) await print('no site went wrong\n');
      else for (const report of wrong) await print(`${formatReport(report)}\n`);
      if (wrong.length > 0 && !options.classic) process.exitCode = EXIT.FAILED;
    });
}
