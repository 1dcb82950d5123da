// Runs when the page is built (rollup.studio.config.js), never in it.
import { ALGORITHM_SUMMARIES } from '../algorithms/index.js';
import { freezeRun, fromSimulation } from '../run/index.js';
import { BUILTIN_SENDERS, PRESETS, simulate } from '../sim/index.js';
import { fingerprint } from './share/fingerprint.js';
import { FIRST_SCENARIO, type Start } from './start.js';

/** A preset that weighs more than the page's first picture is left to the command line. */
const MOST_PRESET = 4_000;

/** What the page begins with, for a package of this version. */
export async function buildStart(version: string): Promise<Start> {
  const run = fromSimulation(simulate(FIRST_SCENARIO), { version, command: 'mooring studio' });
  const presets = PRESETS.map(({ name, description, scenario }) => ({ name, about: description, scenario }));
  return {
    scenario: FIRST_SCENARIO,
    run: await freezeRun(run),
    sha256: (await fingerprint(run)) ?? '',
    algorithms: [
      ...Object.entries(ALGORITHM_SUMMARIES).map(([name, about]) => ({ name, about })),
      ...BUILTIN_SENDERS.map((name) => ({ name, about: 'built into the simulator' })),
    ],
    presets: presets.filter(({ scenario }) => JSON.stringify(scenario).length <= MOST_PRESET),
    version,
  };
}
