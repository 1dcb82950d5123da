import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, expect, test } from 'vitest';
import { currentToken, serveStandIn } from '../../../src/node/fabric/index.js';
import { RECORDED, rowsOf } from '../../fabric/vectors.js';

const root = mkdtempSync(join(tmpdir(), 'mooring-token-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const path = join(root, 'id_token.json');

const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
/** A token that ends so many seconds from now. */
const tokenFor = (seconds: number, id = '') =>
  `${encoded({ alg: 'RS256' })}.${encoded({ sub: `s${id}`, uuid: 'u', email: 'me@example.org', exp: Math.floor(Date.now() / 1000) + seconds, projects: [{ uuid: 'p', name: 'P', tags: ['VM.NoLimit'] }] })}.c2ln`;

function write(seconds: number, refreshToken?: string): string {
  const token = tokenFor(seconds);
  writeFileSync(path, JSON.stringify({ id_token: token, refresh_token: refreshToken, comment: 'kept' }));
  chmodSync(path, 0o600);
  return token;
}

interface Asked {
  readonly method: string;
  readonly url: string;
  readonly body: unknown;
}

let server: Server | undefined;
const asked: Asked[] = [];
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
  asked.length = 0;
});

/** A credential manager that answers as `answer` says. */
async function manager(answer: (refreshToken: string) => { status: number; body: unknown }): Promise<string> {
  server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const body = JSON.parse(text) as { refresh_token: string };
    asked.push({ method: request.method!, url: request.url!, body });
    const { status, body: told } = answer(body.refresh_token);
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(told));
  });
  await new Promise<void>((listening) => server!.listen(0, '127.0.0.1', listening));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** One that takes each refresh token once, as the real one. */
async function rotating(): Promise<string> {
  let turn = 1;
  return await manager((refreshToken) => {
    if (refreshToken !== `REFRESH-${turn}`) return { status: 500, body: { errors: [{ details: 'internal' }] } };
    turn += 1;
    const data = [{ id_token: tokenFor(14_400, String(turn)), refresh_token: `REFRESH-${turn}`, state: 'Refreshed' }];
    return { status: 200, body: { data, size: 1, status: 200, type: 'token' } };
  });
}

test('a token that lasts is given as it is; one that ends soon is refreshed, and written down for its owner alone', async () => {
  const credmgrUrl = await rotating();
  const lasting = write(3600, 'REFRESH-1');
  expect(await currentToken({ path, credmgrUrl, projectId: 'p' })).toBe(lasting);
  expect(asked).toEqual([]);
  write(60, 'REFRESH-1');
  const next = await currentToken({ path, credmgrUrl, projectId: 'p' });
  const file = JSON.parse(readFileSync(path, 'utf8'));
  expect(file).toMatchObject({ id_token: next, refresh_token: 'REFRESH-2', comment: 'kept' });
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(asked).toEqual([
    { method: 'POST', url: '/credmgr/tokens/refresh?project_id=p&scope=all', body: { refresh_token: 'REFRESH-1' } },
  ]);
  expect(readdirSync(root)).toEqual(['id_token.json']);
});

test('of many who refresh at once one does, and no refresh token is used twice', async () => {
  const credmgrUrl = await rotating();
  write(1, 'REFRESH-1');
  const tokens = await Promise.all(Array.from({ length: 8 }, () => currentToken({ path, credmgrUrl, projectId: 'p' })));
  expect([new Set(tokens).size, asked.length]).toEqual([1, 1]);
});

test('two processes that find their token ended refresh it once, and both go on', async () => {
  const credmgrUrl = await rotating();
  const serving = await serveStandIn({ port: 0, stepMs: 1_000_000 });
  write(-10, 'REFRESH-1');
  const argv = ['dist/cli.js', 'fabric', 'slices', '--token', path, '--url', serving.url, '--credmgr', credmgrUrl];
  const env = { ...process.env, FABRIC_PROJECT_ID: 'p' };
  const runs = await Promise.all([0, 1, 2].map(() => promisify(execFile)(process.execPath, argv, { env })));
  await serving.close();
  expect(runs.map(({ stdout }) => stdout)).toEqual(['no slices\n', 'no slices\n', 'no slices\n']);
  expect(asked).toHaveLength(1);
});

