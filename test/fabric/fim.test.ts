import { describe, expect, test } from 'vitest';
import { type PropertyGraph, readGraphml, readNodeLink, writeGraphml } from '../../src/fabric/graph/index.js';
import { importGraph, Refused, validateSlice } from '../../src/fabric/model/index.js';
import { addListener, addMirror, EMPTY_SLICE } from '../../src/fabric/topology/index.js';
import { RECORDED, rowsOf } from './vectors.js';

interface Verdict {
  readonly ok: boolean;
  readonly error?: { readonly text: string };
}
interface Row {
  readonly id: string;
  readonly about: string;
  readonly kind: 'import' | 'written';
  readonly format: 'graphml' | 'nodelink';
  readonly text: string;
  readonly import: Verdict;
  readonly validate?: Verdict;
  readonly accepted: boolean;
  readonly networkx?: {
    readonly nodes?: readonly Record<string, unknown>[];
    readonly edges?: readonly Record<string, unknown>[];
  };
  readonly fim192?: { readonly graphml: string; readonly json_nodelink: string };
}

const rows = rowsOf<Row>('fim.jsonl');
const imported = rows.filter((row) => row.kind === 'import');
const FILE = '/tmp/<tmp>-graphml';

function verdictOf(text: string): { import: Verdict; validate?: Verdict } {
  const attempt = <T>(run: () => T): { verdict: Verdict; value?: T } => {
    try {
      return { verdict: { ok: true }, value: run() };
    } catch (error) {
      if (error instanceof Refused) return { verdict: { ok: false, error: { text: error.message } } };
      throw error;
    }
  };
  const read = attempt(() => importGraph(text, FILE));
  if (read.value === undefined) return { import: read.verdict };
  return { import: read.verdict, validate: attempt(() => validateSlice(read.value!)).verdict };
}

const shown = (verdict: Verdict | undefined) => (verdict?.ok === false ? verdict.error?.text : verdict?.ok);

describe.runIf(RECORDED)('what FIM said of texts', () => {
  test.each(imported.map((row) => [row.id, row] as const))('%s', (_id, row) => {
    const verdict = verdictOf(row.text);
    expect(shown(verdict.import)).toEqual(shown(row.import));
    if (row.validate) expect(shown(verdict.validate)).toEqual(shown(row.validate));
  });
});

function plain(graph: PropertyGraph) {
  const value = (property: unknown) => (typeof property === 'bigint' ? Number(property) : property);
  return {
    nodes: graph.nodes.map(({ properties }) =>
      Object.fromEntries([...properties].map(([name, each]) => [name, value(each)])),
    ),
  };
}

describe.runIf(RECORDED)('what networkx read out of texts', () => {
  const read = imported.filter((row) => row.networkx?.nodes !== undefined && row.format === 'graphml');
  test.each(read.map((row) => [row.id, row] as const))('%s', (_id, row) => {
    const graph = readGraphml(row.text);
    expect(plain(graph).nodes).toEqual(row.networkx!.nodes);
    // Written and read again it is the same graph, without direction.
    expect(readGraphml(writeGraphml(graph))).toEqual({ ...graph, directed: false });
  });
});

describe.runIf(RECORDED)('what FIM writes is one graph in every format', () => {
  const written = rows.filter((row) => row.kind === 'written' && (row.fim192?.graphml ?? null) !== null);
  test.each(written.map((row) => [row.id, row] as const))('%s', (_id, { fim192 }) => {
    const graph = readGraphml(fim192!.graphml);
    expect(readNodeLink(fim192!.json_nodelink)).toEqual(graph);
    if (graph.nodes.length > 0) expect(validateSlice(graph).nodes).toHaveLength(graph.nodes.length);
  });
});

const newId = () => crypto.randomUUID();
const listener = addListener(EMPTY_SLICE, { name: 'lis0', site: 'INDI', nicModel: 'ConnectX-6' }, newId);
const mirror = {
  name: 'pm0',
  site: 'INDI',
  source: 'HundredGigE0/0/0/5',
  direction: 'Both',
  receiver: 'lis0-nic1-p1',
} as const;
const slice = addMirror(listener, mirror, newId);

