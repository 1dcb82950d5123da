import { describe, expect, test } from 'vitest';
import { readGraphml, readNodeLink } from '../../src/fabric/graph/index.js';
import { parseRow, type ReplayRow, replay } from '../../src/fabric/replay/index.js';
import { RECORDED, rowsOf } from './vectors.js';

type Body = { readonly [name: string]: unknown };
interface Row extends ReplayRow {
  readonly response: { readonly status: number; readonly contentType: string; readonly body: Body };
}

const rows = rowsOf<Row>('orchestrator.jsonl');

/** What rows cannot say: two that give the same world and ask the same have different answers. */
const AMBIGUOUS = new Set(['sliver-unknown', 'slivers-ticketed', 'slivers-vm-up', 'renew-maint']);
/** A port that was chosen where no row says it. */
const UNSAID: Readonly<Record<string, RegExp>> = { 'slivers-dead': /HundredGigE0\/0\/0\/[59]/g };
/** Answers whose content is the recorder's invention; their envelope is held. */
const INVENTED = /^(resources|portal|summary)/;

/** Graphs by what they hold: names of nodes, keys and their order are the writer's. */
function comparable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(comparable);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => {
      if (name === 'model') return [name, graphOf(String(each))];
      // Inner lists come in the order of Python's sets.
      if (name === 'interfaces' && Array.isArray(each)) {
        return [name, comparable([...each].sort((a, b) => (a.Name < b.Name ? -1 : 1)))];
      }
      return [name, comparable(each)];
    }),
  );
}

function said(id: string, body: unknown): unknown {
  const text = JSON.stringify(comparable(body));
  return JSON.parse(UNSAID[id] === undefined ? text : text.replace(UNSAID[id], 'port'));
}

function graphOf(text: string): unknown {
  const graph = text.startsWith('{') ? readNodeLink(text) : readGraphml(text);
  const named = new Map(
    graph.nodes.map(({ id, properties }) => [id, `${properties.get('Class')} ${properties.get('Name')}`]),
  );
  const masked = (name: string, value: unknown) =>
    typeof value === 'string' && name !== 'Name' ? value.replace(/uuid-\d+/g, 'uuid') : value;
  return {
    nodes: graph.nodes.map(({ properties }) =>
      Object.fromEntries([...properties].map(([name, value]) => [name, masked(name, value)])),
    ),
    edges: graph.edges.map(({ source, target }) => [named.get(source), named.get(target)].join(' – ')).sort(),
  };
}

describe.runIf(RECORDED)('the stand-in answers as the orchestrator did', () => {
  test.each(rows.filter(({ id }) => !AMBIGUOUS.has(id)).map((row) => [row.id, row] as const))('%s', (_id, row) => {
    const answer = replay(parseRow(JSON.stringify(row), 1));
    expect([answer.status, answer.contentType]).toEqual([row.response.status, row.response.contentType]);
    if (INVENTED.test(row.id) && row.response.status === 200) {
      const { data: _, ...envelope } = answer.body as Body;
      const { data: __, ...recorded } = row.response.body;
      expect(envelope).toEqual(recorded);
    } else expect(said(row.id, answer.body)).toEqual(said(row.id, row.response.body));
  });
});

test('a slice that nobody has begun is asked to go with all others, and refuses', () => {
  const token = { name: 'good', exp: 'T0+4h', uuid: 'uuid-user', email: 'user@example.org' };
  const slice = (number: number, state: string) => ({ name: `lis${number}`, slice_id: `uuid-${number}`, state });
  const row = {
    id: 'delete-all-nascent',
    given: {
      token: { ...token, projects: [{ uuid: 'uuid-project', tags: [] }] },
      slices: [slice(1, 'StableOK'), slice(2, 'Nascent'), slice(3, 'Configuring')],
    },
    request: { method: 'DELETE', path: '/slices/delete', headers: { Authorization: 'Bearer <token:good>' } },
  };
  const { status, body } = replay(parseRow(JSON.stringify(row), 1));
  const details = "Unable to delete Slices ['uuid-2'] that are not yet stable, try again later";
  expect([status, body]).toMatchObject([500, { errors: [{ details }] }]);
});

