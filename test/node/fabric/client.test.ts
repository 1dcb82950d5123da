import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import {
  addListener,
  addMirror,
  EMPTY_SLICE,
  formatTokenFile,
  readGraphml,
  removeListener,
  replaceMirror,
  writeGraphml,
} from '../../../src/fabric/index.js';
import { ERROR } from '../../../src/generated/errors.js';
import {
  loadToken,
  OrchestratorClient,
  type Serving,
  serveStandIn,
  storeToken,
} from '../../../src/node/fabric/index.js';

const DAY_MS = 86_400_000;
const TAGS = ['Component.SmartNIC', 'Net.PortMirroring'];
const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const tokenUntil = (exp: number) =>
  `${encoded({ alg: 'RS256' })}.${encoded({ sub: 's', uuid: 'u', email: 'me@example.org', exp, projects: [{ uuid: 'p', name: 'P', tags: TAGS }] })}.c2ln`;
const TOKEN = tokenUntil(Math.floor(Date.now() / 1000) + 3600);
const KEYS = ['ecdsa-sha2-nistp256 AAAA me'];

const newId = () => crypto.randomUUID();
const MIRROR = {
  name: 'pm0',
  site: 'INDI',
  source: 'HundredGigE0/0/0/5',
  direction: 'Both',
  receiver: 'lis0-nic1-p1',
} as const;
const listening = addMirror(
  addListener(EMPTY_SLICE, { name: 'lis0', site: 'INDI', nicModel: 'ConnectX-6', userData: '{"run":"r1"}' }, newId),
  MIRROR,
  newId,
);
const isOurs = (graphml: string) => graphml.includes('"r1"');

let serving: Serving;
/** What stands between client and stand-in: answers in its place, or lets it answer and loses that. */
let proxy: ReturnType<typeof createServer>;
let url: string;
let interfere: (request: IncomingMessage, response: ServerResponse) => 'pass' | 'lose' | 'done';
const seen: string[] = [];

beforeEach(async () => {
  // Steps are taken by hand.
  serving = await serveStandIn({ port: 0, stepMs: 1_000_000 });
  interfere = () => 'pass';
  seen.length = 0;
  proxy = createServer((request, response) => void relay(request, response));
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
});
afterEach(async () => {
  proxy.closeAllConnections();
  await new Promise((resolve) => proxy.close(resolve));
  await serving.close();
});

const GATEWAY_PAGE = '<html><head><title>504 Gateway Time-out</title></head></html>';

async function relay(request: IncomingMessage, response: ServerResponse): Promise<void> {
  seen.push(`${request.method} ${request.url!.split('?')[0]}`);
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const how = interfere(request, response);
  if (how === 'done') return;
  const answer = await fetch(`${serving.url}${request.url}`, {
    method: request.method!,
    headers: Object.entries(request.headers)
      .filter(([name]) => ['authorization', 'content-type'].includes(name))
      .map(([name, value]) => [name, String(value)] as [string, string]),
    ...(chunks.length > 0 ? { body: Buffer.concat(chunks) } : {}),
  });
  if (how === 'lose') response.writeHead(504, { 'Content-Type': 'text/html' }).end(GATEWAY_PAGE);
  else response.writeHead(answer.status, { 'Content-Type': 'application/json' }).end(await answer.text());
}

const client = (token = TOKEN) => new OrchestratorClient({ url, token: () => token, retryMs: 1 });
const create = (name = 'twine-r1') => client().create(name, writeGraphml(listening), KEYS, Date.now() + DAY_MS, isOurs);
const settle = () => {
  for (let step = 0; step < 4; step++) serving.world.step(Date.now());
};
const failing = (cause: string) =>
  expect.objectContaining({ code: ERROR.MOORING_ERR_FABRIC_ANSWER, detail: expect.objectContaining({ cause }) });

test('a listener is created, its mirror replaced, its lease renewed, and it is deleted', async () => {
  const id = await create();
  expect((await client().slice(id)).state).toBe('Configuring');
  settle();
  const standing = await client().slice(id, true);
  expect(standing.state).toBe('StableOK');
  const moved = replaceMirror(
    readGraphml(standing.model!),
    'pm0',
    { ...MIRROR, name: 'pm1', source: 'HundredGigE0/0/0/6' },
    newId,
  );
  expect(await client().modify(id, writeGraphml(moved))).toBe(1);
  await expect(client().modify(id, writeGraphml(moved))).rejects.toThrow(failing('busy'));
  settle();
  await client().accept(id);
  expect((await client().slice(id)).state).toBe('StableOK');
  const slivers = await client().slivers(id);
  expect(slivers.map(({ state }) => state).sort()).toEqual(['Active', 'Active', 'Closed']);
  const untilMs = Math.floor(Date.now() / 1000) * 1000 + 3 * DAY_MS;
  expect(await client().renew(id, untilMs)).toBe(untilMs);
  settle();
  await client().delete(id);
  settle();
  expect(await client().slices()).toEqual([]);
  await client().delete(newId());
});

