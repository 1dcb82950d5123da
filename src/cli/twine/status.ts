import type { Command } from 'commander';
import { completionText, formatReport } from '../../node/twine/index.js';
import { print, printJson } from '../output.js';
import { type ReportOptions, reportsOf, withReports } from './report-options.js';

/** `mooring twine status` */
export function addStatus(twine: Command): void {
  withReports(twine.command('status'))
    .description('how the newest run of each site stands (check_completion)')
    .action(async (sites: string[], options: ReportOptions) => {
      const [workdir, reports] = reportsOf(sites, options);
      if (options.json) await printJson(reports);
      else if (options.classic) await print(completionText(workdir, reports));
      else for (const report of reports) await print(`${formatReport(report)}\n`);
    });
}
