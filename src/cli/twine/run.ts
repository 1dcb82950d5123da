import type { Command } from 'commander';
import { ERROR, MooringError } from '../../base/index.js';
import { openTestbed } from '../../node/testbed/index.js';
import {
  announceFailure,
  refuseUnfinished,
  requireSharedMemory,
  runCampaign,
  writeRefusal,
} from '../../node/twine/index.js';
import { type CampaignPlan, formatTimetable, type Notice } from '../../twine/index.js';
import { UsageError } from '../failure.js';
import { print, printJson, tell } from '../output.js';
import { finish } from './finish.js';
import { type IntentOptions, planOf, sitesOf, withIntent } from './intent-options.js';
import { gatherProgress, progress } from './progress.js';
import { type RunOptions, withRun, workdirOf } from './run-options.js';

/** A plan that may be carried out, and where. */
interface RunnablePlan {
  readonly plan: CampaignPlan;
  readonly testbed: string;
}

/** `mooring twine run` */
export function addRun(twine: Command): void {
  withRun(withIntent(twine.command('run')))
    .description('carry a campaign out; Ctrl-C brings home what was captured and cleans up')
    .option('--dry-run', 'plan and check as a run would, say the plan, begin nothing')
    .option('--no-list', 'leave the list of sites that status, errors and combine look at as it is')
    .action(async (options: IntentOptions & RunOptions & { readonly list: boolean; readonly dryRun?: boolean }) => {
      const { plan, testbed } = await begin(options).catch((error) => {
        tellRefusal(error, options);
        throw error;
      });
      for (const { message, hint } of plan.warnings) tell(`mooring: mind: ${message} (${hint})`);
      const { capture, quiet, list } = options;
      if (options.dryRun) {
        if (options.json) await printJson(plan);
        else await print(formatTimetable(plan));
        return;
      }
      const told = quiet ? {} : { onEvent: progress, onGather: gatherProgress() };
      await finish(runCampaign(plan, { testbed, workdir: workdirOf(options), capture, list, ...told }), options);
    });
}

// What an unfinished run holds would be given as a reason against the plan; it is to be said itself.
async function begin(options: IntentOptions & RunOptions): Promise<RunnablePlan> {
  const { testbed } = options;
  if (testbed === undefined) throw new UsageError('name the testbed to run on: --testbed NAME');
  // What was asked is read first: it can be mended before there is a testbed.
  const sites = sitesOf(options);
  openTestbed(testbed).requireAccess();
  for (const site of sites) refuseUnfinished(workdirOf(options), site);
  const plan = await planOf(options);
  for (const { basis } of plan.sites) if (basis.sharedMemory !== undefined) requireSharedMemory(basis.sharedMemory);
  return { plan, testbed };
}

// Whoever waits for a word is told at once that none will come.
function tellRefusal(error: unknown, options: IntentOptions & RunOptions): void {
  if (options.sharedMemory !== undefined) announceFailure(options.sharedMemory);
  if (!(error instanceof MooringError) || error.code !== ERROR.MOORING_ERR_TWINE_REFUSED) return;
  const refusals = error.detail['refusals'] as Notice[];
  for (const site of options.site ?? []) writeRefusal(workdirOf(options), site, refusals);
}
