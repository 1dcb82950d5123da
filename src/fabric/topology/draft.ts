import { MooringError } from '../../base/index.js';
import { ERROR } from '../../generated/errors.js';
import { type GraphEdge, type GraphNode, type PropertyGraph, textOf } from '../graph/index.js';
import { type NodeClass, type Relation, SliceGraph } from '../model/index.js';

/** The error of an edit that cannot be. */
export function editFailure(element: string, message: string): MooringError {
  return new MooringError(ERROR.MOORING_ERR_FABRIC_EDIT, `${element}: ${message}`, { element });
}

/**
 * A graph on its way to another. What was there keeps its NodeID, its reservation and every property; what is added
 * gets new ones. The graph it began with is not touched.
 */
export class Draft {
  readonly #before: PropertyGraph;
  readonly #newId: () => string;
  readonly #graphId: string;
  readonly #added: GraphNode[] = [];
  readonly #edges: GraphEdge[] = [];
  readonly #removed = new Set<string>();
  readonly #slice: SliceGraph;
  #nextName: number;

  constructor(graph: PropertyGraph, newId: () => string) {
    this.#before = graph;
    this.#newId = newId;
    this.#slice = new SliceGraph(graph, 'ignored');
    const ids = new Set(graph.nodes.map(({ properties }) => textOf(properties, 'GraphID')));
    if (ids.size > 1) throw editFailure('GraphID', 'the graph has more than one');
    this.#graphId = [...ids][0] ?? newId();
    const numbers = graph.nodes.map(({ id }) => Number(id)).filter(Number.isSafeInteger);
    this.#nextName = 1 + numbers.reduce((highest, each) => Math.max(highest, each), 0);
  }

  /** What of a class has a name. */
  find(nodeClass: NodeClass, name: string): GraphNode | undefined {
    return this.#slice.of(nodeClass).find((node) => textOf(node.properties, 'Name') === name);
  }

  /** The same, which must be there. */
  get(nodeClass: NodeClass, name: string): GraphNode {
    const found = this.find(nodeClass, name);
    if (found === undefined) throw editFailure(name, `there is no such ${nodeClass} in the slice`);
    return found;
  }

  neighbours(node: GraphNode, relation: Relation, nodeClass: NodeClass): GraphNode[] {
    return this.#slice.neighbours(node, relation, nodeClass).filter(({ id }) => !this.#removed.has(id));
  }

  parentOf(node: GraphNode, relation: Relation, nodeClass: NodeClass): GraphNode | undefined {
    return this.#slice.parentOf(node, relation, nodeClass);
  }

  /** Adds a node with an id of its own, hanging on another where `parent` says so. */
  add(nodeClass: NodeClass, properties: Readonly<Record<string, string | undefined>>, parent?: Hung): GraphNode {
    const own = { GraphID: this.#graphId, NodeID: this.#newId(), Class: nodeClass, StitchNode: 'false', ...properties };
    const set = Object.entries(own).filter((each): each is [string, string] => each[1] !== undefined);
    // Neo4j's numbers are words such as n12; a number alone cannot be one of them.
    const node = { id: String(this.#nextName++), properties: new Map(set) };
    this.#added.push(node);
    if (parent !== undefined) this.join(parent.on, node, parent.by);
    return node;
  }

  join(source: GraphNode, target: GraphNode, relation: Relation): void {
    this.#edges.push({ source: source.id, target: target.id, properties: new Map([['Class', relation]]) });
  }

  remove(node: GraphNode): void {
    this.#removed.add(node.id);
  }

  /** Takes a port away with its links and the service's port at their other end. */
  removePort(port: GraphNode): void {
    this.remove(port);
    for (const link of this.neighbours(port, 'connects', 'Link')) {
      this.remove(link);
      for (const peer of this.neighbours(link, 'connects', 'ConnectionPoint')) {
        if (textOf(peer.properties, 'Type') === 'ServicePort') this.remove(peer);
      }
    }
  }

  done(): PropertyGraph {
    const kept = ({ id }: GraphNode) => !this.#removed.has(id);
    return {
      directed: false,
      multigraph: this.#before.multigraph,
      nodes: [...this.#before.nodes.filter(kept), ...this.#added],
      edges: [
        ...this.#before.edges.filter(({ source, target }) => !this.#removed.has(source) && !this.#removed.has(target)),
        ...this.#edges,
      ],
    };
  }
}

/** What a new node hangs on, and by which relation. */
export interface Hung {
  readonly on: GraphNode;
  readonly by: Relation;
}
