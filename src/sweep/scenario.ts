import type { Scenario } from '../sim/index.js';
import type { Sweep } from './model.js';
import { applyOverrides, OVERRIDES, type Overrides } from './overrides.js';

const NAMES: ReadonlySet<string> = new Set(OVERRIDES);
const CODE = /\.(?:[cm]?[jt]s|ccp)$/;

/** Why no run of it can be made again; undefined where each can. */
export function whyNoScenario({ base, keys }: Sweep): string | undefined {
  if (base === null)
    return 'these results do not say of which scenario they are: open results.parquet, or the folder with its sweep.json';
  const strange = keys.find(({ name }) => !NAMES.has(name));
  return strange ? `"${strange.name}" is nothing that a scenario is changed by` : undefined;
}

/**
 * The scenario of one run: the sweep's with what was varied for it, and its seed. Throws MOORING_ERR_BAD_ARGUMENT for a value
 * that is none.
 */
export function scenarioOfRun({ base, keys, seeds }: Sweep, run: number): Scenario {
  const chosen = Object.fromEntries(keys.map(({ name, values, places }) => [name, values[places[run]!]!]));
  const { seed: _, ...rest } = chosen as Overrides;
  const scenario = applyOverrides(base!, rest);
  const seed = seeds[run]!;
  return Number.isNaN(seed) ? scenario : { ...scenario, seed };
}

/** Files that a scenario names by path, by their last names; a trace that the simulator has by name is none. */
export function needsFiles(
  { flows, links = [] }: Scenario,
  isTraceName: (trace: string) => boolean,
): {
  readonly code: readonly string[];
  readonly traces: readonly string[];
} {
  const lastNames = (paths: readonly string[]): string[] => [
    ...new Set(paths.map((path) => path.split(/[\\/]/).at(-1)!)),
  ];
  return {
    code: lastNames(
      flows.flatMap(({ algorithm }) => (typeof algorithm === 'string' && CODE.test(algorithm) ? [algorithm] : [])),
    ),
    traces: lastNames(links.flatMap(({ trace }) => (typeof trace === 'string' && !isTraceName(trace) ? [trace] : []))),
  };
}
