import { existsSync, readFileSync } from 'node:fs';
import type { Command } from 'commander';
import {
  type CampaignPlan,
  formatTimetable,
  type IntentInput,
  type InventoryInput,
  type Manifest,
  MooringError,
  type Notice,
  parseShellParameters,
  planCampaign,
  type SessionData,
} from '../../index.js';
import { NetnsTestbed } from '../../node/testbed/index.js';
import {
  announceFailure,
  type Campaign,
  type CaptureName,
  combineResults,
  completionText,
  errorsText,
  formatReport,
  lastSites,
  reportSites,
  resumeCampaign,
  runCampaign,
  writeRefusal,
} from '../../node/twine/index.js';
import { parametersOfNames } from '../../twine/index.js';
import { UsageError } from '../failure.js';
import { readJson } from './testbed.js';

/** `mooring twine`: capture campaigns by port mirrors. */
export function addTwine(program: Command): void {
  const twine = program.command('twine').description('capture campaigns: mirror switch ports, record, bring home');

  planning(twine.command('plan'))
    .description('say what a campaign would do, when, and what it takes; refuse what cannot work')
    .option('--inventory <file>', 'JSON file of sites, ports and NICs, instead of a testbed')
    .option('--json', 'print the plan as JSON')
    .action(async (options: PlanOptions) => {
      const plan = await planOf(options);
      console.log(options.json ? JSON.stringify(plan, null, 2) : formatTimetable(plan).trimEnd());
    });

  running(planning(twine.command('run')))
    .description('carry a campaign out; Ctrl-C brings home what was captured and cleans up')
    .option('--no-list', 'leave the list of sites that status, errors and combine look at as it is')
    .action(async (options: PlanOptions & RunOptions & { list: boolean }) => {
      const plan = await planOf(options).catch((error) => {
        // Whoever waits for a word is told at once that none will come.
        if (options.sharedMemory !== undefined) announceFailure(options.sharedMemory);
        if (error instanceof MooringError && error.code === 'MOORING_ERR_TWINE_REFUSED') {
          const refusals = error.detail['refusals'] as Notice[];
          for (const site of options.site ?? []) writeRefusal(workdirOf(options), site, refusals);
        }
        throw error;
      });
      for (const { message, hint } of plan.warnings) process.stderr.write(`mooring: mind: ${message} (${hint})\n`);
      const { testbed, capture, quiet, list } = options;
      if (testbed === undefined) throw new UsageError('name the testbed to run on: --testbed NAME');
      const onEvent = quiet ? undefined : progress;
      await finish(runCampaign(plan, { testbed, workdir: workdirOf(options), capture, list, onEvent }), options);
    });

  running(twine.command('resume'))
    .argument('[sites...]', 'sites to go on with; those of the last experiment when absent')
    .option('--close', 'do not sample on: bring home what is there and clean up')
    .description('go on with runs whose process is gone')
    .action(async (sites: string[], options: RunOptions & { close?: boolean }) => {
      const workdir = workdirOf(options);
      const names = sites.length > 0 ? sites : lastSites(workdir);
      const onEvent = options.quiet ? undefined : progress;
      const how = options.close ? 'close' : 'sample';
      await finish(
        resumeCampaign(names, how, { workdir, capture: options.capture, onEvent }),
        options,
        how === 'close',
      );
    });

  const asked = (command: Command) =>
    command
      .argument('[sites...]', 'sites; those of the last experiment when absent')
      .option('--workdir <dir>', 'folder of the runs; WORKDIR when absent')
      .option('--classic', 'in the words of the original utility')
      .option('--json', 'print as JSON');

  asked(twine.command('status'))
    .description('how the newest run of each site stands (check_completion)')
    .action((sites: string[], options: AskOptions) => {
      const workdir = workdirOf(options);
      const reports = reportSites(workdir, sites.length > 0 ? sites : lastSites(workdir));
      if (options.json) console.log(JSON.stringify(reports, null, 2));
      else if (options.classic) process.stdout.write(completionText(workdir, reports));
      else for (const report of reports) console.log(formatReport(report));
    });

  asked(twine.command('errors'))
    .description('which sites went wrong, and why (check_errors); exit 1 when one did')
    .action((sites: string[], options: AskOptions) => {
      const workdir = workdirOf(options);
      const reports = reportSites(workdir, sites.length > 0 ? sites : lastSites(workdir));
      const wrong = reports.filter(
        ({ status }) => !status || ['failed', 'interrupted', 'abandoned', 'degraded'].includes(status.standing),
      );
      if (options.json) console.log(JSON.stringify(wrong, null, 2));
      else if (options.classic) process.stdout.write(errorsText(workdir, reports));
      else if (wrong.length === 0) console.log('no site went wrong');
      else for (const report of wrong) console.log(formatReport(report));
      if (wrong.length > 0 && !options.classic) process.exitCode = 1;
    });

  twine
    .command('combine')
    .argument('<directory>', 'new folder for the results')
    .argument('[sites...]', 'sites; those of the last experiment when absent')
    .option('--workdir <dir>', 'folder of the runs; WORKDIR when absent')
    .option('--json', 'print as JSON')
    .description('the latest run of each site in one folder, with a summary (combine_results)')
    .action((directory: string, sites: string[], options: AskOptions) => {
      const workdir = workdirOf(options);
      const reports = reportSites(workdir, sites.length > 0 ? sites : lastSites(workdir));
      const combined = combineResults(workdir, directory, reports);
      console.log(options.json ? JSON.stringify(combined, null, 2) : `combined in ${combined.folder}`);
    });
}

interface PlanOptions {
  readonly inventory?: string;
  readonly testbed?: string;
  readonly intent?: string;
  readonly site?: string[];
  readonly port?: string[];
  readonly slice?: string;
  readonly sharedMemory?: string;
  readonly mode?: 'operator' | 'single_user';
  readonly parameters?: string;
  readonly seed?: string;
  readonly json?: boolean;
}

