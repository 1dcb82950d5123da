import { join } from 'node:path';
import { ERROR, MooringError } from '../../base/index.js';
import {
  type CampaignPlan,
  MANIFEST_VERSION,
  type Manifest,
  type ManifestEvent,
  type SessionData,
} from '../../twine/index.js';
import { makeFolder, writeWholeFile } from '../files/index.js';
import { helperRemedy } from '../install/index.js';
import { isAlive } from '../process/index.js';
import { openTestbed, refuse, type TestbedDriver } from '../testbed/index.js';
import type { CaptureMethod } from './capture-method.js';
import { refuseUnfinished, runError, unfinishedRuns } from './claim.js';
import type { GatherProgress } from './gather.js';
import { helperCapture } from './helper-capture.js';
import { RunFolder } from './run-folder.js';
import { type RunSettings, SiteRunner } from './runner.js';
import { requireSharedMemory } from './shared-memory.js';
import { tcpdumpCapture } from './tcpdump.js';

/** The ways to capture, best first. */
export const CAPTURE_NAMES = ['helper', 'tcpdump'] as const;
export const SITES_FILE = join('utils', 'sites_used_last_experiment');

/** How a campaign is to be carried out. */
export interface CampaignOptions {
  /** A testbed: its reference (`NAME` on this machine, `KIND:NAME`), or a driver. */
  readonly testbed: string | TestbedDriver;
  /** Twine's WORKDIR: each site's run goes into a folder of it. */
  readonly workdir: string;
  /** What captures on the listeners; the best there is when absent. */
  readonly capture?: CaptureName | undefined;
  /** Whether its sites become the ones that status, errors and combine look at; true when absent. */
  readonly list?: boolean | undefined;
  /** Told of each event of each site as it is recorded. */
  readonly onEvent?: ((site: string, event: ManifestEvent, data: SessionData) => void) | undefined;
  /** Told how far each file has come while files are brought home. */
  readonly onGather?: ((site: string, progress: GatherProgress) => void) | undefined;
}

/** What captures on a listener. */
export type CaptureName = (typeof CAPTURE_NAMES)[number];

/** A campaign under way. */
export interface Campaign {
  /** The sites' manifests when all have ended, well or not; see each one's `session.outcome`. */
  readonly done: Promise<Manifest[]>;
  /** Stops sampling, brings home what was captured, cleans up. A second call leaves archiving out. */
  interrupt(): void;
}

/**
 * Carries a plan out: one session a site, side by side. Needs root for a testbed on this machine. Throws
 * MOORING_ERR_TWINE_RUN while a site has a run in `workdir` that has not ended.
 *
 * @example
 * ```ts
 * const plan = { sites: [], warnings: [] }; // of planCampaign
 * try {
 *   const campaign = runCampaign(plan, { testbed: 'nowhere', workdir: 'out' });
 *   for (const { site, session } of await campaign.done) console.log(site, session.outcome);
 * } catch (error) {
 *   if (error instanceof MooringError) console.log(error.code); // MOORING_ERR_TESTBED_REFUSED: no such testbed
 * }
 * ```
 */
export function runCampaign(plan: CampaignPlan, options: CampaignOptions): Campaign {
  const settings = settingsOf(options);
  settings.driver.requireAccess();
  const sites = plan.sites.map(({ site }) => site);
  for (const site of sites) refuseUnfinished(options.workdir, site);
  for (const { basis } of plan.sites) if (basis.sharedMemory !== undefined) requireSharedMemory(basis.sharedMemory);
  const runners: SiteRunner[] = [];
  try {
    for (const site of plan.sites) runners.push(SiteRunner.create(settings, site));
  } catch (error) {
    for (const runner of runners) runner.discard();
    throw error;
  }
  if (options.list !== false) noteSites(options.workdir, sites);
  return campaignOf(runners);
}

/**
 * Goes on with what an earlier process left of a site's newest unfinished run, or of the one named: `sample`
 * to finish the plan, `close` to bring home what is there and clean up, `discard` to clean up even where files
 * cannot be brought home. Throws MOORING_ERR_TWINE_RUN when there is no such run, it has ended, or its process
 * still runs.
 *
 * @example
 * ```ts
 * try {
 *   await resumeCampaign(['INDI'], 'close', { testbed: 'nowhere', workdir: 'out' }).done;
 * } catch (error) {
 *   if (error instanceof MooringError) console.log(error.code);
 * }
 * ```
 */
