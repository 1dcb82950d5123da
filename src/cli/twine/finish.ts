import { formatSize } from '../../base/index.js';
import { type Campaign, captured } from '../../node/twine/index.js';
import { type Manifest, siteStatus } from '../../twine/index.js';
import { EXIT } from '../exit-codes.js';
import { printJson, tell } from '../output.js';
import { onSignals } from '../signals.js';
import { type RunOptions, workdirOf } from './run-options.js';

/**
 * Runs a campaign to its end, with signals meaning: bring home, clean up; again: do not archive. A campaign
 * that was to be closed and was has done what it was asked; one that left something has not.
 */
export async function finish(
  campaign: Campaign,
  options: RunOptions,
  how: 'sample' | 'close' | 'discard' = 'sample',
): Promise<void> {
  const listening = onSignals(() => campaign.interrupt());
  let manifests: Manifest[];
  try {
    manifests = await campaign.done;
  } finally {
    listening.close();
  }
  if (options.json) await printJson(manifests);
  for (const manifest of manifests) for (const line of lastLines(manifest, workdirOf(options))) tell(line);
  const outcomes = manifests.map(({ session }) => session.outcome);
  const left = manifests.some(({ leftovers, session }) => leftovers.length > 0 || session.outcome === null);
  if (left || (how === 'sample' && outcomes.includes('failed'))) process.exitCode = EXIT.FAILED;
  else if (how === 'sample' && outcomes.includes('interrupted')) process.exitCode = EXIT.CUT_SHORT;
}

/** How a site's run ended, what it captured, what of it was lost, and where it is. */
function lastLines(manifest: Manifest, workdir: string): string[] {
  const { site, run, session, leftovers, archives } = manifest;
  const status = siteStatus(manifest, false);
  const why = [...session.reasons.map(({ reason }) => reason), ...leftovers].join('; ');
  const lines = [`mooring: ${site}: ${status.standing}${why === '' ? '' : `: ${why}`}`];
  lines.push(`mooring: ${site}: ${captured(status)}`);
  if (status.standing === 'held') {
    const mend = `mooring twine resume ${site} --workdir ${workdir}`;
    return [...lines, `mooring: ${site}: the files are on its listeners, which stay: free space and ${mend}`];
  }
  if (archives.length > 0) {
    const bytes = archives.reduce((sum, archive) => sum + archive.bytes, 0);
    lines.push(`mooring: ${site}: ${workdir}/${site}/${run} (${formatSize(bytes)})`);
  }
  return lines;
}