test('one that has ended and cannot be refreshed says what to do, and nothing is written', async () => {
  write(-10);
  const refused = (credmgrUrl: string, projectId = 'p') => currentToken({ path, credmgrUrl, projectId });
  const cause = { code: 'MOORING_ERR_FABRIC_ANSWER', detail: expect.objectContaining({ cause: 'token' }) };
  await expect(refused('http://127.0.0.1:1')).rejects.toMatchObject({
    ...cause,
    message: expect.stringContaining('has no refresh token'),
  });
  write(-10, 'REFRESH-9');
  const before = readFileSync(path, 'utf8');
  await expect(refused('http://127.0.0.1:1')).rejects.toMatchObject({
    ...cause,
    message: expect.stringContaining('did not answer'),
  });
  await expect(refused(await rotating(), '')).rejects.toMatchObject({
    ...cause,
    message: expect.stringContaining('FABRIC_PROJECT_ID'),
  });
  await expect(refused(await rotating())).rejects.toMatchObject({
    ...cause,
    message: expect.stringContaining('(500)'),
  });
  expect(asked).toHaveLength(1);
  expect(readFileSync(path, 'utf8')).toBe(before);
  expect(readdirSync(root)).toEqual(['id_token.json']);
  // One without a refresh token is good until it ends.
  const short = write(60);
  expect(await refused('http://127.0.0.1:1')).toBe(short);
});

interface TokenRow {
  readonly id: string;
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly query: [string, string][];
    readonly body: { refresh_token?: unknown } | string | null;
  };
  readonly response: {
    readonly status: number;
    readonly body: { readonly data?: { id_token?: string; refresh_token?: string }[] };
  };
}

/** What a client of ours asks: the refreshes of a project by its id whose body holds a refresh token. */
const recorded = rowsOf<TokenRow>('tokens.jsonl').filter(({ request }: Partial<TokenRow>) => {
  if (request?.method !== 'POST' || request.path !== '/credmgr/tokens/refresh') return false;
  const token = typeof request.body === 'object' ? request.body?.refresh_token : undefined;
  return request.query.map(([name]) => name).join() === 'project_id,scope' && typeof token === 'string';
});

test.skipIf(!RECORDED)(
  'recorded answers to a refresh: what is asked is what was asked there, and each answer is taken or told',
  async () => {
    expect(recorded.length).toBeGreaterThan(10);
    for (const { id, request, response } of recorded) {
      asked.length = 0;
      const { data } = response.body;
      const idToken = tokenFor(14_400, id);
      const body = data
        ? { ...response.body, data: data.map((token) => ({ ...token, id_token: idToken })) }
        : response.body;
      const credmgrUrl = await manager(() => ({ status: response.status, body }));
      const { refresh_token: refreshToken } = request.body as { refresh_token: string };
      write(1, refreshToken);
      const outcome = await currentToken({ path, credmgrUrl, projectId: 'uuid-project' }).catch(
        (error: { detail: { cause: string } }) => error.detail.cause,
      );
      expect([id, outcome]).toEqual([id, response.status === 200 ? idToken : 'token']);
      const kept = JSON.parse(readFileSync(path, 'utf8')).refresh_token;
      expect([id, kept]).toEqual([id, data?.[0]?.refresh_token ?? refreshToken]);
      const [one] = asked;
      expect([asked.length, one!.method, new URL(one!.url, 'http://x').pathname]).toEqual([
        1,
        request.method,
        request.path,
      ]);
      if (id !== 'refresh-badscope') expect([...new URL(one!.url, 'http://x').searchParams]).toEqual(request.query);
      server?.closeAllConnections();
      server?.close();
    }
  },
);
