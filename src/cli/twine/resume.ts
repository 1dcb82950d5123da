import type { Command } from 'commander';
import { lastSites, resumeCampaign } from '../../node/twine/index.js';
import { finish } from './finish.js';
import { gatherProgress, progress } from './progress.js';
import { type RunOptions, withRun, workdirOf } from './run-options.js';

/** `mooring twine resume` */
export function addResume(twine: Command): void {
  withRun(twine.command('resume'))
    .argument('[sites...]', 'sites to go on with; those of the last experiment when absent')
    .option('--close', 'do not sample on: bring home what is there and clean up')
    .description('go on with runs whose process is gone')
    .action(async (sites: string[], options: RunOptions & { readonly close?: boolean }) => {
      const workdir = workdirOf(options);
      const names = sites.length > 0 ? sites : lastSites(workdir);
      const told = options.quiet ? {} : { onEvent: progress, onGather: gatherProgress() };
      const how = options.close ? 'close' : 'sample';
      await finish(resumeCampaign(names, how, { workdir, capture: options.capture, ...told }), options, how);
    });
}
