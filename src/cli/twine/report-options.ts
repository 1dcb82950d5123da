import type { Command } from 'commander';
import { lastSites, reportSites, type SiteReport } from '../../node/twine/index.js';
import { workdirOf } from './run-options.js';

/** What a sub-verb that looks at runs is asked. */
export interface ReportOptions {
  readonly workdir?: string;
  readonly classic?: boolean;
  readonly json?: boolean;
}

/** Gives a sub-verb the sites and options of one that looks at runs. */
export function withReports(command: Command): Command {
  return command
    .argument('[sites...]', 'sites; those of the last experiment when absent')
    .option('--workdir <dir>', 'folder of the runs; WORKDIR when absent')
    .option('--classic', 'in the words of the original utility')
    .option('--json', 'print as JSON');
}

/** How the newest runs of those sites stand, of the last experiment's when none is named. */
export function reportsOf(sites: readonly string[], options: ReportOptions): [workdir: string, reports: SiteReport[]] {
  const workdir = workdirOf(options);
  return [workdir, reportSites(workdir, sites.length > 0 ? sites : lastSites(workdir))];
}
