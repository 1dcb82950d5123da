/** What a property holds, by the `attr.type` its key declares; a `bigint` where the number is beyond 2^53. */
export type PropertyValue = string | number | bigint | boolean;

/** Properties of a node or an edge by name, in the order they were written. */
export type Properties = ReadonlyMap<string, PropertyValue>;

/** A node. `id` is its name within the text only: what lasts is its property `NodeID`. */
export interface GraphNode {
  readonly id: string;
  readonly properties: Properties;
}

/** An edge between two nodes, by their `id`. */
export interface GraphEdge {
  readonly source: string;
  readonly target: string;
  readonly properties: Properties;
}

/**
 * A graph of nodes and edges with properties, as GraphML and node-link JSON write it. Two edges between the same nodes
 * make it a multigraph; nodes that an edge names and nobody declares are there, without properties.
 */
export interface PropertyGraph {
  readonly directed: boolean;
  readonly multigraph: boolean;
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

/** The property as text, or `undefined` where there is none. */
export function textOf(properties: Properties, name: string): string | undefined {
  const value = properties.get(name);
  return value === undefined ? undefined : String(value);
}

/** Collects nodes and edges under the rules a graph has, for the readers. Edges may come before the nodes they join. */
export class GraphBuilder {
  readonly directed: boolean;
  readonly #nodes = new Map<string, Map<string, PropertyValue>>();
  readonly #edges: GraphEdge[] = [];

  constructor(directed: boolean) {
    this.directed = directed;
  }

  get size(): number {
    return this.#nodes.size + this.#edges.length;
  }

  /** A node named twice is one node: what the later one says wins. */
  addNode(id: string, properties: Properties): void {
    const known = this.#nodes.get(id);
    if (known === undefined) this.#nodes.set(id, new Map(properties));
    else for (const [name, value] of properties) known.set(name, value);
  }

  addEdge(source: string, target: string, properties: Properties): void {
    this.#edges.push({ source, target, properties });
  }

  build(): PropertyGraph {
    const pairs = new Set<string>();
    for (const { source, target } of this.#edges) {
      for (const id of [source, target]) if (!this.#nodes.has(id)) this.#nodes.set(id, new Map());
      pairs.add(JSON.stringify(this.directed ? [source, target] : [source, target].sort()));
    }
    return {
      directed: this.directed,
      multigraph: pairs.size < this.#edges.length,
      nodes: [...this.#nodes].map(([id, properties]) => ({ id, properties })),
      edges: this.#edges,
    };
  }
}
