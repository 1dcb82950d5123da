import type { Command } from 'commander';
import { lastSites, resumeCampaign } from '../../node/twine/index.js';
import { UsageError } from '../failure.js';
import { finish } from './finish.js';
import { gatherProgress, progress } from './progress.js';
import { type RunOptions, withRun, workdirOf } from './run-options.js';

interface ResumeOptions {
  readonly close?: boolean;
  readonly discard?: boolean;
  readonly run?: string;
}

/** `mooring twine resume` */
export function addResume(twine: Command): void {
  withRun(twine.command('resume'))
    .argument('[sites...]', 'sites to go on with; those of the last experiment when absent')
    .option('--close', 'do not sample on: bring home what is there and clean up')
    .option('--discard', 'clean up even where files cannot be brought home: what is there alone is lost')
    .option('--run <name>', 'this run of the one site named, instead of the newest that has not ended')
    .description('go on with runs whose process is gone')
    .action(async (sites: string[], options: RunOptions & ResumeOptions) => {
      const workdir = workdirOf(options);
      const names = sites.length > 0 ? sites : lastSites(workdir);
      const told = options.quiet ? {} : { onEvent: progress, onGather: gatherProgress() };
      const { run, capture } = options;
      if (run !== undefined && sites.length !== 1) throw new UsageError('--run goes with one site');
      const how = options.discard ? 'discard' : options.close ? 'close' : 'sample';
      await finish(resumeCampaign(names, how, { workdir, capture, run, ...told }), options, how);
    });
}
