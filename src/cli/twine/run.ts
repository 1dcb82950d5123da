import type { Command } from 'commander';
import { ERROR, MooringError } from '../../base/index.js';
import { announceFailure, runCampaign, writeRefusal } from '../../node/twine/index.js';
import type { Notice } from '../../twine/index.js';
import { UsageError } from '../failure.js';
import { tell } from '../output.js';
import { finish } from './finish.js';
import { type IntentOptions, planOf, withIntent } from './intent-options.js';
import { gatherProgress, progress } from './progress.js';
import { type RunOptions, withRun, workdirOf } from './run-options.js';

/** `mooring twine run` */
export function addRun(twine: Command): void {
  withRun(withIntent(twine.command('run')))
    .description('carry a campaign out; Ctrl-C brings home what was captured and cleans up')
    .option('--no-list', 'leave the list of sites that status, errors and combine look at as it is')
    .action(async (options: IntentOptions & RunOptions & { readonly list: boolean }) => {
      const plan = await planOf(options).catch((error) => {
        tellRefusal(error, options);
        throw error;
      });
      for (const { message, hint } of plan.warnings) tell(`mooring: mind: ${message} (${hint})`);
      const { testbed, capture, quiet, list } = options;
      if (testbed === undefined) throw new UsageError('name the testbed to run on: --testbed NAME');
      const told = quiet ? {} : { onEvent: progress, onGather: gatherProgress() };
      await finish(runCampaign(plan, { testbed, workdir: workdirOf(options), capture, list, ...told }), options);
    });
}

// Whoever waits for a word is told at once that none will come.
function tellRefusal(error: unknown, options: IntentOptions & RunOptions): void {
  if (options.sharedMemory !== undefined) announceFailure(options.sharedMemory);
  if (!(error instanceof MooringError) || error.code !== ERROR.MOORING_ERR_TWINE_REFUSED) return;
  const refusals = error.detail['refusals'] as Notice[];
  for (const site of options.site ?? []) writeRefusal(workdirOf(options), site, refusals);
}