// Each was told otherwise once, and is what fabric_fim 1.9.2 says.
test.each([
  ['a component without NodeID', 'lis0-nic1', 'NodeID', undefined, "'NodeID'"],
  ['a link without NodeID', 'lis0-lis0-nic1-p1-link', 'NodeID', undefined, "'NodeID'"],
  ['a label nobody knows that is no text', 'lis0-lis0-nic1-p1', 'Labels', '{"a": 1}', ''],
  ['a tag that is an object', 'lis0', 'Tags', '{"a": NaN}', /^TagException: Tag \{'a': nan\} does not match/],
  ['delegations of numbers', 'lis0', 'CapacityDelegations', '{"a": 1}', "'int' object has no attribute 'keys'"],
  [
    'delegations that name no pool',
    'lis0',
    'LabelDelegations',
    '{"a": {}}',
    /^Delegation exception: Invalid dictionary/,
  ],
  ['a delegation without its capacities', 'lis0', 'CapacityDelegations', '{"a": {"pool_id": "p"}}', "'capacities'"],
  ['cores as a whole float', 'lis0', 'Capacities', '{"core": 2.0}', ''],
  ['cores with an exponent', 'lis0', 'Capacities', '{"core": 1e1}', ''],
  ['a NUMA node that is no number', 'lis0', 'Labels', '{"numa": "x"}', "invalid literal for int() with base 10: 'x'"],
  ['an ERO without payload', 'pm0', 'ERO', '{"type": "Path"}', "'payload'"],
  ['a location that is a list', 'lis0', 'Location', '[]', /Location\._set_fields\(\) argument .* not list$/],
  ['a location of whole numbers', 'lis0', 'Location', '{"lat": 1}', ''],
  ['maintenance that is a list', 'lis0', 'MaintenanceInfo', '[]', "'list' object has no attribute 'items'"],
  ['maintenance of numbers', 'lis0', 'MaintenanceInfo', '{"a": 1}', /MaintenanceEntry\(\) argument .* not int$/],
  ['a tag with a blank', 'lis0', 'Tags', '["a b"]', /^TagException: Tag a b does not match/],
  ['an ERO that is a list', 'pm0', 'ERO', '[]', "'list' object has no attribute 'get'"],
  ['a location that is no JSON', 'lis0', 'Location', 'here', 'Expecting value: line 1 column 1 (char 0)'],
  ['a VM without a site', 'lis0', 'Site', undefined, 'Node of type VM must have property site set'],
] as const)('%s', (_what, name, property, value, told) => {
  const nodes = slice.nodes.map((node) => {
    if (node.properties.get('Name') !== name) return node;
    const properties = new Map(node.properties);
    if (value === undefined) properties.delete(property);
    else properties.set(property, value);
    return { ...node, properties };
  });
  const said = verdictOf(writeGraphml({ ...slice, nodes })).validate?.error?.text;
  expect(said).toEqual(typeof told === 'string' ? told : expect.stringMatching(told));
});

test('how a link is joined to its second port is not looked at', () => {
  const link = slice.nodes.find(({ properties }) => properties.get('Class') === 'Link')!;
  const port = slice.nodes.find(({ properties }) => properties.get('Name') === 'lis0-nic1-p1')!;
  const edges = slice.edges.map((edge) =>
    edge.source === port.id && edge.target === link.id ? { ...edge, properties: new Map([['Class', 'has']]) } : edge,
  );
  expect(validateSlice({ ...slice, edges }).nodes).toHaveLength(8);
});

test.each([
  ['a tag in another script', 'Tags', '["é"]'],
  ['a tag before a line end', 'Tags', '["a\\n"]'],
  ['a location of floats', 'Location', '{"lat": 1.0, "lon": 2.5}'],
  ['a delegation that names a pool', 'CapacityDelegations', '{"a": {"pool": "p"}}'],
] as const)('%s is taken', (_what, property, value) => {
  const nodes = slice.nodes.map((node) =>
    node.properties.get('Name') === 'lis0'
      ? { ...node, properties: new Map([...node.properties, [property, value]]) }
      : node,
  );
  expect(validateSlice({ ...slice, nodes }).nodes).toHaveLength(slice.nodes.length);
});

test('a component with the NodeID of another is met twice on the way to its node', () => {
  const [first, second] = ['lis0-nic1', 'other'];
  const more = addListener(slice, { name: second, site: 'INDI', nicModel: 'ConnectX-6' }, newId);
  const id = more.nodes.find(({ properties }) => properties.get('Name') === first)!.properties.get('NodeID')!;
  const nodes = more.nodes.map((node) =>
    node.properties.get('Name') === 'other-nic1'
      ? { ...node, properties: new Map([...node.properties, ['NodeID', id]]) }
      : node,
  );
  const told = verdictOf(writeGraphml({ ...more, nodes })).validate?.error?.text;
  expect(told).toMatch(/^\[Multiple matches found\] in querying node /);
});
