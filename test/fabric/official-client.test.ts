import { describe, expect, test } from 'vitest';
import { readGraphml } from '../../src/fabric/graph/index.js';
import { T0_MS, timeOf, withTimes } from '../../src/fabric/replay/notation.js';
import { CredentialManager, type TokenSigner } from '../../src/fabric/services/index.js';
import {
  type HttpAnswer,
  type HttpRequest,
  Orchestrator,
  type Reservation,
  type Slice,
  type TokenVerifier,
  World,
} from '../../src/fabric/stand-in/index.js';
import { Names, RECORDED, rowsOf } from './vectors.js';

// What the official client asked for, put to the stand-in exchange by exchange. What was there before a row is what its
// first answers show; between two polls the world goes on until it is where the recorded one was.

type Members = { readonly [name: string]: unknown };
interface Exchange {
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly query: readonly (readonly [string, string])[];
    readonly headers: Readonly<Record<string, string>>;
    readonly contentType: string | null;
    readonly body: unknown;
  };
  readonly response: {
    readonly status: number;
    readonly contentType: string;
    readonly body: Members & { readonly data?: readonly Members[] };
    readonly injected?: string;
  };
}
interface Row {
  readonly id: string;
  readonly about: string;
  readonly exchanges: readonly Exchange[];
}

const rows = rowsOf<Row>('fablib.jsonl');
const STEPS = 6;
/** Times are recorded to the minute. */
const ROUNDED_MS = 30_000;
const MOVING = ['Configuring', 'Modifying'];
const TAGS = ['Net.PortMirroring', 'VM.NoLimit', 'Component.SmartNIC', 'Slice.Multisite'];
const PROJECT = { uuid: 'uuid-project', name: 'Project X', tags: TAGS };
const verify: TokenVerifier = () => ({
  claims: { sub: 's', uuid: 'uuid-user', email: 'user@example.org', projects: [PROJECT] },
});

/** The slices a row has from the beginning. */
function slicesBefore(exchanges: readonly Exchange[]): Slice[] {
  const made = new Set<unknown>();
  const slices = new Map<string, Slice>();
  for (const { request, response } of exchanges) {
    const { data = [] } = response.body ?? {};
    if (request.path === '/slices/creates') for (const each of data) made.add(each['slice_id']);
    if (request.method !== 'GET') continue;
    for (const each of data) {
      const id = String(each['slice_id']);
      if (made.has(id)) continue;
      const known = slices.get(id);
      if (request.path.startsWith('/slices') && known === undefined) slices.set(id, sliceOf(each));
      else if (known && known.graph.nodes.length === 0 && typeof each['model'] === 'string') {
        known.graph = readGraphml(each['model']);
      } else if (known && request.path === '/slivers' && known.state !== 'Modifying') note(known, each);
    }
    if (request.path === '/slivers')
      for (const { id } of slices.values()) if (sliversOf(data, id)) made.add(`${id} known`);
  }
  return [...slices.values()];
}

const sliversOf = (data: readonly Members[], id: string) => data.some((each) => each['slice_id'] === id);
const atMs = (text: unknown) => timeOf(String(text).slice(1, -1))!;

function sliceOf(row: Members): Slice {
  const text = (name: string) => String(row[name]);
  return {
    id: text('slice_id'),
    name: text('name'),
    ownerId: text('owner_user_id'),
    ownerEmail: text('owner_email'),
    projectId: text('project_id'),
    projectName: text('project_name'),
    startMs: atMs(row['lease_start_time']),
    endMs: atMs(row['lease_end_time']) - ROUNDED_MS,
    state: row['state'] as Slice['state'],
    graphId: text('graph_id'),
    graph: typeof row['model'] === 'string' ? readGraphml(row['model']) : EMPTY,
    reservations: [],
    future: false,
  };
}

const EMPTY: Slice['graph'] = { directed: false, multigraph: false, nodes: [], edges: [] };

function note(slice: Slice, row: Members): void {
  const id = String(row['sliver_id']);
  if (slice.reservations.some((each) => each.id === id)) return;
  const nodeId = String(row['graph_node_id']);
  // What a later answer brings came with the row's own requests.
  if (!slice.graph.nodes.some(({ properties }) => properties.get('NodeID') === nodeId) && row['state'] !== 'Closed') {
    if (slice.graph.nodes.length > 0) return;
  }
  slice.reservations.push({
    id,
    nodeId,
    kind: row['sliver_type'] as Reservation['kind'],
    startMs: atMs(row['lease_start_time']),
    endMs: atMs(row['lease_end_time']) - ROUNDED_MS,
    after: [],
    state: row['state'] as Reservation['state'],
    pending: row['pending_state'] as Reservation['pending'],
    join: row['join_state'] as Reservation['join'],
    error: '',
    review: '',
    closedMs: row['closed_at'] === undefined ? undefined : atMs(row['closed_at']),
    closing: false,
    shown: row['sliver'] as Reservation['shown'],
  });
}

