import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ERROR, MooringError } from '../../base/index.js';
import { type Manifest, parseManifest } from '../../twine/index.js';
import { makeFolder } from '../files/index.js';
import { isAlive, tryLock } from '../process/index.js';
import { RunFolder } from './run-folder.js';

/** How every manifest of a run that has not ended has it; see formatManifest. */
const UNFINISHED = '"outcome": null';

/**
 * Does `begin` while no other campaign begins at the site in this folder, and only when none of the site's runs
 * there is under way or was left unfinished: what it holds would be nobody's. Throws MOORING_ERR_TWINE_RUN.
 */
export function claimSite<T>(workdir: string, site: string, begin: () => T): T {
  const folder = join(workdir, site);
  makeFolder(folder);
  const release = tryLock(join(folder, '.lock'));
  if (!release) throw runError(site, `another campaign is beginning at ${site} in ${workdir} at this moment`);
  try {
    refuseUnfinished(workdir, site);
    return begin();
  } finally {
    release();
  }
}

/** Throws MOORING_ERR_TWINE_RUN while a run of the site is under way or was left unfinished, saying what to do about it. */
export function refuseUnfinished(workdir: string, site: string): void {
  const [other] = unfinishedRuns(workdir, site);
  if (other) throw runError(site, whyNot(other, workdir));
}

/** Runs of a site that have not ended, newest first. */
export function unfinishedRuns(workdir: string, site: string): Manifest[] {
  return RunFolder.all(workdir, site).flatMap((folder) => {
    try {
      const text = readFileSync(join(folder.path, 'manifest.json'), 'utf8');
      if (!text.includes(UNFINISHED)) return [];
      const manifest = parseManifest(text);
      return manifest.session.outcome === null ? [manifest] : [];
    } catch {
      // One that cannot be read says nothing of a run.
      return [];
    }
  });
}

/** A refusal about runs of a site. */
export function runError(site: string, message: string): MooringError {
  return new MooringError(ERROR.MOORING_ERR_TWINE_RUN, message, { site });
}

function whyNot({ site, run, orchestrator, session }: Manifest, workdir: string): string {
  const resume = `mooring twine resume ${site} --run ${run} --workdir ${workdir}`;
  if (session.state === 'holding') {
    return `${run} of ${site} could not bring its files home and holds them on its listeners: free space and ${resume}`;
  }
  if (isAlive(orchestrator)) {
    return `${run} of ${site} is under way in process ${orchestrator.pid}: wait, end it with Ctrl-C, or take another --workdir`;
  }
  const path = resolve(workdir, site, run);
  return `${run} of ${site} was left unfinished: ${resume} (with --close to clean up alone), or remove ${path} if its testbed is gone`;
}
