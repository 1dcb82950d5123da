import type { GraphNode, PropertyGraph } from '../graph/index.js';
import {
  INNER_SERVICES,
  PROVISIONED_SERVICES,
  Refused,
  readSliver,
  type SliceGraph,
  type Sliver,
} from '../model/index.js';
import { dumps, type Json } from '../python/index.js';
import { instanceFor } from './instances.js';

type Shown = { [name: string]: Json };

/** A sliver with everything inside it, as answers show it. */
export function shownNode(slice: SliceGraph, node: GraphNode): Shown {
  const sliver = readSliver('node', node.properties);
  const shown: Shown = Object.fromEntries(sliver.written);
  const components = slice.neighbours(node, 'has', 'Component').map((each) => shownComponent(slice, each));
  const services = slice.neighbours(node, 'has', 'NetworkService').map((each) => shownService(slice, each));
  if (components.length > 0) shown['components'] = byName(components);
  if (services.length > 0) shown['network_services'] = byName(services);
  return shown;
}

// What carries one name twice is there once.
function byName(all: readonly Shown[]): Json {
  return [...new Map(all.map((each) => [each['Name'], each])).values()];
}

function shownComponent(slice: SliceGraph, node: GraphNode): Shown {
  const sliver = readSliver('component', node.properties);
  if (sliver.type === undefined) throw new Refused('');
  const services = slice.neighbours(node, 'has', 'NetworkService').map((each) => shownService(slice, each));
  return {
    ...Object.fromEntries(sliver.written),
    ...(services.length > 0 ? { network_services: byName(services) } : {}),
  };
}

export function shownService(slice: SliceGraph, node: GraphNode): Shown {
  const sliver = readSliver('service', node.properties);
  const ports = slice.neighbours(node, 'connects', 'ConnectionPoint').map((port) => shownPort(slice, port));
  return { ...Object.fromEntries(sliver.written), ...(ports.length > 0 ? { interfaces: byName(ports) } : {}) };
}

function shownPort(slice: SliceGraph, node: GraphNode): Shown {
  const sliver = readSliver('interface', node.properties);
  const shown: Shown = Object.fromEntries(sliver.written);
  if (sliver.type !== 'DedicatedPort') return shown;
  const inner = slice.neighbours(node, 'connects', 'ConnectionPoint');
  if (inner.length > 0) shown['interfaces'] = byName(inner.map((each) => shownPort(slice, each)));
  return shown;
}

/** What a graph asks to be provisioned. */
export interface Wanted {
  readonly node: GraphNode;
  readonly nodeId: string;
  readonly kind: 'NodeSliver' | 'NetworkServiceSliver';
  readonly sliver: Sliver;
}

/** A node is provisioned where it is a machine or a switch. */
export function wantedNode(slice: SliceGraph, node: GraphNode): Wanted | undefined {
  const sliver = readSliver('node', node.properties);
  if (sliver.type !== 'VM' && sliver.type !== 'Switch') return undefined;
  return { node, nodeId: slice.idOf(node), kind: 'NodeSliver', sliver };
}

export function wantedService(slice: SliceGraph, node: GraphNode): Wanted | undefined {
  const sliver = readSliver('service', node.properties);
  if (sliver.type === undefined || INNER_SERVICES.includes(sliver.type)) return undefined;
  if (!PROVISIONED_SERVICES.includes(sliver.type)) return undefined;
  return { node, nodeId: slice.idOf(node), kind: 'NetworkServiceSliver', sliver };
}

/** Properties to set, by the graph's own node ids. */
export type Changes = ReadonlyMap<string, Readonly<Record<string, string | undefined>>>;

/** The graph with properties changed; `undefined` takes one away. */
export function withChanges(graph: PropertyGraph, changes: Changes): PropertyGraph {
  const nodes = graph.nodes.map((node) => {
    const change = changes.get(node.id);
    if (change === undefined) return node;
    const properties = new Map(node.properties);
    for (const [name, value] of Object.entries(change)) {
      if (value === undefined) properties.delete(name);
      else properties.set(name, value);
    }
    return { ...node, properties };
  });
  return { ...graph, nodes };
}

/** What the orchestrator says of a node by itself: the flavour that fits its capacities, or the other way round. */
export function nodeAdditions({ sliver }: Wanted): Record<string, string> {
  if (sliver.type !== 'VM') return {};
  if (sliver.capacities !== undefined && sliver.capacityHints === undefined) {
    return { CapacityHints: dumps({ instance_type: instanceFor(sliver.capacities) }) };
  }
  return {};
}
