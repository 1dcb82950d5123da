import { fileURLToPath } from 'node:url';
import type { AgentOptions } from '../../agent/index.js';
import { ALGORITHMS, type Algorithm, isAlgorithmName } from '../../algorithms/index.js';
import { ERROR, MooringError, plainError } from '../../base/index.js';
import { importFile } from '../modules/index.js';

/** Algorithms by name and the one for flows that ask for none. */
export type AlgorithmSet = Pick<AgentOptions, 'algorithms' | 'default'>;

/** Where a thread finds its algorithms: the name of one of the package's, or a module's URL. */
export type AlgorithmReference = { readonly builtin: string } | { readonly module: string };

/**
 * One algorithm, several by name, the name of one of the package's, or the URL of a module to run in workers.
 */
export type AlgorithmSource = Algorithm | Readonly<Record<string, Algorithm>> | string | URL;

/**
 * The algorithms behind a reference. A module, JavaScript or TypeScript, gives its exports that are
 * algorithms, under their names; flows that ask for none get the default export, else the first. Throws
 * MOORING_ERR_AGENT_UNKNOWN_ALGORITHM and MOORING_ERR_AGENT_NO_MODULE.
 */
export async function loadAlgorithms(reference: AlgorithmReference): Promise<AlgorithmSet> {
  if ('builtin' in reference) return builtin(reference.builtin);
  const { module } = reference;
  let exported: Record<string, unknown>;
  try {
    exported = await (module.startsWith('file:') ? importFile(fileURLToPath(module)) : import(module));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    const message = cause instanceof MooringError ? why : `${module} cannot be loaded: ${why}`;
    throw new MooringError(ERROR.MOORING_ERR_AGENT_NO_MODULE, message, { module }, cause);
  }
  const algorithms = Object.entries(exported).filter((entry): entry is [string, Algorithm] => isAlgorithm(entry[1]));
  if (algorithms.length === 0) {
    throw new MooringError(
      ERROR.MOORING_ERR_AGENT_NO_MODULE,
      `${module} exports no algorithm: export a class with onReport, such as one that extends AlgBase.`,
      { module, exports: Object.keys(exported) },
    );
  }
  const chosen = algorithms.find(([name]) => name === 'default') ?? algorithms[0]!;
  return { algorithms: Object.fromEntries(algorithms), default: chosen[0] };
}

/** Waits until every algorithm of a set is ready. What one throws is MOORING_ERR_AGENT_NO_MODULE. */
export async function makeReady({ algorithms }: AlgorithmSet): Promise<void> {
  for (const [name, algorithm] of Object.entries(algorithms)) {
    try {
      await algorithm.ready?.();
    } catch (cause) {
      const { message } = plainError(cause);
      throw new MooringError(ERROR.MOORING_ERR_AGENT_NO_MODULE, `${name}.ready() failed: ${message}`, { name }, cause);
    }
  }
}

/** Whether a value can be given to an agent: a class or an object in the contract's shape. */
export function isAlgorithm(value: unknown): value is Algorithm {
  if (typeof value === 'function') return typeof value.prototype?.onReport === 'function';
  return typeof value === 'object' && value !== null && 'newFlow' in value && typeof value.newFlow === 'function';
}

/** What `connect` was given, as what a thread can run or load. Throws MOORING_ERR_AGENT_UNKNOWN_ALGORITHM. */
export function referenceOf(source: AlgorithmSource): AlgorithmReference | AlgorithmSet {
  if (typeof source === 'function' && !isAlgorithm(source)) {
    const name = nameOf(source);
    throw new MooringError(
      ERROR.MOORING_ERR_AGENT_UNKNOWN_ALGORITHM,
      `${name} is no algorithm: give it an onReport(report), or a class that has one, such as one that extends AlgBase.`,
      { name },
    );
  }
  if (source instanceof URL) return { module: source.href };
  if (typeof source === 'string') return { builtin: source };
  return isAlgorithm(source) ? { algorithms: { [nameOf(source)]: source } } : { algorithms: source };
}

function nameOf(algorithm: Algorithm): string {
  return (typeof algorithm === 'function' && algorithm.name) || 'algorithm';
}

function builtin(name: string): AlgorithmSet {
  if (isAlgorithmName(name)) return { algorithms: { [name]: ALGORITHMS[name] }, default: name };
  const known = Object.keys(ALGORITHMS);
  throw new MooringError(
    ERROR.MOORING_ERR_AGENT_UNKNOWN_ALGORITHM,
    `No algorithm is called ${name}; there are ${known.join(', ')}, or give the path of a module.`,
    { name, known },
  );
}
