import type { Command } from 'commander';
import { reportCampaign, writeCampaignReport } from '../../node/twine/index.js';
import { print, printJson } from '../output.js';
import { workdirOf } from './run-options.js';

interface ReportCallOptions {
  readonly workdir?: string;
  readonly out: string;
  readonly files: boolean;
  readonly json?: boolean;
}

/** `mooring twine report` */
export function addReport(twine: Command): void {
  twine
    .command('report')
    .argument(
      '[runs...]',
      'run folders or archives, folders of sites, combined results; the folder of the runs when absent',
    )
    .option('--workdir <dir>', 'folder of the runs; WORKDIR when absent')
    .option('--out <file>', 'page to write', 'campaign.html')
    .option('--no-files', 'from the manifests alone: do not read the captures for flows and talkers')
    .option('--json', 'print the report as JSON, and write no page')
    .description('a campaign as one page: ports over time, what was lost where, who spoke')
    .action(async (runs: string[], options: ReportCallOptions) => {
      const paths = runs.length > 0 ? runs : [workdirOf(options)];
      const report = await reportCampaign(paths, { files: options.files });
      if (options.json) return printJson(report);
      writeCampaignReport(options.out, report);
      return print(`${options.out}\n`);
    });
}
