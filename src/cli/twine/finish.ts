import type { Campaign } from '../../node/twine/index.js';
import type { Manifest } from '../../twine/index.js';
import type { RunOptions } from './run-options.js';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Runs a campaign to its end, with signals meaning: bring home, clean up; again: do not archive. A campaign
 * that was to be closed and was has done what it was asked.
 */
export async function finish(
  campaign: Campaign,
  { json }: RunOptions,
  how: 'sample' | 'close' = 'sample',
): Promise<void> {
  const onSignal = (): void => campaign.interrupt();
  for (const signal of SIGNALS) process.on(signal, onSignal);
  let manifests: Manifest[];
  try {
    manifests = await campaign.done;
  } finally {
    for (const signal of SIGNALS) process.off(signal, onSignal);
  }
  if (json) process.stdout.write(`${JSON.stringify(manifests, null, 2)}\n`);
  const bad = manifests.filter(
    ({ session }) => session.outcome === 'failed' || (session.outcome === 'interrupted' && how === 'sample'),
  );
  for (const { site, session, leftovers } of manifests) {
    const why = [...session.reasons.map(({ reason }) => reason), ...leftovers].join('; ');
    process.stderr.write(`mooring: ${site}: ${session.outcome}${why === '' ? '' : `: ${why}`}\n`);
  }
  if (bad.length > 0) process.exitCode = 1;
}
