import { dirname, resolve } from 'node:path';
import { ALGORITHMS } from '../../algorithms/index.js';
import { ERROR, MooringError } from '../../base/index.js';
import { BUILTIN_SENDERS, type Scenario } from '../../sim/index.js';
import { readJsonFile, readTextFile } from '../files/index.js';
import { isAlgorithmPath, loadAlgorithmFile } from './algorithm-file.js';

/**
 * Reads a scenario from a JSON file. What it names by path (algorithms, traces) is reckoned from the
 * file's own folder and comes back as absolute paths.
 * Throws MOORING_ERR_FILE_UNREADABLE.
 */
export function readScenarioFile(path: string): Scenario {
  return absolute(readJsonFile(path) as Scenario, dirname(resolve(path)));
}

/**
 * The scenario with what it names loaded: algorithm modules become classes, trace files stamps.
 * The scenario before this is plain JSON and can travel to another thread.
 */
export async function loadScenario(scenario: Scenario): Promise<Scenario> {
  const flows = Array.isArray(scenario.flows)
    ? await Promise.all(
        scenario.flows.map(async (flow, at) => ({ ...flow, algorithm: await load(flow.algorithm, at) })),
      )
    : scenario.flows;
  if (!Array.isArray(scenario.links)) return { ...scenario, flows };
  const links = scenario.links.map((link) =>
    typeof link?.trace === 'string' ? { ...link, trace: readTrace(link.trace) } : link,
  );
  return { ...scenario, flows, links };
}

type AlgorithmField = Scenario['flows'][number]['algorithm'];

async function load(algorithm: AlgorithmField, at: number): Promise<AlgorithmField> {
  if (typeof algorithm !== 'string') return algorithm;
  if (Object.hasOwn(ALGORITHMS, algorithm) || BUILTIN_SENDERS.includes(algorithm)) return algorithm;
  if (isAlgorithmPath(algorithm)) return loadAlgorithmFile(algorithm);
  const known = [...Object.keys(ALGORITHMS), ...BUILTIN_SENDERS];
  throw new MooringError(
    ERROR.MOORING_ERR_AGENT_UNKNOWN_ALGORITHM,
    `flows[${at}].algorithm: no algorithm is called ${JSON.stringify(algorithm)}: there are ${known.join(', ')}, or give the path of a module`,
    { name: algorithm, known, path: ['flows', at, 'algorithm'] },
  );
}

/** mahimahi's format: one whole number of milliseconds a line, ascending. */
function readTrace(path: string): number[] {
  const refuse = (why: string): MooringError =>
    new MooringError(ERROR.MOORING_ERR_SIM_BAD_SCENARIO, `${path}: ${why}`, { path });
  const text = readTextFile(path);
  const stamps = text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    if (!/^\s*\d+\s*$/.test(line)) throw refuse(`line ${index + 1} is not a number of milliseconds`);
    return [Number(line)];
  });
  if (stamps.length === 0) throw refuse('the trace is empty');
  return stamps;
}

function absolute(scenario: Scenario, folder: string): Scenario {
  if (scenario === null || typeof scenario !== 'object') return scenario;
  const flows = Array.isArray(scenario.flows)
    ? scenario.flows.map((flow) =>
        typeof flow?.algorithm === 'string' &&
        isAlgorithmPath(flow.algorithm) &&
        !Object.hasOwn(ALGORITHMS, flow.algorithm)
          ? { ...flow, algorithm: resolve(folder, flow.algorithm) }
          : flow,
      )
    : scenario.flows;
  if (!Array.isArray(scenario.links)) return { ...scenario, flows };
  const links = scenario.links.map((link) =>
    typeof link?.trace === 'string' ? { ...link, trace: resolve(folder, link.trace) } : link,
  );
  return { ...scenario, flows, links };
}
