import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { T0_MS, timeOf } from '../../../src/fabric/replay/notation.js';
import { CredentialManager, type CredmgrProject, type TokenSigner } from '../../../src/fabric/services/index.js';
import { RECORDED, rowsOf } from '../vectors.js';

type Members = Readonly<Record<string, unknown>>;
interface Row {
  readonly id: string;
  readonly about: string;
  readonly given: Members;
  readonly request?: {
    readonly method: string;
    readonly path: string;
    readonly query: readonly (readonly [string, string])[];
    readonly headers: Readonly<Record<string, string>>;
    readonly body: unknown;
  };
  readonly response: { readonly status: number; readonly headers: Members; readonly body: unknown };
  readonly error?: { readonly text: string };
  readonly result?: Members;
  readonly jwt?: Readonly<Record<string, { readonly projects: readonly Members[]; readonly exp: string }>>;
}

const rows = rowsOf<Row>('tokens.jsonl');

/** Tokens are their claims in readable form, so that a test can look into them. */
const signer: TokenSigner = {
  sign: (claims) => `jwt ${JSON.stringify(claims)}`,
  read: (token) =>
    token.startsWith('jwt ') ? { claims: JSON.parse(token.slice(4)) } : { refused: 'UNPARSABLE_TOKEN' },
  hash: (token) => createHash('sha256').update(token).digest('hex'),
  keys: [{ kty: 'RSA', e: 'AQAB', n: '<modulus>', use: 'sig', alg: 'RS256', kid: 'kid-1' }],
};

const PROJECT: CredmgrProject = {
  uuid: 'uuid-project',
  name: 'Project X',
  type: 'research',
  tags: ['Net.PortMirroring', 'VM.NoLimit'],
  active: true,
  member: true,
  tokenHolder: false,
};

/** The project as a row has it: as its token names it, or as its title says. */
function projectOf({ about, given, jwt }: Row): CredmgrProject {
  const [named] = Object.values(jwt ?? {})[0]?.projects ?? [];
  return {
    ...PROJECT,
    type: named?.['project_type'] === 'service' ? 'service' : 'research',
    tags: (named?.['tags'] as string[] | undefined) ?? PROJECT.tags,
    active: !about.startsWith('project not active'),
    member: !about.startsWith('no longer a member'),
    tokenHolder: given['is_token_holder'] === true,
  };
}

function managerFor(row: Row, refreshTokens: readonly string[], next = 1): CredentialManager {
  const user = {
    sub: 'http://cilogon.org/serverA/users/1',
    uuid: 'uuid-user',
    name: 'A User',
    givenName: 'A',
    familyName: 'User',
    email: 'user@example.org',
    projects: [projectOf(row)],
  };
  let serial = next;
  const newSecret = () => `REFRESH-${serial++}`;
  return new CredentialManager({ user, signer, newSecret, newId: () => 'jti-1', refreshTokens, from: '192.0.2.1' });
}

/** The token of a row: one that the manager made, unless the row is about another's or about one that has expired. */
function tokenOf({ id, jwt }: Row, manager: CredentialManager): string {
  if (/wrongkey|kid/.test(id)) return 'of another';
  const expiresMs = timeOf(jwt?.['jwt-1']?.exp ?? '') ?? 0;
  if (expiresMs <= T0_MS) return signer.sign({ exp: expiresMs / 1000 });
  const made = manager.createToken(4, null, T0_MS);
  return 'token' in made ? String(made.token['id_token']) : '';
}

/** An answer in the notation of the rows: tokens and hashes by number in their order, times from T0. */
function inNotation(body: unknown): unknown {
  const names = { jwt: new Map<unknown, string>(), hash: new Map<unknown, string>() };
  const named = (kind: 'jwt' | 'hash', value: unknown) => {
    const known =
      names[kind].get(value) ?? (kind === 'jwt' ? `<jwt-${names.jwt.size + 1}>` : `hash-${names.hash.size + 1}`);
    names[kind].set(value, known);
    return known;
  };
  const text = JSON.stringify(body, (key, value) => {
    if (key === 'id_token') return named('jwt', value);
    if (key === 'token_hash') return named('hash', value);
    return value;
  });
  return JSON.parse(
    text.replace(/2026-12-01 (\d\d):00:00 ?\+00:?00/g, (time, hour) => {
      const span = Number(hour) === 12 ? '' : `+${Number(hour) - 12}h`;
      return `<T0${span}${time.includes('+00:00') ? '|py' : ''}>`;
    }),
  );
}

const inClaims = (claims: Members) =>
  JSON.parse(JSON.stringify(claims), (key, value) => {
    if (key !== 'iat' && key !== 'exp') return value;
    const hours = (Number(value) * 1000 - T0_MS) / 3_600_000;
    return hours === 0 ? 'T0' : hours % 24 === 0 ? `T0+${hours / 24}d` : `T0+${hours}h`;
  });

