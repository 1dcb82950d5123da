import { type Command, Option } from 'commander';
import { ERROR, MooringError } from '../../base/index.js';
import { readTextFile } from '../../node/files/index.js';
import { openTestbed } from '../../node/testbed/index.js';
import { checkFilter } from '../../node/twine/index.js';
import {
  type CampaignPlan,
  type IntentInput,
  type InventoryInput,
  parametersOfNames,
  parseShellParameters,
  planCampaign,
  TWINE_MODES,
  type TwineMode,
} from '../../twine/index.js';
import { UsageError } from '../failure.js';
import { readJson } from '../json-file.js';
import { tell } from '../output.js';
import { wholeNumber } from '../values.js';

/** What a campaign is to capture, and where. */
export interface IntentOptions {
  readonly inventory?: string;
  readonly testbed?: string;
  readonly intent?: string;
  readonly site?: string[];
  readonly port?: string[];
  readonly slice?: string;
  readonly sharedMemory?: string;
  readonly mode?: TwineMode;
  readonly parameters?: string;
  readonly seed?: number;
}

const HIGHEST_SEED = 0xffff_ffff;

/** Gives a sub-verb the options that say what to capture. */
export function withIntent(command: Command): Command {
  return command
    .option(
      '--testbed <reference>',
      'testbed to ask and run on; TWINE_TESTBED when absent',
      process.env['TWINE_TESTBED'],
    )
    .option('--intent <file>', 'JSON file that says what to capture (see docs/guide/twine.md)')
    .option('--site <site...>', 'sites, instead of an intent; all their ports unless --port')
    .option('--port <port...>', 'switch ports of the one site named')
    .option('--slice <name>', "the user's slice (single_user), or the name for ours")
    .option('--shared-memory <name>', 'segment to signal start and stop through')
    .addOption(new Option('--mode <mode>', 'who chooses: us, or one user for a slice of theirs').choices(TWINE_MODES))
    .option(
      '--parameters <file>',
      'shell file with tcpdump_filter=, experiment_retries=, …; the environment overrides it',
    )
    .option('--seed <n>', 'seed of the rotation', wholeNumber(0, HIGHEST_SEED));
}

/** The plan of what the options say. Says on stderr why there is none, and throws MOORING_ERR_TWINE_REFUSED. */
export async function planOf(options: IntentOptions): Promise<CampaignPlan> {
  const intent = intentOf(options);
  const inventory =
    options.inventory !== undefined
      ? (readJson(options.inventory) as unknown as InventoryInput)
      : options.testbed !== undefined
        ? await openTestbed(options.testbed).inventory()
        : undefined;
  if (!inventory) throw new UsageError('say where: --testbed NAME or --inventory FILE');
  const lease = await leaseOf(options);
  const result = planCampaign(inventory, { ...lease, ...intent });
  const filter = await checkFilter(String(intent.parameters?.tcpdumpFilter ?? 'all'));
  if (result.ok && filter?.code !== 'bad-filter') {
    return filter ? { ...result.plan, warnings: [...result.plan.warnings, filter] } : result.plan;
  }
  const refusals = [...(result.ok ? [] : result.refusals), ...(filter?.code === 'bad-filter' ? [filter] : [])];
  for (const { field, message, hint } of refusals) tell(`mooring: ${field}: ${message} (${hint})`);
  throw new MooringError(ERROR.MOORING_ERR_TWINE_REFUSED, `no plan: ${refusals.length} reason(s) above`, { refusals });
}

/** The sites that the options name, as their folders are called. */
export function sitesOf(options: IntentOptions): string[] {
  return intentOf(options).targets.map(({ site }) => site.toUpperCase());
}

// What is left of the lease of the user's slice, as its testbed has it.
async function leaseOf({ testbed, slice }: IntentOptions): Promise<{ leaseS?: number }> {
  if (testbed === undefined || slice === undefined) return {};
  const endsUs = await openTestbed(testbed).leaseEndUs(slice);
  return endsUs === undefined ? {} : { leaseS: Math.max(0, endsUs / 1e6 - Date.now() / 1000) };
}

function intentOf(options: IntentOptions): IntentInput {
  const given = (options.intent === undefined ? {} : readJson(options.intent)) as Partial<IntentInput>;
  if (options.site === undefined && given.targets === undefined) {
    throw new UsageError('say what to capture: --site SITE [--port PORT], or --intent FILE');
  }
  if (options.port !== undefined && options.site?.length !== 1) throw new UsageError('--port goes with one --site');
  const targets = options.site?.map((site) => (options.port === undefined ? { site } : { site, ports: options.port }));
  return {
    ...given,
    targets: targets ?? given.targets!,
    parameters: {
      ...given.parameters,
      ...fileParameters(options.parameters),
      ...parametersOfNames(process.env),
      ...(options.mode === undefined ? {} : { mode: options.mode }),
    },
    ...(options.slice === undefined ? {} : { sliceName: options.slice }),
    ...(options.sharedMemory === undefined ? {} : { sharedMemory: options.sharedMemory }),
    ...rotationOf(process.env['rotation_interval']),
    ...(options.seed === undefined ? {} : { seed: options.seed }),
  };
}

function rotationOf(seconds: string | undefined): { rotationInterval?: number } {
  return seconds === undefined ? {} : { rotationInterval: Number(seconds) };
}

function fileParameters(file: string | undefined) {
  return file === undefined ? {} : parseShellParameters(readTextFile(file));
}