/** A token is one text here, whatever it claims. */
function credmgrFor(): CredentialManager {
  let claims = {};
  const signer: TokenSigner = {
    sign: (given) => {
      claims = given;
      return '<jwt>';
    },
    read: () => ({ claims }),
    hash: () => '<sha256>',
    keys: [],
  };
  const project = { ...PROJECT, type: 'research', active: true, member: true, tokenHolder: false } as const;
  const user = {
    ...{ sub: 'http://cilogon.org/serverA/users/1', uuid: 'uuid-user', name: 'A User', email: 'user@example.org' },
    projects: [project],
  };
  const secrets = { newSecret: () => '<refresh-token>', newId: () => 'jti-1', refreshTokens: ['<refresh-token>'] };
  const manager = new CredentialManager({ user, signer, ...secrets, from: '192.0.2.1' });
  // The client had its token refreshed before.
  const body = '{"refresh_token": "<refresh-token>"}';
  const query = [['project_id', 'uuid-project'] as const, ['scope', 'all'] as const];
  manager.handle({ method: 'POST', path: '/credmgr/tokens/refresh', query, headers: {}, body }, T0_MS);
  return manager;
}

/** What of an answer does not hang on chance: ids and times without their digits, graphs by what they hold. */
function comparable(value: unknown): unknown {
  if (typeof value === 'string') {
    return value
      .replace(/[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}|uuid-\d+/g, 'uuid')
      .replace(/<T0[^>]*>|\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \+0000/g, '<time>')
      .replace(/HundredGigE0\/0\/0\/\d+|instance-\d+|0000:\w\w:00\.\d|02(?::\w\w){5}|2001:db8::\w+/g, '<given>')
      .replace(/is in state \((\w+),\w+\)/, 'is in state ($1)');
  }
  if (Array.isArray(value)) {
    const all = value.map(comparable);
    return all.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  }
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, each]) => {
        if (name === 'model')
          return [name, graphOf(String(each), MOVING.includes(String((value as Members)['state'])))];
        // The recorded orchestrator works while it is asked.
        if (name === 'pending_state') return [name, 'whatever it does just now'];
        if (name === 'sliver' && (value as Members)['state'] === 'Nascent') {
          const { ReservationInfo: _, ...known } = each as Members;
          return [name, comparable(known)];
        }
        return [name, comparable(each)];
      }),
  );
}

/** A graph by what it holds; while its slice is on its way, by what it consists of. */
function graphOf(text: string, isMoving: boolean): unknown {
  const { nodes, edges } = readGraphml(text);
  const shown = nodes.map(({ properties }) => {
    const all = [...properties].filter(([name]) => !isMoving || ['Class', 'Name', 'Type'].includes(name));
    return Object.fromEntries(all);
  });
  return [comparable(shown), edges.length];
}

const keysOf = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.slice(0, 1).map(keysOf);
  if (value === null || typeof value !== 'object') return typeof value;
  return Object.fromEntries(Object.keys(value).map((name) => [name, expect.anything()]));
};

const stateIn = (body: unknown) => (body as { data?: readonly Members[] }).data?.map((each) => each['state']);

describe.runIf(RECORDED)('the official client is answered as it was', () => {
  test.each(rows.map((row) => [row.id, row] as const))('%s', (id, { exchanges }) => {
    let issued = 0;
    const newId = () => `00000000-0000-4000-9000-${(++issued).toString(16).padStart(12, '0')}`;
    // A port that is taken, or a NIC that is not there, is the row's title.
    const conditions = {
      ...(id === 'stable-error' && { failures: new Map([['pm0', SPAN]]) }),
      ...(id === 'no-nic' && { free: new Map([['INDI/SmartNIC-ConnectX-6', 0]]) }),
    };
    const world = new World({ conditions });
    world.slices.push(...slicesBefore(exchanges));
    const orchestrator = new Orchestrator({ world, newId, verify, graphClass: 'NetworkXPropertyGraph' });
    const credmgr = credmgrFor();
    const names = new Names();
    const nowMs = T0_MS;
    for (const { request, response } of exchanges) {
      if (response.injected === 'answered instead of the server') continue;
      const { method, path, query, headers, contentType, body } = request;
      const asked: HttpRequest = {
        method,
        path: names.in(path),
        query: query.map(([name, value]) => [name, names.in(withTimes(value))]),
        headers: { ...headers, ...(contentType ? { 'Content-Type': contentType } : {}) },
        body: body === null ? '' : names.in(typeof body === 'string' ? body : JSON.stringify(body)),
      };
      const isCredmgr = CredentialManager.owns(path);
      const ask = (): HttpAnswer => (isCredmgr ? credmgr : orchestrator).handle(asked, nowMs);
      let answer = ask();
      const wanted = JSON.stringify(comparable(stateIn(response.body)));
      for (let step = 0; step < STEPS && method === 'GET'; step++) {
        if (JSON.stringify(comparable(stateIn(answer.body))) === wanted) break;
        world.step(nowMs);
        answer = ask();
      }
      if (response.injected !== undefined) continue;
      const where = `${method} ${path}`;
      expect([where, answer.status, answer.contentType]).toEqual([where, response.status, response.contentType]);
      names.learn(response.body, JSON.parse(JSON.stringify(answer.body)));
      if (isCredmgr) {
        const recorded = JSON.parse(JSON.stringify(response.body), (name, each) =>
          name === 'iat' || name === 'exp' ? expect.any(Number) : typeof each === 'string' ? withTimes(each) : each,
        );
        expect(answer.body).toMatchObject(recorded);
      } else if (path === '/resources/summary') {
        const [ours] = (answer.body as { data: readonly Members[] }).data;
        for (const kind of ['sites', 'links', 'hosts']) {
          const [first] = ours![kind] as Members[];
          expect([first]).toMatchObject(keysOf(response.body.data![0]![kind]) as never);
        }
      } else expect(comparable(answer.body)).toEqual(comparable(response.body));
    }
  });
});

const SPAN =
  'NSO SEMANTIC ERROR: SPAN: This platform doesnt support configuring multiple attachments of a traffic class';