describe.runIf(RECORDED)('the credential manager answers as the real one did', () => {
  const asked = rows.filter((row): row is Row & Required<Pick<Row, 'request'>> => row.request !== undefined);
  test.each(asked.map((row) => [row.id, row] as const))('%s', (id, row) => {
    const { method, path, query, headers, body } = row.request;
    const sent = typeof body === 'string' ? body : body === null ? '' : JSON.stringify(body);
    const handed = /"refresh_token": ?"(REFRESH-\d+)"/.exec(sent)?.[1];
    const taken = row.given['identityProviderAnswers'] === undefined && handed !== undefined ? [handed] : [];
    const number = Number(handed?.slice(8) ?? 0);
    const manager = managerFor(row, taken, number + 1);
    const ours = row.jwt?.['jwt-1'];
    const token = JSON.stringify(row.request).includes('<jwt-1>') ? tokenOf(row, manager) : '';
    const withTokens = (text: string) => text.replaceAll('<jwt-1>', token.replaceAll('"', '\\"'));
    const answer = manager.handle(
      {
        method,
        path,
        query,
        headers: Object.fromEntries(
          Object.entries(headers).map(([name, value]) => [name, value.replaceAll('<jwt-1>', token)]),
        ),
        body: withTokens(sent),
      },
      T0_MS,
    );
    expect([answer.status, answer.headers]).toEqual([row.response.status, row.response.headers]);
    if (id === 'list') return expect(answer.body).toMatchObject({ status: 200, type: 'token' });
    expect(inNotation(answer.body)).toEqual(row.response.body);
    const made = (answer.body as { data?: { id_token?: string }[] }).data?.[0]?.id_token;
    if (made !== undefined) expect(inClaims(JSON.parse(made.slice(4)))).toEqual(ours);
    return undefined;
  });

  const created = rows.filter(({ request }) => request === undefined);
  test.each(created.map((row) => [row.id, row] as const))('%s', (_id, row) => {
    const { lifetimeHours, comment } = row.given as { lifetimeHours: number; comment: string | null };
    const made = managerFor(row, []).createToken(lifetimeHours, comment, T0_MS);
    if (row.error) return expect(made).toEqual({ refused: row.error.text });
    if ('refused' in made) throw new Error(made.refused);
    const expires = String(row.result!['expires_at']);
    expect({ ...(inNotation(made.token) as Members), expires_at: expires }).toEqual(row.result);
    expect(inClaims(JSON.parse(String(made.token['id_token']).slice(4)))).toEqual(row.jwt!['jwt-1']);
    return undefined;
  });
});

const PLAIN: Row = { id: '', about: '', given: {}, response: { status: 0, headers: {}, body: null } };

function asker(manager: CredentialManager, token?: string) {
  return (method: string, path: string, body?: unknown, nowMs = T0_MS) => {
    const [bare = '', query = ''] = path.split('?');
    const answer = manager.handle(
      {
        ...{ method, path: `/credmgr${bare}`, query: [...new URLSearchParams(query)] },
        headers: token === undefined ? {} : { Authorization: `Bearer ${token}` },
        body: body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body),
      },
      nowMs,
    );
    return {
      ...answer,
      body: answer.body as { data: { details?: string; state?: string }[]; token?: unknown; detail?: unknown },
    };
  };
}

function withToken(hours = 4) {
  const manager = managerFor({ ...PLAIN, given: { is_token_holder: true } }, ['first']);
  const made = manager.createToken(hours, null, T0_MS);
  const token = 'token' in made ? String(made.token['id_token']) : '';
  return { manager, token, ask: asker(manager, token) };
}

test('a refresh token is good once; only what fails at the project or later has used it up', () => {
  const ask = asker(managerFor(PLAIN, ['first']));
  const refresh = (token: string, query = 'project_id=uuid-project&scope=all') =>
    ask('POST', `/tokens/refresh?${query}`, { refresh_token: token }).status;
  expect([refresh('first'), refresh('first'), refresh('REFRESH-1')]).toEqual([200, 500, 200]);
  // A scope that is not there and a project that is not named are found before the identity provider is asked.
  expect(refresh('REFRESH-2', 'project_id=uuid-project&scope=nothing')).toBe(500);
  expect(refresh('REFRESH-2', 'scope=all')).toBe(500);
  expect([refresh('REFRESH-2', 'project_id=another&scope=all'), refresh('REFRESH-2')]).toEqual([500, 500]);
});

