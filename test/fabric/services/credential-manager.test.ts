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
    // A token of the row is one we signed, unless the row is about one that we did not.
    const claims = { ...ours, exp: (timeOf(ours?.exp ?? '') ?? 0) / 1000 };
    const token = /wrongkey|kid/.test(id) ? 'of another' : signer.sign(claims as never);
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

test('a refresh token is good once; what failed after it was handed in has used it up', () => {
  const row = { id: '', about: '', given: {}, response: { status: 0, headers: {}, body: null } };
  const refresh = (manager: CredentialManager, token: string, scope = 'all') =>
    manager.handle(
      {
        method: 'POST',
        path: '/credmgr/tokens/refresh',
        query: [
          ['project_id', 'uuid-project'],
          ['scope', scope],
        ],
        headers: {},
        body: JSON.stringify({ refresh_token: token }),
      },
      T0_MS,
    ).status;
  const manager = managerFor(row, ['first']);
  expect([refresh(manager, 'first'), refresh(manager, 'first'), refresh(manager, 'REFRESH-1')]).toEqual([
    200, 500, 200,
  ]);
  expect([refresh(manager, 'REFRESH-2', 'nothing'), refresh(manager, 'REFRESH-2')]).toEqual([500, 500]);
});

test('tokens are listed, revoked and looked into', () => {
  const row = { id: '', about: '', given: { is_token_holder: true }, response: { status: 0, headers: {}, body: null } };
  const manager = managerFor(row, []);
  const made = manager.createToken(24, null, T0_MS);
  const token = 'token' in made ? String(made.token['id_token']) : '';
  const ask = (method: string, path: string, body?: unknown) =>
    manager.handle(
      {
        ...{ method, path: `/credmgr${path}`, query: [], headers: { Authorization: `Bearer ${token}` } },
        body: body === undefined ? '' : JSON.stringify(body),
      },
      T0_MS,
    ).body as { data: { details?: string; state?: string }[]; token?: unknown };
  expect(ask('GET', '/tokens').data.map(({ state }) => state)).toEqual(['Valid']);
  expect(ask('POST', '/tokens/validate', { type: 'identity', token }).data[0]!.details).toBe('Token is Valid!');
  expect(ask('POST', '/tokens/revokes', { type: 'identity', token }).data).toHaveLength(1);
  expect(ask('GET', '/tokens/revoke_list').data).toEqual([signer.hash(token)]);
  expect(ask('POST', '/tokens/validate', { type: 'identity', token })).toMatchObject({
    data: [{ details: 'Token is Revoked!' }],
    token: {},
  });
});
