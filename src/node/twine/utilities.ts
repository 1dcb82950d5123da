import { cpSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ERROR, formatDuration, formatSize, MooringError } from '../../base/index.js';
import {
  type ClassicSite,
  classicCompletion,
  classicErrors,
  formatLoss,
  type SiteStatus,
  siteStatus,
} from '../../twine/index.js';
import { fileFailure, makeFolder, ownPartOf, writeWholeFile } from '../files/index.js';
import { isAlive } from '../process/index.js';
import { SITES_FILE } from './campaign.js';
import { readRefusal } from './refusal.js';
import { RunFolder } from './run-folder.js';

/** A site of the last experiment: what its manifest says, or why there is none to ask. */
export interface SiteReport {
  readonly site: string;
  readonly status?: SiteStatus | undefined;
  readonly failure?: string | undefined;
}

/** The sites of the last experiment in `workdir`, as `sites_used_last_experiment` has them. */
export function lastSites(workdir: string): string[] {
  try {
    return readFileSync(join(workdir, SITES_FILE), 'utf8')
      .split(/\s+/)
      .filter((site) => site !== '');
  } catch {
    throw new MooringError(
      ERROR.MOORING_ERR_TWINE_RUN,
      `${join(workdir, SITES_FILE)} is not there: no experiment was run in ${workdir}`,
      { workdir },
    );
  }
}

/** How the newest run of each site stands, read from its manifest. */
export function reportSites(workdir: string, sites: readonly string[] = lastSites(workdir)): SiteReport[] {
  return sites.map((site) => {
    const refusal = readRefusal(workdir, site);
    if (refusal !== undefined) return { site, failure: refusal };
    const folder = RunFolder.latest(workdir, site);
    if (!folder) return { site, failure: 'no run with a manifest' };
    try {
      const manifest = folder.readManifest();
      return { site, status: siteStatus(manifest, isAlive(manifest.orchestrator), Date.now() * 1000) };
    } catch (error) {
      return { site, failure: (error as Error).message };
    }
  });
}

/** check_completion, in its own words. */
export function completionText(workdir: string, reports: readonly SiteReport[]): string {
  return classicCompletion(reports.map((report) => classicSite(workdir, report)));
}

/** check_errors, in its own words. */
export function errorsText(workdir: string, reports: readonly SiteReport[]): string {
  return classicErrors(reports.map((report) => classicSite(workdir, report)));
}

/** What combining results gave. */
export interface Combined {
  readonly folder: string;
  readonly bytes: number;
  readonly sites: Readonly<Record<string, number>>;
  readonly summary: string;
}

/** combine_results: the latest run of each site in one new folder, with a summary. Refuses a folder that is there. */
export function combineResults(workdir: string, target: string, reports: readonly SiteReport[]): Combined {
  if (existsSync(target)) {
    throw new MooringError(ERROR.MOORING_ERR_BAD_ARGUMENT, `Directory ${target} already exists. Exiting`, {
      argument: 'directory',
    });
  }
  // Under another name until all of it is there: a folder cut short is not taken for the results.
  const part = ownPartOf(target);
  makeFolder(part);
  try {
    const combined = copyRuns(workdir, target, part, reports);
    renameSync(part, target);
    return combined;
  } catch (error) {
    rmSync(part, { recursive: true, force: true });
    throw fileFailure(ERROR.MOORING_ERR_FILE_UNWRITABLE, target, error);
  }
}

function copyRuns(workdir: string, target: string, part: string, reports: readonly SiteReport[]): Combined {
  const sizes: Record<string, number> = {};
  for (const { site } of reports) {
    const latest = join(workdir, site, 'latest_run');
    if (!existsSync(latest)) continue;
    cpSync(latest, join(part, site), { recursive: true });
    const log = join(workdir, site, 'startup_log.txt');
    if (existsSync(log)) cpSync(log, join(part, site, 'startup_log.txt'));
    sizes[site] = sizeOf(join(part, site));
  }
  const summary = `${basename(target)}_summary.txt`;
  const bytes = Object.values(sizes).reduce((sum, size) => sum + size, 0);
  writeWholeFile(
    join(part, summary),
    [
      completionText(workdir, reports).trimEnd(),
      '----- TOTAL COMBINED SIZE --------',
      `${short(bytes)}\t.`,
      '---- SITE SPECIFIC SIZE ---------',
      ...Object.entries(sizes).map(([site, size]) => `${short(size)}\t${site}`),
      '',
    ].join('\n'),
  );
  return { folder: target, bytes, sites: sizes, summary: join(target, summary) };
}

const MEND = {
  abandoned: 'its process is gone; go on with it, or clean up with --close',
  held: 'its files are safe on the listeners; free space and bring them home',
} as const;

/** What a run captured and what of it was lost, as a line. */
export function captured({ captures, loss, standing }: SiteStatus): string {
  if (captures.complete + captures.partial + captures.failed === 0) {
    return standing === 'abandoned' || standing === 'in progress' ? 'nothing counted yet' : 'nothing was captured';
  }
  return `${loss.filePackets} packets in files; ${formatLoss(loss) ?? 'no mirrored frame was lost'}`;
}

/** A report for people. */
export function formatReport({ site, status, failure }: SiteReport): string {
  if (!status) return `${site}: ${failure}`;
  const { windows, captures, standing, now } = status;
  const lines = [
    `${site}: ${status.standing} (${status.state}), ${windows.done} of ${windows.planned} windows, captures: ${captures.complete} complete, ${captures.partial} partial, ${captures.failed} failed`,
    ...(now
      ? [
          `  ${now.ports.length > 0 ? `listening to ${now.ports.join(', ')}` : 'not listening'}; about ${formatDuration(1e6 * Math.ceil(now.leftS))} left`,
        ]
      : []),
    `  ${captured(status)}`,
    ...status.reasons.map((reason) => `  because: ${reason}`),
    ...status.leftovers.map((leftover) => `  left: ${leftover}`),
    ...status.archives.map(({ path, bytes }) => `  ${status.run}/${path} (${formatSize(bytes)})`),
    ...(standing === 'abandoned' || standing === 'held'
      ? [`  mend: ${MEND[standing]} (mooring twine resume ${site})`]
      : []),
  ];
  return lines.join('\n');
}

function classicSite(workdir: string, { site, status }: SiteReport): ClassicSite {
  let log: string[] | undefined;
  try {
    log = readFileSync(join(workdir, site, 'startup_log.txt'), 'utf8')
      .trimEnd()
      .split('\n');
  } catch {
    log = undefined;
  }
  return { site, standing: status?.standing ?? 'abandoned', log };
}

function sizeOf(path: string): number {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.size;
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0);
}

// As du -sh writes sizes: 4.0K, 12M.
function short(bytes: number): string {
  let value = Math.max(1, bytes / 1024);
  let unit = 0;
  while (value >= 1024) {
    value /= 1024;
    unit += 1;
  }
  return `${value < 10 ? (Math.ceil(value * 10) / 10).toFixed(1) : Math.ceil(value)}${'KMGT'[unit]}`;
}
