import { SaxesParser, type SaxesTagNS } from 'saxes';
import { entitiesOf } from './entities.js';
import { graphFailure } from './failure.js';
import { LIMITS } from './limits.js';
import { GraphBuilder, type PropertyGraph, type PropertyValue } from './property-graph.js';

const GRAPHML = 'http://graphml.graphdrawing.org/xmlns';

/** How a {@link readGraphml} takes what well-behaved writers never send. */
export interface ReadGraphmlOptions {
  /**
   * Entities the text declares itself: `refuse`, or `expand` within a bound, as Python's parser behind the
   * orchestrator does. Default `refuse`.
   */
  readonly entities?: 'refuse' | 'expand';
}

/** What `<key>` declares: the property's name and how its text is read. */
interface Key {
  readonly name: string;
  readonly read: (text: string) => PropertyValue;
}

/** What is being read at the moment, by element; `undefined` for what is skipped. */
type Open =
  | { readonly kind: 'graphml' }
  | { readonly kind: 'graph' }
  | { readonly kind: 'node'; readonly id: string; readonly properties: Map<string, PropertyValue> }
  | {
      readonly kind: 'edge';
      readonly source: string;
      readonly target: string;
      readonly properties: Map<string, PropertyValue>;
    }
  | { readonly kind: 'data'; readonly key: Key; text: string; nested: boolean };

/**
 * Reads GraphML, strictly: the writers' dialects (numbered keys, keys that are names, any direction, with and without
 * namespace) mean the same through `<key>`; what is not well-formed, names an undeclared key or has a hyperedge is
 * refused. Attributes of nodes and edges beyond their ends are labels for drawing and are not read.
 *
 * @throws MooringError ERROR.FABRIC_GRAPH where the text is no GraphML or beyond the bounds (32 MiB, 200 000 elements).
 */
export function readGraphml(text: string, { entities = 'refuse' }: ReadGraphmlOptions = {}): PropertyGraph {
  if (text.length > LIMITS.textChars) throw graphFailure('it is longer than 32 Mi characters');
  return new Reader(entities).read(text);
}

class Reader {
  readonly #parser = new SaxesParser({ xmlns: true });
  readonly #keys = new Map<string, Key>();
  readonly #open: (Open | undefined)[] = [];
  #uri = '';
  #graph: GraphBuilder | undefined;
  #graphs = 0;

