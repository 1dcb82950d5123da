import { formatLeaseTime, formatPythonTime, type Json, LEASE_TIME_FORMAT, parseLeaseTime } from '../python/index.js';
import { type HttpAnswer, type HttpRequest, header } from '../stand-in/index.js';
import { detail, failed, isAnswer, json, readTexts } from './fastapi.js';

/** A project as tokens name it. */
export interface CredmgrProject {
  readonly uuid: string;
  readonly name: string;
  readonly type: 'research' | 'service';
  readonly tags: readonly string[];
  /** Whether it is in force, and its user a member of it and one who may have tokens that last. */
  readonly active: boolean;
  readonly member: boolean;
  readonly tokenHolder: boolean;
}

/** Who logs in. */
export interface CredmgrUser {
  readonly sub: string;
  readonly uuid: string;
  readonly name: string;
  readonly email: string;
  readonly givenName?: string;
  readonly familyName?: string;
  readonly projects: readonly CredmgrProject[];
}

type Claims = { readonly [name: string]: Json };

/** Who signs tokens, and knows its own signature. */
export interface TokenSigner {
  sign(claims: Claims): string;
  /** The claims of a token it signed; of any other why not, in the validator's words such as `UNPARSABLE_TOKEN`. */
  read(token: string): { readonly claims: Claims } | { readonly refused: string };
  /** SHA-256 of a token, in hexadecimal. */
  hash(token: string): string;
  /** Its public keys (RFC 7517). */
  readonly keys: readonly Json[];
}

/** What the stand-in of the credential manager is made of. */
export interface CredentialManagerOptions {
  readonly user: CredmgrUser;
  readonly signer: TokenSigner;
  /** Refresh tokens that nobody can guess. */
  readonly newSecret: () => string;
  /** Ids of tokens. */
  readonly newId: () => string;
  /** Refresh tokens that are good at the beginning. */
  readonly refreshTokens: readonly string[];
  /** How long a refreshed token lasts. Default 4 hours, as the real one's. */
  readonly tokenMs?: number;
  /** Address that those who ask come from. Default `127.0.0.1`. */
  readonly from?: string;
}

/** A token as lists show it. */
interface Issued {
  readonly hash: string;
  readonly createdMs: number;
  readonly expiresMs: number;
  readonly comment: string;
  readonly state: 'Valid' | 'Refreshed';
  revoked: boolean;
}

/** A token that was made, or why not. */
export type MadeToken = { readonly token: Claims } | { readonly refused: string };

const HOUR_MS = 3_600_000;
const SCOPES = ['cf', 'mf', 'all'];
const PREFIX = '/credmgr';

/**
 * FABRIC's credential manager (2.0.0) as a state machine: tokens are refreshed, each refresh token once, and looked into.
 * What fails after the refresh token was handed in has used it up, as there.
 */
export class CredentialManager {
  readonly #options: Required<CredentialManagerOptions>;
  readonly #good: Set<string>;
  readonly #issued: Issued[] = [];

  constructor(options: CredentialManagerOptions) {
    this.#options = { tokenMs: 4 * HOUR_MS, from: '127.0.0.1', ...options };
    this.#good = new Set(options.refreshTokens);
  }

  /** Whether a path is one of its. */
  static owns(path: string): boolean {
    return path === PREFIX || path.startsWith(`${PREFIX}/`);
  }

