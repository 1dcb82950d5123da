import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { ALGORITHMS } from '../../algorithms/index.js';
import { ERROR, MooringError } from '../../base/index.js';
import { BUILTIN_SENDERS, isTraceName, linkTrace, type Scenario, TRACES } from '../../sim/index.js';
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
    typeof link?.trace === 'string' ? { ...link, trace: stampsOf(link.trace) } : link,
  );
  return { ...scenario, flows, links };
}

/** Whether all algorithms of a scenario are the package's own, by name: they return, and print nothing. */
export function hasOnlyOwnAlgorithms({ flows }: Scenario): boolean {
  return Array.isArray(flows) && flows.every((flow) => typeof flow?.algorithm === 'string' && isOwn(flow.algorithm));
}

function isOwn(algorithm: string): boolean {
  return Object.hasOwn(ALGORITHMS, algorithm) || BUILTIN_SENDERS.includes(algorithm);
}

type AlgorithmField = Scenario['flows'][number]['algorithm'];

async function load(algorithm: AlgorithmField, at: number): Promise<AlgorithmField> {
  if (typeof algorithm !== 'string') return algorithm;
  if (isOwn(algorithm)) return algorithm;
  if (isAlgorithmPath(algorithm)) return loadAlgorithmFile(algorithm);
  const known = [...Object.keys(ALGORITHMS), ...BUILTIN_SENDERS];
  throw new MooringError(
    ERROR.MOORING_ERR_AGENT_UNKNOWN_ALGORITHM,
    `flows[${at}].algorithm: no algorithm is called ${JSON.stringify(algorithm)}: there are ${known.join(', ')}, or give the path of a module`,
    { name: algorithm, known, path: ['flows', at, 'algorithm'] },
  );
}

/** Those of a process of ours, by its name, or of a file. */
function stampsOf(trace: string): number[] {
  if (isTraceName(trace)) return linkTrace(trace);
  if (!existsSync(trace) && !trace.includes('/')) {
    const names = TRACES.map(({ name }) => name).join(', ');
    throw new MooringError(
      ERROR.MOORING_ERR_FILE_UNREADABLE,
      `${trace}: there is no such file, and the traces by name are ${names}`,
      { path: trace },
    );
  }
  return readTrace(trace);
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
    typeof link?.trace === 'string' && !isTraceName(link.trace)
      ? { ...link, trace: resolve(folder, link.trace) }
      : link,
  );
  return { ...scenario, flows, links };
}