  constructor(entities: 'refuse' | 'expand') {
    const parser = this.#parser;
    parser.on('error', ({ message }) => this.#fail(message.replace(/^\d+:\d+: /, '')));
    parser.on('doctype', (doctype) => {
      const declared = entitiesOf(doctype);
      if (entities === 'refuse' && declared.size > 0) this.#fail('it declares entities');
      Object.assign(parser.ENTITIES, Object.fromEntries(declared));
    });
    parser.on('opentag', (tag) => this.#enter(tag as SaxesTagNS));
    parser.on('closetag', () => this.#leave());
    parser.on('text', (part) => this.#text(part));
    parser.on('cdata', (part) => this.#text(part));
  }

  read(text: string): PropertyGraph {
    // A byte order mark may have survived the decoding.
    this.#parser.write(text.startsWith('\uFEFF') ? text.slice(1) : text).close();
    if (this.#graph === undefined) throw graphFailure('there is no <graph> in it');
    return this.#graph.build();
  }

  #fail(reason: string): never {
    throw graphFailure(reason, this.#parser.line);
  }

  #enter(tag: SaxesTagNS): void {
    if (this.#open.length >= LIMITS.depth) this.#fail(`elements lie deeper than ${LIMITS.depth}`);
    const parent = this.#open.at(-1);
    if (parent?.kind === 'data') parent.nested = true;
    this.#open.push(this.#open.length === 0 ? this.#root(tag) : this.#child(tag, parent));
  }

  #root({ local, uri }: SaxesTagNS): Open {
    if (local !== 'graphml' || (uri !== GRAPHML && uri !== '')) this.#fail(`<${local}> is not <graphml>`);
    this.#uri = uri;
    return { kind: 'graphml' };
  }

  #child(tag: SaxesTagNS, parent: Open | undefined): Open | undefined {
    if (tag.uri !== this.#uri) return undefined;
    const attribute = (name: string) => tag.attributes[name]?.value;
    const needed = (name: string) => attribute(name) ?? this.#fail(`<${tag.local}> has no ${name}`);
    switch (`${parent?.kind}/${tag.local}`) {
      case 'graphml/key': {
        this.#declare(needed('id'), attribute('attr.name'), attribute('attr.type') ?? 'string');
        return undefined;
      }
      case 'graphml/graph': {
        // One text, one graph: what follows the first is not read, as networkx does not.
        if (this.#graphs++ > 0) return undefined;
        this.#graph = new GraphBuilder(attribute('edgedefault') === 'directed');
        return { kind: 'graph' };
      }
      case 'graph/hyperedge':
        return this.#fail('it has a hyperedge');
      case 'graph/node':
        return { kind: 'node', id: needed('id'), properties: new Map() };
      case 'graph/edge': {
        this.#checkDirection(attribute('directed'));
        return { kind: 'edge', source: needed('source'), target: needed('target'), properties: new Map() };
      }
      case 'node/data':
      case 'edge/data': {
        const id = needed('key');
        const key = this.#keys.get(id) ?? this.#fail(`no <key> declares ${id}`);
        return { kind: 'data', key, text: '', nested: false };
      }
      default:
        return undefined;
    }
  }

  #declare(id: string, name: string | undefined, type: string): void {
    if (name === undefined) this.#fail(`the key ${id} has no attr.name`);
    const read = READERS[type];
    if (read === undefined) this.#fail(`the key ${id} has the unknown type ${type}`);
    this.#keys.set(id, { name, read });
  }

  #checkDirection(directed: string | undefined): void {
    if (directed === (this.#graph?.directed ? 'false' : 'true'))
      this.#fail(`an edge says directed="${directed}" against its graph`);
  }

  #leave(): void {
    const closed = this.#open.pop();
    const graph = this.#graph;
    if (closed === undefined || graph === undefined) return;
    if (closed.kind === 'node') graph.addNode(closed.id, closed.properties);
    else if (closed.kind === 'edge') graph.addEdge(closed.source, closed.target, closed.properties);
    else if (closed.kind === 'data') this.#keep(closed);
    if (graph.size > LIMITS.elements) this.#fail(`it has more than ${LIMITS.elements} elements`);
  }

  #keep({ key, text, nested }: Extract<Open, { kind: 'data' }>): void {
    const parent = this.#open.at(-1);
    // Elements within <data> are drawings of other programs.
    if (nested || (parent?.kind !== 'node' && parent?.kind !== 'edge')) return;
    let value: PropertyValue;
    try {
      value = text === '' ? '' : key.read(text);
    } catch {
      this.#fail(`${key.name} holds ${JSON.stringify(text.slice(0, 40))}, which is not of its type`);
    }
    parent.properties.set(key.name, value);
  }

  #text(part: string): void {
    const top = this.#open.at(-1);
    if (top?.kind === 'data') top.text += part;
  }
}

function readInteger(text: string): PropertyValue {
  if (!/^\s*[+-]?\d+(_\d+)*\s*$/.test(text)) throw new TypeError(text);
  const digits = text.trim().replaceAll('_', '').replace(/^\+/, '');
  const value = Number(digits);
  return Number.isSafeInteger(value) ? value : BigInt(digits);
}

function readFloat(text: string): PropertyValue {
  const word = text.trim().toLowerCase();
  if (/^[+-]?(inf|infinity)$/.test(word)) return word.startsWith('-') ? -Infinity : Infinity;
  if (/^[+-]?nan$/.test(word)) return Number.NaN;
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/.test(word)) throw new TypeError(text);
  return Number(word);
}

function readBoolean(text: string): PropertyValue {
  const word = text.toLowerCase();
  if (word === 'true' || word === '1') return true;
  if (word === 'false' || word === '0') return false;
  throw new TypeError(text);
}

/** By `attr.type`, those of GraphML and the ones networkx adds. */
const READERS: Readonly<Record<string, (text: string) => PropertyValue>> = {
  string: (text) => text,
  int: readInteger,
  integer: readInteger,
  long: readInteger,
  float: readFloat,
  double: readFloat,
  boolean: readBoolean,
};