  handle(request: HttpRequest, nowMs: number): HttpAnswer {
    const { method } = request;
    const path = request.path.slice(PREFIX.length).replace(/^\/tokens\/delete/, '/tokens');
    const of = (name: string) => request.query.filter(([each]) => each === name).at(-1)?.[1];
    switch (`${method} ${path}`) {
      case 'GET /version':
        return data('version', [
          { reference: 'https://github.com/fabric-testbed/CredentialManager', version: '2.0.0' },
        ]);
      case 'GET /certs':
        return json(200, { keys: this.#options.signer.keys });
      case 'POST /tokens/refresh':
        return this.#refresh(request, of, nowMs);
      case 'POST /tokens/validate':
        return this.#validate(request, nowMs);
      case 'POST /tokens/revokes':
        return this.#revoke(request);
      // Wants the cookie of a login with a browser.
      case 'POST /tokens/create':
        return detail(401, 'Login required');
      case 'GET /tokens':
        return this.#ifAllowed(request) ?? this.#list(of);
      case 'GET /tokens/revoke_list':
        return this.#ifAllowed(request) ?? this.#revoked();
    }
    if (/^\/tokens(?:\/[^/]+)?$/.test(path)) {
      if (method === 'DELETE') return detail(401, 'Login required');
      return detail(405, 'Method Not Allowed', { allow: path === '/tokens' ? 'GET' : 'DELETE' });
    }
    return detail(404, 'Not Found');
  }

  /** A token as the portal makes it for who has logged in: one that lasts has no refresh token. */
  createToken(lifetimeHours: number, comment: string | null, nowMs: number): MadeToken {
    const { user, tokenMs } = this.#options;
    const [project] = user.projects;
    if (project === undefined) return { refused: `User ${user.email} is not a member of any project` };
    const lasts = lifetimeHours * HOUR_MS > tokenMs;
    if (lasts && !project.tokenHolder) {
      return { refused: `User ${user.email} is not authorized to create long lived tokens!` };
    }
    return {
      token: this.#issue(project, lifetimeHours * HOUR_MS, comment ?? 'Created via GUI', 'Valid', lasts, nowMs),
    };
  }

  #refresh(request: HttpRequest, of: (name: string) => string | undefined, nowMs: number): HttpAnswer {
    const body = readTexts(request, ['refresh_token']);
    if (isAnswer(body)) return body;
    // The identity provider takes it before anything else is looked at.
    if (!this.#good.delete(body.refresh_token)) return failed(500);
    const { user, tokenMs } = this.#options;
    const [id, name, scope] = [of('project_id'), of('project_name'), of('scope')];
    const project = user.projects.find((each) => each.uuid === id || (id === undefined && each.name === name));
    if (scope === undefined || !SCOPES.includes(scope)) return failed(500);
    if (project === undefined || !project.active || !project.member) return failed(500);
    return data('token', [this.#issue(project, tokenMs, 'Refreshed via API', 'Refreshed', false, nowMs)]);
  }

  #issue(
    project: CredmgrProject,
    lifetimeMs: number,
    comment: string,
    state: Issued['state'],
    lasts: boolean,
    nowMs: number,
  ): Claims {
    const { signer, newSecret, from } = this.#options;
    const expiresMs = nowMs + lifetimeMs;
    const token = signer.sign(this.#claims(project, state, nowMs, expiresMs));
    const hash = signer.hash(token);
    this.#issued.push({ hash, createdMs: nowMs, expiresMs, comment, state, revoked: false });
    const next = lasts ? {} : { refresh_token: this.#newRefreshToken(newSecret) };
    const [created, expires] = [formatLeaseTime(nowMs), formatLeaseTime(expiresMs)];
    return {
      ...{ token_hash: hash, created_at: created, expires_at: expires, state, created_from: from, comment },
      ...{ id_token: token, ...next },
    };
  }

  #newRefreshToken(newSecret: () => string): string {
    const next = newSecret();
    this.#good.add(next);
    return next;
  }

  #claims(project: CredmgrProject, state: Issued['state'], nowMs: number, expiresMs: number): Claims {
    const { sub, name, givenName, familyName, email, uuid } = this.#options.user;
    const client = 'cilogon:/client_id/1';
    // Of who has logged in at the portal the session knows the whole name only.
    const parts = state === 'Refreshed' ? { given_name: givenName ?? '', family_name: familyName ?? '' } : {};
    return {
      ...{ sub, iss: 'https://cilogon.org', aud: client, azp: client },
      ...{ iat: Math.trunc(nowMs / 1000), exp: Math.trunc(expiresMs / 1000), jti: this.#options.newId() },
      ...{ name, ...parts, email },
      projects: [
        {
          name: project.name,
          uuid: project.uuid,
          project_type: project.type,
          tags: project.tags,
          memberships: {
            is_creator: false,
            is_member: project.member,
            is_owner: false,
            is_token_holder: project.tokenHolder,
          },
        },
      ],
      roles: [{ name: 'Jupyterhub' }],
      scope: project.type === 'service' ? 'service' : 'resource',
      uuid,
    };
  }

  #validate(request: HttpRequest, nowMs: number): HttpAnswer {
    const body = readTexts(request, ['type', 'token']);
    if (isAnswer(body)) return body;
    if (body.type !== 'identity') return failed(500);
    const { signer } = this.#options;
    const read = signer.read(body.token);
    if ('refused' in read) return failed(500);
    const expired = Number(read.claims['exp']) * 1000 <= nowMs;
    const known = this.#issued.find(({ hash }) => hash === signer.hash(body.token));
    const state = expired ? 'Expired' : known?.revoked ? 'Revoked' : (known?.state ?? 'Valid');
    const told = noContent(`Token is ${state}!`);
    return json(200, { ...told, token: expired || known?.revoked ? {} : read.claims });
  }

  #revoke(request: HttpRequest): HttpAnswer {
    const body = readTexts(request, ['type', 'token']);
    if (isAnswer(body)) return body;
    const refused = this.#ifAllowed(request);
    if (refused !== undefined) return refused;
    const { signer } = this.#options;
    const known = this.#issued.find(({ hash }) => hash === signer.hash(body.token) || hash === body.token);
    if (body.type === 'refresh') this.#good.delete(body.token);
    else if (known === undefined) return failed(500);
    else known.revoked = true;
    return json(200, noContent('Token is successfully revoked'));
  }

  /** What is said to one who has no good token. */
  #ifAllowed(request: HttpRequest): HttpAnswer | undefined {
    const token = header(request, 'Authorization')?.replace(/^Bearer /, '');
    if (token === undefined) return detail(401, 'Login or Token required');
    const read = this.#options.signer.read(token);
    if ('claims' in read) return undefined;
    return detail(401, `Login or Token required : Unable to validate provided token e: ValidateCode.${read.refused}!`);
  }

  #list(of: (name: string) => string | undefined): HttpAnswer {
    const [expires, hash] = [of('expires'), of('token_hash')];
    const before = expires === undefined ? undefined : parseLeaseTime(expires)?.atMs;
    if (expires !== undefined && before === undefined) {
      return failed(400, `Expiry time is not in format ${LEASE_TIME_FORMAT}`);
    }
    if (hash !== undefined && !/^[0-9a-f]{64}$/i.test(hash)) {
      return failed(400, 'Invalid token hash format. Expected 64-character hex string.');
    }
    const found = this.#issued.filter(
      (each) => (hash === undefined || each.hash === hash) && (before === undefined || each.expiresMs <= before),
    );
    const time = (atMs: number) => formatPythonTime({ atMs, offsetS: 0 });
    return data(
      'token',
      found.map((each) => ({
        ...{ token_hash: each.hash, created_at: time(each.createdMs), expires_at: time(each.expiresMs) },
        ...{ state: each.revoked ? 'Revoked' : each.state, created_from: this.#options.from, comment: each.comment },
      })),
    );
  }

  #revoked(): HttpAnswer {
    const hashes = this.#issued.filter(({ revoked }) => revoked).map(({ hash }) => hash);
    return data('revoked token hashes', hashes);
  }
}

const data = (type: string, all: readonly Json[]): HttpAnswer =>
  json(200, { size: all.length, status: 200, type, data: all });

const noContent = (details: string) => ({
  ...{ data: [{ message: 'No Content', details }], type: 'no_content', size: 1, status: 200 },
});