test.each([
  [{ 'SmartNIC-ConnectX-6': 1 }, 500, 'Reports API is not enabled'],
  [{ 'SmartNIC-ConnectX-6': '1' }, 400, "'1' is not of type 'integer' - 'resources.0.components.SmartNIC-ConnectX-6'"],
  [{ GPU: 1, NVMe: null }, 400, "None is not of type 'integer' - 'resources.0.components.NVMe'"],
])('components of a slot that is looked for are counts: %j', (components, status, said) => {
  const projects = [{ uuid: 'uuid-project', tags: [] }];
  const row = {
    id: 'findslot-components',
    given: { token: { name: 'good', exp: 'T0+4h', uuid: 'uuid-user', email: 'user@example.org', projects } },
    request: {
      ...{ method: 'POST', path: '/resources/find-slot', headers: { Authorization: 'Bearer <token:good>' } },
      contentType: 'application/json',
      body: { start: '<T0+1d>', end: '<T0+2d>', duration: 4, resources: [{ type: 'compute', components }] },
    },
  };
  const answer = replay(parseRow(JSON.stringify(row), 1));
  expect(answer.status).toBe(status);
  expect(JSON.stringify(answer.body)).toContain(said);
});

describe('a row that is none is refused with its line', () => {
  const token = { name: 'good', exp: 'T0+4h' };
  const request = { method: 'GET', path: '/slices' };
  test.each([
    ['a query of numbers', { request: { ...request, query: [[1, 2]] } }],
    ['a query within a query', { request: { ...request, query: [['name', ['a']]] } }],
    ['a raw query that is a number', { request: { ...request, rawQuery: 5 } }],
    ['a header that is a number', { request: { ...request, headers: { Authorization: 5 } } }],
    ['headers in a list', { request: { ...request, headers: ['a'] } }],
    ['a content type that is a number', { request: { ...request, contentType: 7 } }],
    ['a token that is a text', { given: { token: 'good' } }],
    ['a token without name', { given: { token: {} } }],
    ['a time that is a number', { given: { token: { ...token, exp: 5 } } }],
    ['projects that are a text', { given: { token: { ...token, projects: 'x' } } }],
    ['a project that is null', { given: { token: { ...token, projects: [null] } } }],
    ['a project without tags', { given: { token: { ...token, projects: [{ uuid: 'a' }] } } }],
    ['a model that is a number', { given: { model: 5 } }],
    ['faults that are numbers', { given: { faults: { a: 5 } } }],
  ])('%s', (_what, members) => {
    const read = () => parseRow(JSON.stringify({ id: 'x', request, ...members }), 7);
    expect(read).toThrow(expect.objectContaining({ code: 'MOORING_ERR_FABRIC_REPLAY' }));
    expect(read).toThrow(/^line 7: /);
  });

  test('what is null is not there', () => {
    const given = { token: null, slices: null, model: null, free: null, faults: null, maintenance: null };
    const nothing = { query: null, rawQuery: null, headers: null, contentType: null };
    const row = parseRow(JSON.stringify({ id: 'x', given, request: { ...request, ...nothing } }), 1);
    expect(replay(row).status).toBe(401);
  });

  test.each(['null', '{x', '[]', '5'])('a reservation of %s in the model is a graph that cannot be read', (info) => {
    const key = '<key id="r" for="node" attr.name="ReservationInfo" attr.type="string"/>';
    const nodes = `<graph edgedefault="undirected"><node id="1"><data key="r">${info}</data></node></graph>`;
    const slices = [{ name: 'lis0', slice_id: 'uuid-1', state: 'StableOK' }];
    const given = { slices, model: `<graphml>${key}${nodes}</graphml>` };
    const run = () => replay(parseRow(JSON.stringify({ id: 'x', given, request }), 1));
    expect(run).toThrow(expect.objectContaining({ code: 'MOORING_ERR_FABRIC_GRAPH' }));
  });
});
