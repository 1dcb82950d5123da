import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { classicRefusal, type Notice } from '../../twine/index.js';
import { makeFolder, writeWholeFile } from '../files/index.js';
import { unfinishedRuns } from './claim.js';
import { REFUSAL_FILE } from './run-folder.js';

/** Leaves word at a site whose campaign was refused, so that nobody takes its last run for this one. */
export function writeRefusal(workdir: string, site: string, refusals: readonly Notice[]): void {
  const siteFolder = join(workdir, site.toUpperCase());
  // A run that has not ended has log and listing there.
  if (unfinishedRuns(workdir, site.toUpperCase()).length > 0) return;
  makeFolder(siteFolder);
  writeWholeFile(join(siteFolder, REFUSAL_FILE), `${JSON.stringify(refusals, null, 1)}\n`);
  writeWholeFile(join(siteFolder, 'startup_log.txt'), `${classicRefusal(site.toUpperCase(), refusals).join('\n')}\n`);
}

/** Why a site's last campaign was refused, if it was. */
export function readRefusal(workdir: string, site: string): string | undefined {
  try {
    const refusals = JSON.parse(readFileSync(join(workdir, site, REFUSAL_FILE), 'utf8')) as Notice[];
    return `refused: ${refusals.map(({ message }) => message).join('; ')}`;
  } catch {
    return undefined;
  }
}
