import { type GraphNode, type PropertyGraph, textOf } from '../graph/index.js';
import { Refused } from './refused.js';
import type { NodeClass, Relation } from './vocabulary.js';

interface Neighbour {
  readonly relation: string | undefined;
  readonly node: GraphNode;
}

/**
 * A slice's graph by its names and neighbours. `direction` says whether edges lead one way where the text said so, as
 * the orchestrator takes it, or both, as readers of what a Neo4j exported must.
 */
export class SliceGraph {
  readonly graph: PropertyGraph;
  readonly #strict: boolean;
  readonly #byId = new Map<string, GraphNode[]>();
  readonly #neighbours = new Map<string, Neighbour[]>();

  constructor(graph: PropertyGraph, direction: 'respected' | 'ignored') {
    this.graph = graph;
    this.#strict = direction === 'respected';
    const byName = new Map(graph.nodes.map((node) => [node.id, node]));
    for (const node of graph.nodes) {
      const id = textOf(node.properties, 'NodeID');
      if (id !== undefined) this.#byId.set(id, [...(this.#byId.get(id) ?? []), node]);
      this.#neighbours.set(node.id, []);
    }
    for (const { source, target, properties } of graph.edges) {
      const relation = textOf(properties, 'Class');
      this.#neighbours.get(source)!.push({ relation, node: byName.get(target)! });
      if (!graph.directed || direction === 'ignored') {
        this.#neighbours.get(target)!.push({ relation, node: byName.get(source)! });
      }
    }
  }

  /** Nodes of a class in the order of the text. */
  of(nodeClass: NodeClass): GraphNode[] {
    return this.graph.nodes.filter((node) => textOf(node.properties, 'Class') === nodeClass);
  }

  /** The node of a NodeID. */
  byId(nodeId: string): GraphNode | undefined {
    return this.#byId.get(nodeId)?.[0];
  }

  /** Its NodeID, which must be its alone. */
  idOf(node: GraphNode): string {
    const id = textOf(node.properties, 'NodeID');
    if (id === undefined) throw new Refused("'NodeID'");
    if (this.#byId.get(id)!.length > 1) {
      const graphId = textOf(node.properties, 'GraphID');
      throw new Refused(`[Multiple matches found] in querying node ${id} in ${graphId}`);
    }
    return id;
  }

  nameOf(node: GraphNode): string {
    const name = textOf(node.properties, 'Name');
    if (name === undefined) throw new Refused("'Name'");
    return name;
  }

  neighbours(node: GraphNode, relation: Relation, nodeClass: NodeClass): GraphNode[] {
    return this.#joined(node, relation, nodeClass);
  }

  #joined(node: GraphNode, relation: Relation | undefined, nodeClass: NodeClass): GraphNode[] {
    const all = this.#neighbours.get(node.id)!;
    // With two edges between two nodes, networkx wants to be told which.
    if (this.graph.multigraph && all.length > 0) throw new Refused('not enough values to unpack (expected 3, got 2)');
    const found = all
      .filter((each) => relation === undefined || each.relation === relation)
      .map((each) => each.node)
      .filter(({ properties }) => textOf(properties, 'Class') === nodeClass);
    if (this.#strict && found.some(({ properties }) => !properties.has('NodeID'))) throw new Refused("'NodeID'");
    return found;
  }

  /** The one neighbour it belongs to, `undefined` where there is none or more than one. */
  parentOf(node: GraphNode, relation: Relation, nodeClass: NodeClass): GraphNode | undefined {
    const [parent, ...more] = this.neighbours(node, relation, nodeClass);
    return more.length === 0 ? parent : undefined;
  }

  /** The ports at the other ends of a port's links. How a link is joined to those, FIM does not look at. */
  peersOf(port: GraphNode): GraphNode[] {
    return this.neighbours(port, 'connects', 'Link').flatMap((link) =>
      this.#joined(link, undefined, 'ConnectionPoint').filter((peer) => peer.id !== port.id),
    );
  }
}
