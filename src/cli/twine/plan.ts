import type { Command } from 'commander';
import { formatTimetable } from '../../twine/index.js';
import { print, printJson } from '../output.js';
import { type IntentOptions, planOf, withIntent } from './intent-options.js';

/** `mooring twine plan` */
export function addPlan(twine: Command): void {
  withIntent(twine.command('plan'))
    .description('say what a campaign would do, when, and what it takes; refuse what cannot work')
    .option('--inventory <file>', 'JSON file of sites, ports and NICs, instead of a testbed')
    .option('--json', 'print the plan as JSON')
    .action(async (options: IntentOptions & { readonly json?: boolean }) => {
      const plan = await planOf(options);
      if (options.json) await printJson(plan);
      else await print(formatTimetable(plan));
    });
}
