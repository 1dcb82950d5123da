import { dumpsInOrder, type Json } from '../python/index.js';
import type { Properties, PropertyGraph, PropertyValue } from './property-graph.js';

/**
 * GraphML as the recorded servers write it (networkx): keys numbered in the order they are met and declared backwards,
 * labels for drawing beside the properties.
 */
export function writeServerGraphml({ directed, nodes, edges }: PropertyGraph): string {
  const keys = new Map<string, { readonly id: string; readonly line: string }>();
  const keyOf = (owner: string, name: string, value: PropertyValue): string => {
    const type = typeOf(value);
    const known = keys.get(`${owner} ${name} ${type}`);
    if (known !== undefined) return known.id;
    const id = `d${keys.size}`;
    const line = `  <key id="${id}" for="${owner}" attr.name="${escaped(name)}" attr.type="${type}"/>`;
    keys.set(`${owner} ${name} ${type}`, { id, line });
    return id;
  };
  const data = (owner: string, properties: Properties) =>
    [...properties].map(([name, value]) => `      <data key="${keyOf(owner, name, value)}">${content(value)}</data>`);
  const body: string[] = [];
  for (const { id, properties } of nodes) {
    const label = properties.get('Class');
    const labels = label === undefined ? '' : ` labels=":GraphNode:${escaped(String(label))}"`;
    body.push(`    <node id="${escaped(id)}"${labels}>`, ...data('node', properties), '    </node>');
  }
  for (const { source, target, properties } of edges) {
    const label = properties.get('Class');
    const labels = label === undefined ? '' : ` label="${escaped(String(label))}"`;
    const ends = `source="${escaped(source)}" target="${escaped(target)}"`;
    body.push(`    <edge ${ends}${labels}>`, ...data('edge', properties), '    </edge>');
  }
  return [
    '<graphml xmlns="http://graphml.graphdrawing.org/xmlns" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" ' +
      'xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">',
    ...[...keys.values()].map(({ line }) => line).reverse(),
    `  <graph edgedefault="${directed ? 'directed' : 'undirected'}">`,
    ...body,
    '  </graph>',
    '</graphml>\n',
  ].join('\n');
}

/** Node-link JSON as the server's networkx writes it. */
export function writeServerNodeLink(graph: PropertyGraph): string {
  return dumpsInOrder({
    directed: graph.directed,
    multigraph: graph.multigraph,
    graph: {},
    nodes: graph.nodes.map(({ id, properties }) => ({ ...plain(properties), id: idOf(id) })),
    edges: graph.edges.map(({ source, target, properties }) => ({
      ...plain(properties),
      source: idOf(source),
      target: idOf(target),
    })),
  });
}

/** The third format: Cytoscape's. */
export function writeServerCytoscape(graph: PropertyGraph): string {
  return dumpsInOrder({
    data: [],
    directed: graph.directed,
    multigraph: graph.multigraph,
    elements: {
      nodes: graph.nodes.map(({ id, properties }) => ({
        data: { ...plain(properties), id, value: idOf(id), name: id },
      })),
      edges: graph.edges.map(({ source, target, properties }) => ({
        data: { ...plain(properties), source: idOf(source), target: idOf(target) },
      })),
    },
  });
}

const plain = (properties: Properties): { [name: string]: Json } => Object.fromEntries(properties);
const idOf = (id: string): Json => (/^\d+$/.test(id) ? Number(id) : id);

function typeOf(value: PropertyValue): string {
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value === 'string') return 'string';
  return typeof value === 'bigint' || Number.isInteger(value) ? 'long' : 'double';
}

const content = (value: PropertyValue) =>
  String(value).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const escaped = (text: string) => content(text).replaceAll('"', '&quot;');
