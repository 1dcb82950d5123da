import { type GraphNode, type PropertyGraph, textOf } from '../graph/index.js';
import type { NodeClass } from '../model/index.js';
import { Refused, SliceGraph } from '../model/index.js';
import { loads } from '../python/index.js';

/** What a modify changes, as the orchestrator's comparison of two graphs sees it: by NodeID only. */
export interface TopologyDiff {
  readonly addedNodes: readonly GraphNode[];
  readonly addedServices: readonly GraphNode[];
  readonly removedNodes: readonly GraphNode[];
  readonly removedServices: readonly GraphNode[];
  /** NodeIDs of nodes whose components changed. */
  readonly changedNodes: readonly string[];
  /** NodeIDs of services whose ports changed. */
  readonly changedServices: readonly string[];
  /** Whether there is any difference it looks at. */
  readonly any: boolean;
  readonly userDataChanged: boolean;
}

/** Properties whose change in place is noticed; all others, MirrorPort among them, are not. */
const WATCHED = ['Labels', 'Capacities', 'UserData'];

/** Compares the graph a slice has with the one it shall have. */
export function diffOf(before: PropertyGraph, wanted: PropertyGraph): TopologyDiff {
  const old = new SliceGraph(before, 'respected');
  const next = new SliceGraph(wanted, 'respected');
  const added = (nodeClass: NodeClass) => missingIn(old, next, nodeClass);
  const removed = (nodeClass: NodeClass) => missingIn(next, old, nodeClass);
  const addedNodes = added('NetworkNode');
  const removedNodes = removed('NetworkNode');
  const addedComponents = added('Component');
  const removedComponents = removed('Component');
  const addedServices = added('NetworkService');
  const removedServices = removed('NetworkService');
  const addedPorts = added('ConnectionPoint');
  const removedPorts = removed('ConnectionPoint');

  const changedNodes = new Set<string>();
  for (const [slice, components, parents] of [
    [next, addedComponents, addedNodes],
    [old, removedComponents, removedNodes],
  ] as const) {
    for (const component of components) {
      const parent = slice.parentOf(component, 'has', 'NetworkNode');
      if (parent !== undefined && !parents.includes(parent)) changedNodes.add(slice.idOf(parent));
    }
  }
  const changedServices = new Set<string>();
  for (const [slice, ports, parents] of [
    [next, addedPorts, addedServices],
    [old, removedPorts, removedServices],
  ] as const) {
    for (const port of ports) {
      const parent = slice.parentOf(port, 'connects', 'NetworkService');
      if (parent !== undefined && !parents.includes(parent)) changedServices.add(slice.idOf(parent));
    }
  }
  // Services within a node or component come and go with it.
  const own = (slice: SliceGraph, services: readonly GraphNode[]) =>
    services.filter(
      (each) =>
        slice.parentOf(each, 'has', 'Component') === undefined &&
        slice.parentOf(each, 'has', 'NetworkNode') === undefined,
    );
  const changes = inPlace(old, next);
  const structural = [addedNodes, removedNodes, addedComponents, removedComponents, addedServices, removedServices];
  return {
    addedNodes,
    removedNodes,
    addedServices: own(next, addedServices),
    removedServices: own(old, removedServices),
    changedNodes: [...changedNodes],
    changedServices: [...changedServices],
    any: changes.size > 0 || [...structural, addedPorts, removedPorts].some((each) => each.length > 0),
    userDataChanged: changes.has('UserData'),
  };
}

/**
 * Nodes of a class in `of` whose NodeID is not in `known`. Where `known` has none of that class at all, the query
 * behind it finds nothing to compare with and reports no difference.
 */
function missingIn(known: SliceGraph, of: SliceGraph, nodeClass: NodeClass): GraphNode[] {
  const ids = new Set(known.of(nodeClass).map((node) => textOf(node.properties, 'NodeID')));
  if (ids.size === 0) return [];
  return of.of(nodeClass).filter((node) => !ids.has(textOf(node.properties, 'NodeID')));
}

function inPlace(old: SliceGraph, next: SliceGraph): Set<string> {
  const changed = new Set<string>();
  for (const node of next.graph.nodes) {
    const before = old.byId(next.idOf(node));
    if (before === undefined) continue;
    for (const name of WATCHED) {
      if (textOf(before.properties, name) !== textOf(node.properties, name)) changed.add(name);
    }
  }
  return changed;
}

/** The reservation a node of a submitted graph says it is; the orchestrator trusts it. */
export function reservationIdOf(node: GraphNode): string {
  const text = textOf(node.properties, 'ReservationInfo');
  if (text === undefined || text === '') throw new Refused("'NoneType' object has no attribute 'reservation_id'");
  const info = loads(text) as { readonly [name: string]: unknown };
  return String(info['reservation_id']);
}