interface RunOptions {
  readonly testbed?: string;
  readonly workdir?: string;
  readonly capture?: CaptureName;
  readonly quiet?: boolean;
  readonly json?: boolean;
}

interface AskOptions {
  readonly workdir?: string;
  readonly classic?: boolean;
  readonly json?: boolean;
}

function planning(command: Command): Command {
  return command
    .option('--testbed <name>', 'testbed on this machine; TWINE_TESTBED when absent', process.env['TWINE_TESTBED'])
    .option('--intent <file>', 'JSON file that says what to capture (see docs/guide/twine.md)')
    .option('--site <site...>', 'sites, instead of an intent; all their ports unless --port')
    .option('--port <port...>', 'switch ports of the one site named')
    .option('--slice <name>', "the user's slice (single_user), or the name for ours")
    .option('--shared-memory <name>', 'segment to signal start and stop through')
    .option('--mode <mode>', 'operator or single_user')
    .option(
      '--parameters <file>',
      'shell file with tcpdump_filter=, experiment_retries=, …; the environment overrides it',
    )
    .option('--seed <n>', 'seed of the rotation');
}

function running(command: Command): Command {
  return command
    .option('--workdir <dir>', 'folder for the runs; WORKDIR when absent')
    .option('--capture <tool>', 'helper or tcpdump; the best there is when absent')
    .option('--quiet', 'no progress')
    .option('--json', 'print the manifests as JSON at the end');
}

async function planOf(options: PlanOptions): Promise<CampaignPlan> {
  const inventory =
    options.inventory !== undefined
      ? (readJson(options.inventory) as unknown as InventoryInput)
      : options.testbed !== undefined
        ? await NetnsTestbed.open(options.testbed).inventory()
        : undefined;
  if (!inventory) throw new UsageError('say where: --testbed NAME or --inventory FILE');
  const lease = await leaseOf(options);
  const result = planCampaign(inventory, { ...lease, ...intentOf(options) });
  if (result.ok) return result.plan;
  for (const { field, message, hint } of result.refusals) {
    process.stderr.write(`mooring: ${field}: ${message} (${hint})\n`);
  }
  const { refusals } = result;
  throw new MooringError('MOORING_ERR_TWINE_REFUSED', `no plan: ${refusals.length} reason(s) above`, { refusals });
}

// What is left of the lease of the user's slice, as its testbed has it.
async function leaseOf({ testbed, slice }: PlanOptions): Promise<{ leaseS?: number }> {
  if (testbed === undefined || slice === undefined) return {};
  const { slices } = await NetnsTestbed.open(testbed).show();
  const end = slices.find(({ name }) => name === slice)?.leaseEnd;
  return end === undefined ? {} : { leaseS: Math.max(0, (Date.parse(end) - Date.now()) / 1000) };
}

function intentOf(options: PlanOptions): IntentInput {
  const given = (options.intent === undefined ? {} : readJson(options.intent)) as Partial<IntentInput>;
  if (options.site === undefined && given.targets === undefined) {
    throw new UsageError('say what to capture: --site SITE [--port PORT], or --intent FILE');
  }
  if (options.port !== undefined && options.site?.length !== 1) throw new UsageError('--port goes with one --site');
  const targets = options.site?.map((site) => (options.port === undefined ? { site } : { site, ports: options.port }));
  const seed = options.seed === undefined ? {} : { seed: Number(options.seed) };
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
    ...seed,
  };
}

function rotationOf(seconds: string | undefined): { rotationInterval?: number } {
  return seconds === undefined ? {} : { rotationInterval: Number(seconds) };
}

function fileParameters(file: string | undefined) {
  if (file === undefined) return {};
  if (!existsSync(file)) throw new UsageError(`${file}: no such file`);
  return parseShellParameters(readFileSync(file, 'utf8'));
}

function workdirOf({ workdir = process.env['WORKDIR'] }: { workdir?: string }): string {
  if (workdir === undefined) throw new UsageError('name a folder: --workdir DIR, or set WORKDIR');
  return workdir;
}

// Runs to the end with signals meaning: bring home, clean up; again: do not archive. A campaign that was
// to be cut short and was has done what it was asked.
async function finish(campaign: Campaign, { json }: { json?: boolean }, cutShort = false): Promise<void> {
  const onSignal = (): void => campaign.interrupt();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
  let manifests: Manifest[];
  try {
    manifests = await campaign.done;
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.off(signal, onSignal);
  }
  if (json) console.log(JSON.stringify(manifests, null, 2));
  const bad = manifests.filter(
    ({ session }) => session.outcome === 'failed' || (session.outcome === 'interrupted' && !cutShort),
  );
  for (const { site, session, leftovers } of manifests) {
    const why = [...session.reasons.map(({ reason }) => reason), ...leftovers].join('; ');
    process.stderr.write(`mooring: ${site}: ${session.outcome}${why === '' ? '' : `: ${why}`}\n`);
  }
  if (bad.length > 0) process.exitCode = 1;
}

function progress(site: string, event: Manifest['events'][number], data: SessionData): void {
  if (event.kind === 'timer' || event.kind === 'captureFinished') return;
  const time = new Date(event.atUs / 1000).toISOString().slice(11, 19);
  const { windows } = data.plan;
  const where = data.state === 'sampling' ? ` ${Math.min(data.window + 1, windows.length)}/${windows.length}` : '';
  const failure = 'failure' in event ? `: ${(event['failure'] as { reason: string }).reason}` : '';
  process.stderr.write(`${time} ${site} ${data.state}${where} (${event.kind}${failure})\n`);
}