test('a token for all projects names them and says no more of them', () => {
  const ask = asker(managerFor(PLAIN, ['first']));
  const { body } = ask('POST', '/tokens/refresh?project_id=all&scope=all', { refresh_token: 'first' });
  const [made] = body.data as unknown as { id_token: string }[];
  const claims = JSON.parse(made!.id_token.slice(4));
  expect(claims.projects).toEqual([{ name: 'Project X', uuid: 'uuid-project', project_type: 'research' }]);
});

test('tokens are listed, revoked by their hash and looked into', () => {
  const { ask, token } = withToken(24);
  expect(ask('GET', '/tokens').body.data.map(({ state }) => state)).toEqual(['Valid']);
  expect(ask('POST', '/tokens/validate', { type: 'identity', token }).body).toMatchObject({
    data: [{ details: 'Token is Valid!' }],
    token: { uuid: 'uuid-user' },
  });
  expect(ask('POST', '/tokens/revokes', { type: 'identity', token: 'ff' }).status).toBe(500);
  const revoked = ask('POST', '/tokens/revokes', { type: 'identity', token: signer.hash(token) });
  expect(revoked.body.data[0]!.details).toBe("Token of type 'identity' has been successfully revoked");
  expect(ask('GET', '/tokens/revoke_list?project_id=uuid-project').body.data).toEqual([signer.hash(token)]);
  expect(ask('GET', '/tokens/revoke_list?project_id=another').body.data).toEqual([]);
  expect(ask('POST', '/tokens/validate', { type: 'identity', token }).body).toMatchObject({
    data: [{ details: 'Token is Revoked!' }],
    token: { uuid: 'uuid-user' },
  });
  expect(ask('GET', '/tokens').body.detail).toMatch(
    /^Login or Token required : Unable to validate provided token: Revoked claims:\{'sub': 'http:/,
  );
});

test('a list is cut by hash, project, time, states, limit and offset together', () => {
  const { manager, ask, token } = withToken();
  manager.createToken(24, null, T0_MS);
  manager.createToken(2, null, T0_MS);
  const listed = (query: string) => ask('GET', `/tokens?${query}`).body.data.length;
  expect([listed(''), listed('limit=1'), listed('limit=1&offset=0'), listed('limit=2&offset=2')]).toEqual([3, 3, 1, 1]);
  expect([listed('states=valid'), listed('states=Refreshed'), listed('states=revoked&states=VALID')]).toEqual([
    3, 0, 3,
  ]);
  expect([listed(`token_hash=${signer.hash(token)}`), listed('project_id=another')]).toEqual([1, 0]);
  expect(listed(`expires=${encodeURIComponent('2026-12-01 16:00:00 +0000')}`)).toBe(1);
  // In order of their end, and without those that have ended.
  const [first] = ask('GET', '/tokens', undefined, T0_MS + 3 * 3_600_000).body.data as Members[];
  expect(first!['expires_at']).toBe('2026-12-02 12:00:00+00:00');
  expect(ask('GET', '/tokens', undefined, T0_MS + 3 * 3_600_000).body.data).toHaveLength(2);
  expect(ask('GET', `/tokens?token_hash=${'A'.repeat(64)}`).status).toBe(400);
});

test.each([
  ['limit=0', 400],
  ['limit=501', 400],
  ['offset=-1', 400],
  ['offset=100001', 400],
  ['limit=many', 422],
  ['limit=1.5', 422],
  ['limit=1_0&offset= 0 ', 200],
])('tokens?%s: %i', (query, status) => {
  expect(withToken().ask('GET', `/tokens?${query}`).status).toBe(status);
});

test.each([
  ['POST', '/version', 405, 'GET'],
  ['PUT', '/tokens', 405, 'DELETE'],
  ['GET', '/tokens/validate', 405, 'DELETE'],
  ['PUT', '/tokens/create', 405, 'POST'],
  ['DELETE', '/tokens/refresh', 401, undefined],
  ['GET', '/tokens/revoke_list', 200, undefined],
  ['GET', '/tokens/a/b', 404, undefined],
  ['GET', '', 404, undefined],
])('%s %s: %i', (method, path, status, allow) => {
  const answer = asker(managerFor(PLAIN, []))(method, path);
  expect([answer.status, answer.headers['allow']]).toEqual([status, allow]);
});

test('of a body it is found first that it is no JSON, then who asks, then what is missing', () => {
  const { manager, ask } = withToken();
  const stranger = asker(manager);
  expect(stranger('POST', '/tokens/revokes', '{').status).toBe(422);
  expect(stranger('POST', '/tokens/revokes', {}).status).toBe(401);
  expect(stranger('POST', '/tokens/revoke').status).toBe(401);
  expect(ask('POST', '/tokens/revokes', {}).status).toBe(422);
  expect(ask('POST', '/tokens/revoke', { refresh_token: 'first' }).body.data[0]!.details).toBe(
    "Token 'first' has been successfully revoked",
  );
});
