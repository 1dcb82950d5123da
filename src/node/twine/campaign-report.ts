import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { ERROR, MooringError } from '../../base/index.js';
import { type CampaignReport, campaignReport, reportPage } from '../../twine/index.js';
import { fileFailure, makeFolder, writeWholeFile } from '../files/index.js';
import { openRun, type TwineRun } from './open-run.js';
import { RunFolder } from './run-folder.js';
import { readTraffic } from './traffic.js';

/**
 * What campaigns left at `paths`: a run folder, a run's archive, a site's folder, a WORKDIR or combined results,
 * whose sites are taken together. Throws MOORING_ERR_TWINE_RUN where there is no run.
 */
export async function reportCampaign(
  paths: readonly string[],
  { files = true }: { readonly files?: boolean } = {},
): Promise<CampaignReport> {
  const runs = (await Promise.all(paths.map(runsAt))).flat();
  const told = [];
  for (const run of runs) told.push({ manifest: run.manifest, traffic: files ? await readTraffic(run) : undefined });
  return campaignReport(told);
}

/** Writes a report as one HTML page. Throws MOORING_ERR_FILE_UNWRITABLE. */
export function writeCampaignReport(path: string, report: CampaignReport): void {
  try {
    makeFolder(dirname(path));
    writeWholeFile(path, reportPage(report));
  } catch (cause) {
    throw fileFailure(ERROR.MOORING_ERR_FILE_UNWRITABLE, path, cause);
  }
}

async function runsAt(path: string): Promise<TwineRun[]> {
  const run = await openRun(path);
  if (run) return [run];
  const sites = existsSync(path) && statSync(path).isDirectory() ? readdirSync(path).sort() : [];
  const runs = (await Promise.all(sites.map(async (site) => await siteRun(join(path, site))))).flatMap(
    (one) => one ?? [],
  );
  if (runs.length > 0) return runs;
  throw new MooringError(ERROR.MOORING_ERR_TWINE_RUN, `${path} holds no run of a campaign`, { path });
}

async function siteRun(path: string): Promise<TwineRun | undefined> {
  if (!statSync(path).isDirectory()) return undefined;
  // One that has not ended has nothing in latest_run.
  return (await openRun(path)) ?? (await openRun(RunFolder.latest(dirname(path), basename(path))?.path ?? path));
}
