import { byCodePoint } from '../python/index.js';
import type { Properties, PropertyGraph, PropertyValue } from './property-graph.js';

const HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<graphml xmlns="http://graphml.graphdrawing.org/xmlns">';

/**
 * GraphML as the orchestrator takes it: undirected, keys by name, every property as it is. What was directed when it
 * came, as a server's own export is, is written undirected: the orchestrator refuses the other.
 */
export function writeGraphml({ nodes, edges }: PropertyGraph): string {
  const lines = [HEAD];
  for (const [owner, all] of [
    ['node', nodes],
    ['edge', edges],
  ] as const) {
    for (const [name, type] of typesOf(all)) {
      const key = `${owner[0]}_${name}`;
      lines.push(`<key id="${attribute(key)}" for="${owner}" attr.name="${attribute(name)}" attr.type="${type}"/>`);
    }
  }
  lines.push('<graph edgedefault="undirected">');
  for (const { id, properties } of nodes) {
    lines.push(`<node id="${attribute(id)}">${dataOf('n', properties)}</node>`);
  }
  for (const { source, target, properties } of edges) {
    const ends = `source="${attribute(source)}" target="${attribute(target)}"`;
    lines.push(`<edge ${ends}>${dataOf('e', properties)}</edge>`);
  }
  lines.push('</graph>', '</graphml>', '');
  return lines.join('\n');
}

function typesOf(all: readonly { readonly properties: Properties }[]): [string, string][] {
  const types = new Map<string, string>();
  for (const { properties } of all) {
    for (const [name, value] of properties) types.set(name, wider(types.get(name), typeOf(value)));
  }
  return [...types].sort(([a], [b]) => byCodePoint(a, b));
}

function typeOf(value: PropertyValue): string {
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value === 'bigint') return 'long';
  if (typeof value === 'number') return Number.isSafeInteger(value) && !Object.is(value, -0) ? 'long' : 'double';
  return 'string';
}

// One key, one type: numbers of both kinds are doubles, anything else is text.
function wider(known: string | undefined, type: string): string {
  if (known === undefined || known === type) return type;
  const numbers = ['long', 'double'];
  return numbers.includes(known) && numbers.includes(type) ? 'double' : 'string';
}

function dataOf(prefix: string, properties: Properties): string {
  return [...properties]
    .map(([name, value]) => `<data key="${attribute(`${prefix}_${name}`)}">${content(valueText(value))}</data>`)
    .join('');
}

function valueText(value: PropertyValue): string {
  if (value === Infinity) return 'inf';
  if (value === -Infinity) return '-inf';
  return Object.is(value, -0) ? '-0.0' : String(value);
}

// A carriage return written as itself would come back as a line feed.
function content(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\r', '&#13;');
}

function attribute(text: string): string {
  return content(text).replaceAll('"', '&quot;').replaceAll('\n', '&#10;').replaceAll('\t', '&#9;');
}
