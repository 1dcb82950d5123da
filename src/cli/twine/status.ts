import type { Command } from 'commander';
import { completionText, formatReport } from '../../node/twine/index.js';
import { type ReportOptions, reportsOf, withReports } from './report-options.js';

/** `mooring twine status` */
export function addStatus(twine: Command): void {
  withReports(twine.command('status'))
    .description('how the newest run of each site stands (check_completion)')
    .action((sites: string[], options: ReportOptions) => {
      const [workdir, reports] = reportsOf(sites, options);
      if (options.json) process.stdout.write(`${JSON.stringify(reports, null, 2)}\n`);
      else if (options.classic) process.stdout.write(completionText(workdir, reports));
      else for (const report of reports) process.stdout.write(`${formatReport(report)}\n`);
    });
}