test('what a modify takes out of a slice is free again', async () => {
  const free = async () => {
    const [site] = await client().sites();
    return (site!['components'] as Record<string, { available: number }>)['SmartNIC-ConnectX-6']!.available;
  };
  const before = await free();
  const id = await create();
  settle();
  const spec = { name: 'lis1', site: 'INDI', nicModel: 'ConnectX-6' };
  const model = async () => readGraphml((await client().slice(id, true)).model!);
  await client().modify(id, writeGraphml(addListener(await model(), spec, newId)));
  settle();
  await client().accept(id);
  expect(await free()).toBe(before - 2);
  await client().modify(id, writeGraphml(removeListener(await model(), 'lis1')));
  settle();
  await client().accept(id);
  expect(await free()).toBe(before - 1);
  await client().delete(id);
  settle();
  expect(await free()).toBe(before);
});

test('a create whose answer was lost is found by its name and adopted, and not sent again', async () => {
  interfere = ({ method }) => (method === 'POST' ? 'lose' : 'pass');
  const id = await create();
  expect(serving.world.slices.map((slice) => slice.id)).toEqual([id]);
  expect(seen.filter((each) => each.startsWith('POST'))).toHaveLength(1);
});

test("a slice of that name that is another's is left alone", async () => {
  const theirs = addListener(EMPTY_SLICE, { name: 'other', site: 'INDI', nicModel: 'ConnectX-6' }, newId);
  await client().create('twine-r1', writeGraphml(theirs), KEYS, Date.now() + DAY_MS, () => false);
  await expect(create()).rejects.toThrow(failing('name-taken'));
  expect(serving.world.slices).toHaveLength(1);
});

test('a create that was lost before it arrived is not repeated', async () => {
  interfere = ({ method }, response) => {
    if (method !== 'POST') return 'pass';
    response.writeHead(502, { 'Content-Type': 'text/html' }).end(GATEWAY_PAGE);
    return 'done';
  };
  await expect(create()).rejects.toThrow(failing('gateway'));
  expect(serving.world.slices).toEqual([]);
});

test('what only reads is tried again where a proxy fails, and given up where it goes on', async () => {
  let bad = 2;
  interfere = (_request, response) => {
    if (bad-- <= 0) return 'pass';
    response.writeHead(503, { 'Content-Type': 'text/html' }).end(GATEWAY_PAGE);
    return 'done';
  };
  expect(await client().slices()).toEqual([]);
  bad = 100;
  await expect(client().slices()).rejects.toThrow(failing('gateway'));
  expect(seen).toHaveLength(6);
});

test.each([
  ['an expired token', tokenUntil(1000), 'token'],
  ['no token at all', 'x', 'token'],
])('%s', async (_what, token, cause) => {
  await expect(client(token).slices()).rejects.toThrow(failing(cause));
});

test.each([['nobody listens', 'http://127.0.0.1:9', 'network-transient']] as const)(
  '%s',
  async (_what, nowhere, cause) => {
    const lost = new OrchestratorClient({ url: nowhere, token: () => TOKEN, retryMs: 1 });
    await expect(lost.slices()).rejects.toThrow(failing(cause));
  },
);

test.each([
  ['{"data":[{}],"size":1}', 200],
  ['[]', 200],
  ['null', 500],
  ['{"errors":[]}', 500],
  ['{"errors":[{"details":7}]}', 500],
  ['{"detail":"gone","status":404}', 404],
  ['', 200],
])('an answer of %s gives a value or a declared error', async (body, status) => {
  interfere = (_request, response) => {
    response.writeHead(status).end(body);
    return 'done';
  };
  const outcome = await client()
    .slices()
    .catch((error: { code: string }) => error.code);
  expect(Array.isArray(outcome) || outcome === ERROR.MOORING_ERR_FABRIC_ANSWER).toBe(true);
});

const folder = mkdtempSync(join(tmpdir(), 'mooring-token-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a token is written whole, for its owner only, and nothing is left beside it', () => {
  const path = join(folder, 'id_token.json');
  writeFileSync(path, JSON.stringify({ id_token: 'a', refresh_token: 'r1' }));
  chmodSync(path, 0o644);
  const before = loadToken(path);
  expect(before.exposed).toBe(true);
  storeToken(path, formatTokenFile(before, { id_token: 'b', refresh_token: 'r2' }));
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(loadToken(path)).toMatchObject({ idToken: 'b', refreshToken: 'r2', exposed: false });
  expect(readdirSync(folder)).toEqual(['id_token.json']);
  const unwritable = expect.objectContaining({ code: ERROR.MOORING_ERR_FILE_UNWRITABLE });
  expect(() => storeToken(join(folder, 'no', 'token.json'), '{}')).toThrow(unwritable);
  expect(readFileSync(path, 'utf8')).toContain('r2');
});
