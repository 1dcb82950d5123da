import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ERROR, formatSize, MooringError } from '../../base/index.js';
import {
  type ClassicSite,
  classicCompletion,
  classicErrors,
  formatLoss,
  type SiteStatus,
  siteStatus,
} from '../../twine/index.js';
import { isAlive } from '../process/index.js';
import { SITES_FILE } from './campaign.js';
import { RunFolder, readRefusal } from './run-folder.js';

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
      return { site, status: siteStatus(manifest, isAlive(manifest.orchestrator)) };
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
  mkdirSync(target, { recursive: true });
  const sizes: Record<string, number> = {};
  for (const { site } of reports) {
    const latest = join(workdir, site, 'latest_run');
    if (!existsSync(latest)) continue;
    cpSync(latest, join(target, site), { recursive: true });
    const log = join(workdir, site, 'startup_log.txt');
    if (existsSync(log)) cpSync(log, join(target, site, 'startup_log.txt'));
    sizes[site] = sizeOf(join(target, site));
  }
  const summary = join(target, `${basename(target)}_summary.txt`);
  const bytes = Object.values(sizes).reduce((sum, size) => sum + size, 0);
  writeFileSync(
    summary,
    [
      completionText(workdir, reports).trimEnd(),
      '----- TOTAL COMBINED SIZE --------',
      `${short(bytes)}\t.`,
      '---- SITE SPECIFIC SIZE ---------',
      ...Object.entries(sizes).map(([site, size]) => `${short(size)}\t${site}`),
      '',
    ].join('\n'),
  );
  return { folder: target, bytes, sites: sizes, summary };
}

/** A report for people. */
export function formatReport({ site, status, failure }: SiteReport): string {
  if (!status) return `${site}: ${failure}`;
  const { windows, captures, loss } = status;
  const lines = [
    `${site}: ${status.standing} (${status.state}), ${windows.done} of ${windows.planned} windows, captures: ${captures.complete} complete, ${captures.partial} partial, ${captures.failed} failed`,
    `  ${loss.filePackets} packets in files; ${formatLoss(loss) ?? 'no mirrored frame was lost'}`,
    ...status.reasons.map((reason) => `  because: ${reason}`),
    ...status.leftovers.map((leftover) => `  left: ${leftover}`),
    ...status.archives.map(({ path, bytes }) => `  ${status.run}/${path} (${formatSize(bytes)})`),
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
