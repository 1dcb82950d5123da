import type { Campaign } from '../../node/twine/index.js';
import type { Manifest } from '../../twine/index.js';
import { EXIT } from '../exit-codes.js';
import { printJson, tell } from '../output.js';
import { onSignals } from '../signals.js';
import type { RunOptions } from './run-options.js';

/**
 * Runs a campaign to its end, with signals meaning: bring home, clean up; again: do not archive. A campaign
 * that was to be closed and was has done what it was asked.
 */
export async function finish(
  campaign: Campaign,
  { json }: RunOptions,
  how: 'sample' | 'close' = 'sample',
): Promise<void> {
  const listening = onSignals(() => campaign.interrupt());
  let manifests: Manifest[];
  try {
    manifests = await campaign.done;
  } finally {
    listening.close();
  }
  if (json) await printJson(manifests);
  for (const { site, session, leftovers } of manifests) {
    const why = [...session.reasons.map(({ reason }) => reason), ...leftovers].join('; ');
    tell(`mooring: ${site}: ${session.outcome}${why === '' ? '' : `: ${why}`}`);
  }
  const outcomes = manifests.map(({ session }) => session.outcome);
  if (outcomes.includes('failed')) process.exitCode = EXIT.FAILED;
  else if (how === 'sample' && outcomes.includes('interrupted')) process.exitCode = EXIT.CUT_SHORT;
}
