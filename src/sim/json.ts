import { algorithmName } from './controller.js';
import type { SimulationResult } from './result.js';

/** A {@link SimulationResult} as JSON holds it: columns are arrays, algorithm classes their names. */
export type ResultJson = Record<string, unknown>;

/**
 * The result as plain JSON values. Without `series` the columns over time and the distributions
 * stay out.
 *
 * @example
 * ```ts
 * const result = simulate({ flows: [{ algorithm: 'builtin:reno' }], duration: '5s' });
 * JSON.stringify(resultToJson(result, { series: false }));
 * ```
 */
export function resultToJson(result: SimulationResult, options: { series: boolean }): ResultJson {
  const { series, cdfs, ...rest } = plainResult(result);
  return plain(options.series ? { ...rest, series, cdfs } : rest) as ResultJson;
}

/**
 * The result with algorithms as names, so that it can go to another thread. Columns stay as they are.
 *
 * @example
 * ```ts
 * const result = simulate({ flows: [{ algorithm: Aimd }], duration: '5s' });
 * structuredClone(plainResult(result)).scenario.flows[0]?.algorithm; // { kind: 'ccp', algorithm: 'Aimd' }
 * ```
 */
export function plainResult(result: SimulationResult): SimulationResult {
  const flows = result.scenario.flows.map((group) =>
    group.algorithm.kind === 'ccp'
      ? { ...group, algorithm: { kind: 'ccp' as const, algorithm: algorithmName(group.algorithm.algorithm) } }
      : group,
  );
  return { ...result, scenario: { ...result.scenario, flows } };
}

function plain(value: unknown): unknown {
  if (value instanceof Float64Array) return Array.from(value);
  if (Array.isArray(value)) return value.map(plain);
  if (value !== null && typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
  return value;
}
