import { type Json, JsonDecodeError, loads } from '../python/index.js';
import { graphFailure } from './failure.js';
import { LIMITS } from './limits.js';
import { GraphBuilder, type PropertyGraph, type PropertyValue } from './property-graph.js';

type Members = { readonly [name: string]: Json };

/**
 * Reads node-link JSON (JSON_NODELINK of the orchestrator). Newer servers call the edges `edges`, older ones `links`.
 *
 * @throws MooringError ERROR.FABRIC_GRAPH where the text is not such JSON or beyond the bounds.
 */
export function readNodeLink(text: string): PropertyGraph {
  if (text.length > LIMITS.textChars) throw graphFailure('it is longer than 32 Mi characters');
  const whole = members(parsed(text), 'the text');
  const edges = whole['edges'] ?? whole['links'];
  if (edges === undefined) throw graphFailure('it has neither "edges" nor "links"');
  const graph = new GraphBuilder(whole['directed'] === true);
  for (const [at, each] of list(whole['nodes'], 'nodes').entries()) {
    const node = members(each, `nodes[${at}]`);
    graph.addNode(name(node['id'], `nodes[${at}].id`), properties(node, ['id']));
  }
  for (const [at, each] of list(edges, 'edges').entries()) {
    const edge = members(each, `edges[${at}]`);
    graph.addEdge(
      name(edge['source'], `edges[${at}].source`),
      name(edge['target'], `edges[${at}].target`),
      properties(edge, ['source', 'target', 'key']),
    );
  }
  if (graph.size > LIMITS.elements) throw graphFailure(`it has more than ${LIMITS.elements} elements`);
  return graph.build();
}

function parsed(text: string): Json {
  try {
    return loads(text);
  } catch (error) {
    if (error instanceof JsonDecodeError) throw graphFailure(`it is not JSON: ${error.message}`);
    throw error;
  }
}

function members(value: Json | undefined, what: string): Members {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) throw graphFailure(`${what} is no object`);
  return value as Members;
}

function list(value: Json | undefined, what: string): readonly Json[] {
  if (!Array.isArray(value)) throw graphFailure(`${what} is no list`);
  return value as readonly Json[];
}

function name(value: Json | undefined, what: string): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint') return String(value);
  throw graphFailure(`${what} is no name`);
}

// A property that is null is not set; a structure, which no server writes, is kept as its JSON.
function properties(all: Members, except: readonly string[]): Map<string, PropertyValue> {
  const kept = new Map<string, PropertyValue>();
  for (const [key, value] of Object.entries(all)) {
    if (except.includes(key) || value === null) continue;
    kept.set(key, typeof value === 'object' ? JSON.stringify(value) : value);
  }
  return kept;
}
