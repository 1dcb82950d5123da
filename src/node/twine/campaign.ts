import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ERROR, MooringError } from '../../base/index.js';
import {
  type CampaignPlan,
  MANIFEST_VERSION,
  type Manifest,
  type ManifestEvent,
  type SessionData,
} from '../../twine/index.js';
import { helperRemedy } from '../install/index.js';
import { isAlive } from '../process/index.js';
import { openTestbed, refuse, type TestbedDriver } from '../testbed/index.js';
import type { CaptureMethod } from './capture-method.js';
import type { GatherProgress } from './gather.js';
import { helperCapture } from './helper-capture.js';
import { RunFolder } from './run-folder.js';
import { type RunSettings, SiteRunner } from './runner.js';
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
 * Carries a plan out: one session a site, side by side. Needs root for a testbed on this machine.
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
  if (options.list !== false) {
    noteSites(
      options.workdir,
      plan.sites.map(({ site }) => site),
    );
  }
  return campaignOf(plan.sites.map((site) => SiteRunner.create(settings, site)));
}

/**
 * Goes on with what an earlier process left of a site's newest run: `sample` to finish the plan,
 * `close` to bring home what is there and clean up. Throws MOORING_ERR_TWINE_RUN when there is no
 * such run, it has ended, or its process still runs.
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
  how: 'sample' | 'close',
  options: Omit<CampaignOptions, 'testbed'> & { readonly testbed?: string | TestbedDriver },
): Campaign {
  const runners = sites.map((site) => {
    const folder = RunFolder.latest(options.workdir, site);
    const manifest = folder?.readManifest();
    if (!folder || !manifest) throw runError(site, `${options.workdir}/${site} has no run with a manifest`);
    if (manifest.session.outcome !== null) throw runError(site, `the newest run of ${site} has ended: ${manifest.run}`);
    if (manifest.version !== MANIFEST_VERSION) {
      throw runError(site, `${manifest.run} was begun by an earlier version, which alone can go on with it`);
    }
    if (isAlive(manifest.orchestrator)) {
      throw runError(site, `the newest run of ${site} is carried out by process ${manifest.orchestrator.pid}`);
    }
    const testbed = options.testbed ?? manifest.driver.testbed;
    const capture = options.capture ?? (manifest.captureMethod as CaptureName);
    return SiteRunner.resume(settingsOf({ ...options, testbed, capture }), folder);
  });
  const campaign = campaignOf(runners);
  if (how === 'close') campaign.interrupt();
  return campaign;
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
  mkdirSync(join(workdir, 'utils'), { recursive: true });
  writeFileSync(join(workdir, SITES_FILE), `${sites.join(' ')}\n`);
}

function runError(site: string, message: string): MooringError {
  return new MooringError(ERROR.MOORING_ERR_TWINE_RUN, message, { site });
}