export function resumeCampaign(
  sites: readonly string[],
  how: 'sample' | 'close' | 'discard',
  options: Omit<CampaignOptions, 'testbed'> & {
    readonly testbed?: string | TestbedDriver;
    /** Name of its folder; the newest that has not ended when absent. */
    readonly run?: string | undefined;
  },
): Campaign {
  const runners = sites.map((site) => {
    const folder = runToResume(options.workdir, site, options.run);
    const manifest = folder.readManifest();
    if (manifest.session.outcome !== null) throw runError(site, `the run of ${site} has ended: ${manifest.run}`);
    if (manifest.version !== MANIFEST_VERSION) {
      throw runError(site, `${manifest.run} was begun by an earlier version, which alone can go on with it`);
    }
    if (manifest.session.state !== 'holding' && isAlive(manifest.orchestrator)) {
      throw runError(site, `the run ${manifest.run} of ${site} is carried out by process ${manifest.orchestrator.pid}`);
    }
    const testbed = options.testbed ?? manifest.driver.testbed;
    const capture = options.capture ?? (manifest.captureMethod as CaptureName);
    const settings = settingsOf({ ...options, testbed, capture });
    settings.driver.requireAccess();
    return SiteRunner.resume(settings, folder);
  });
  const campaign = campaignOf(runners);
  if (how !== 'sample') for (const runner of runners) runner.close();
  if (how === 'discard') {
    campaign.interrupt();
    campaign.interrupt();
  }
  return campaign;
}

function runToResume(workdir: string, site: string, run: string | undefined): RunFolder {
  const runs = RunFolder.all(workdir, site);
  if (run !== undefined) {
    const named = runs.find((folder) => folder.run === run);
    if (named) return named;
    throw runError(
      site,
      `${workdir}/${site} has no run ${run} (runs: ${runs.map((folder) => folder.run).join(', ') || 'none'})`,
    );
  }
  const [unfinished] = unfinishedRuns(workdir, site);
  const folder = runs.find((candidate) => candidate.run === unfinished?.run) ?? runs[0];
  if (!folder) throw runError(site, `${workdir}/${site} has no run with a manifest`);
  return folder;
}

/** What captures on a testbed's listeners, by name; without one the helper where they have it, else tcpdump. */
export function captureMethod(name: CaptureName | undefined, { helper, reference }: TestbedDriver): CaptureMethod {
  switch (name ?? (helper === undefined ? 'tcpdump' : 'helper')) {
    case 'helper':
      if (helper !== undefined) return helperCapture(helper);
      throw refuse({
        class: 'configuration',
        scope: 'site',
        reason: `listeners of ${reference} have no helper to capture with (${helperRemedy()}); tcpdump captures as well`,
      });
    case 'tcpdump':
      return tcpdumpCapture;
    default:
      throw new MooringError(
        ERROR.MOORING_ERR_BAD_ARGUMENT,
        `there is no way to capture called ${String(name)}; choose ${CAPTURE_NAMES.join(' or ')}`,
        { argument: 'capture' },
      );
  }
}

function settingsOf({ testbed, workdir, capture, onEvent, onGather }: CampaignOptions): RunSettings {
  const driver = typeof testbed === 'string' ? openTestbed(testbed) : testbed;
  return { driver, method: captureMethod(capture, driver), workdir, onEvent, onGather };
}

function campaignOf(runners: readonly SiteRunner[]): Campaign {
  const done = Promise.all(runners.map((runner) => runner.run()));
  return {
    done,
    interrupt() {
      for (const runner of runners) runner.interrupt();
    },
  };
}

// The originals' utilities read which sites were last used from there; so do ours.
function noteSites(workdir: string, sites: readonly string[]): void {
  makeFolder(join(workdir, 'utils'));
  writeWholeFile(join(workdir, SITES_FILE), `${sites.join(' ')}\n`);
}
