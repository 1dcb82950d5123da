import { MooringError } from '../../base/index.js';
import { ERROR } from '../../generated/errors.js';
import { type PropertyGraph, readGraphml, readNodeLink } from '../graph/index.js';
import { repr } from '../python/index.js';
import { Refused } from './refused.js';

/**
 * Reads a graph as the orchestrator's importer does: GraphML, or node-link JSON with `edges`; one GraphID on every
 * node.
 *
 * @param file the name the server gave the text, which its message repeats.
 * @throws Refused with FIM's text.
 */
export function importGraph(text: string, file: string): PropertyGraph {
  const graph = readAny(text);
  if (graph === undefined || graph.nodes.length === 0) {
    throw new Refused(`Error [Unable to read graph ${file}] importing graph`);
  }
  const ids = new Set(graph.nodes.map(({ properties }) => properties.get('GraphID')));
  if (ids.has(undefined)) throw new Refused('Error [Graph does not contain GraphID property] importing graph');
  if (ids.size > 1) {
    const set = `{${[...ids].map((id) => repr(id as string)).join(', ')}}`;
    throw new Refused(`Error [Graph contains more than one GraphID: ${set}] importing graph`);
  }
  return graph;
}

function readAny(text: string): PropertyGraph | undefined {
  try {
    // The importer's networkx takes the newer name only.
    if (text.trimStart().startsWith('{')) return /"edges"\s*:/.test(text) ? readNodeLink(text) : undefined;
    return readGraphml(text, { entities: 'expand' });
  } catch (error) {
    if (error instanceof MooringError && error.code === ERROR.MOORING_ERR_FABRIC_GRAPH) return undefined;
    throw error;
  }
}
