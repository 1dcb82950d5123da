import {
  formatLeaseTime,
  formatPythonTime,
  type Json,
  LEASE_TIME_FORMAT,
  parseLeaseTime,
  repr,
} from '../python/index.js';
import { type HttpAnswer, type HttpRequest, header } from '../stand-in/index.js';
import { detail, failed, isAnswer, json, queried, readCounts, readTexts } from './fastapi.js';

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
  /** Its project, or `all`. */
  readonly projectId: string;
  readonly createdMs: number;
  readonly expiresMs: number;
  readonly comment: string;
  readonly state: 'Valid' | 'Refreshed';
  revoked: boolean;
}

type TokenState = Issued['state'] | 'Revoked' | 'Expired';

type ReadToken = { readonly state: TokenState; readonly claims: Claims } | { readonly refused: string };

/** A token that was made, or why not. */
export type MadeToken = { readonly token: Claims } | { readonly refused: string };

const HOUR_MS = 3_600_000;
const SCOPES = ['cf', 'mf', 'all'];
const PREFIX = '/credmgr';
/** The word for all projects of a user. */
const ALL = 'all';
const MOST_TOKENS = 500;
const MOST_SKIPPED = 100_000;
/** What its data base gives where nobody says how many. */
const MOST_REVOKED = 5;

type Route = 'version' | 'certs' | 'login' | 'refresh' | 'revoke' | 'revokes' | 'list' | 'revoke_list' | 'validate';

/** In its order: what a method is refused with is the first route of a path. */
const ROUTES: readonly (readonly [method: string, path: RegExp, Route])[] = [
  ['GET', /^\/version$/, 'version'],
  ['GET', /^\/certs$/, 'certs'],
  ['POST', /^\/tokens\/create$/, 'login'],
  ['DELETE', /^\/tokens$/, 'login'],
  ['DELETE', /^\/tokens\/[^/]+$/, 'login'],
  ['POST', /^\/tokens\/refresh$/, 'refresh'],
  ['POST', /^\/tokens\/revoke$/, 'revoke'],
  ['POST', /^\/tokens\/revokes$/, 'revokes'],
  ['GET', /^\/tokens$/, 'list'],
  ['GET', /^\/tokens\/revoke_list$/, 'revoke_list'],
  ['POST', /^\/tokens\/validate$/, 'validate'],
];

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
    const path = request.path.slice(PREFIX.length);
    const there = ROUTES.filter(([, pattern]) => pattern.test(path));
    const route = there.find(([method]) => method === request.method);
    if (route !== undefined) return this.#answer(route[2], request, nowMs);
    // Of the routes of a path the first says which method it would take.
    const [first] = there;
    if (first === undefined) return detail(404, 'Not Found');
    return detail(405, 'Method Not Allowed', { allow: first[0] });
  }

  #answer(route: Route, request: HttpRequest, nowMs: number): HttpAnswer {
    switch (route) {
      case 'version':
        return data('version', [
          { reference: 'https://github.com/fabric-testbed/CredentialManager', version: '2.0.0' },
        ]);
      case 'certs':
        return json(200, { keys: this.#options.signer.keys });
      // Wants the cookie of a login with a browser.
      case 'login':
        return detail(401, 'Login required');
      case 'refresh':
        return this.#refresh(request, nowMs);
      case 'validate':
        return this.#validate(request, nowMs);
      case 'revoke':
        return this.#revoke(request, ['refresh_token'], nowMs);
      case 'revokes':
        return this.#revoke(request, ['type', 'token'], nowMs);
      case 'list':
        return this.#refusal(request, nowMs) ?? this.#list(request, nowMs);
      case 'revoke_list':
        return this.#revoked(request, nowMs);
    }
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
      token: this.#issue(
        [project],
        false,
        lifetimeHours * HOUR_MS,
        comment ?? 'Created via GUI',
        'Valid',
        lasts,
        nowMs,
      ),
    };
  }

  #refresh(request: HttpRequest, nowMs: number): HttpAnswer {
    const body = readTexts(request, ['refresh_token']);
    if (isAnswer(body)) return body;
    const { user, tokenMs } = this.#options;
    const [id, name, scope] = ['project_id', 'project_name', 'scope'].map((each) => queried(request, each));
    if ((id === undefined && name === undefined) || scope === undefined || !SCOPES.includes(scope)) return failed(500);
    // The identity provider takes it before the project is looked at.
    if (!this.#good.delete(body.refresh_token)) return failed(500);
    const ofAll = id?.toLowerCase() === ALL;
    const named = user.projects.find((each) => each.uuid === id || (id === undefined && each.name === name));
    const projects = ofAll ? user.projects.filter(({ active }) => active) : named ? [named] : [];
    if (projects.length === 0 || !projects.every(({ active, member }) => active && member)) return failed(500);
    return data('token', [this.#issue(projects, ofAll, tokenMs, 'Refreshed via API', 'Refreshed', false, nowMs)]);
  }

  #issue(
    projects: readonly CredmgrProject[],
    namesOnly: boolean,
    lifetimeMs: number,
    comment: string,
    state: Issued['state'],
    lasts: boolean,
    nowMs: number,
  ): Claims {
    const { signer, newSecret, from } = this.#options;
    const expiresMs = nowMs + lifetimeMs;
    const token = signer.sign(this.#claims(projects, namesOnly, state, nowMs, expiresMs));
    const hash = signer.hash(token);
    this.#forgetExpired(nowMs);
    const projectId = namesOnly ? ALL : projects[0]!.uuid;
    this.#issued.push({ hash, projectId, createdMs: nowMs, expiresMs, comment, state, revoked: false });
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

  #claims(
    projects: readonly CredmgrProject[],
    namesOnly: boolean,
    state: Issued['state'],
    nowMs: number,
    expiresMs: number,
  ): Claims {
    const { sub, name, givenName, familyName, email, uuid } = this.#options.user;
    const client = 'cilogon:/client_id/1';
    // Of who has logged in at the portal the session knows the whole name only.
    const parts = state === 'Refreshed' ? { given_name: givenName ?? '', family_name: familyName ?? '' } : {};
    return {
      ...{ sub, iss: 'https://cilogon.org', aud: client, azp: client },
      ...{ iat: Math.trunc(nowMs / 1000), exp: Math.trunc(expiresMs / 1000), jti: this.#options.newId() },
      ...{ name, ...parts, email },
      projects: projects.map((project) => ({
        ...{ name: project.name, uuid: project.uuid, project_type: project.type },
        ...(namesOnly
          ? {}
          : {
              tags: project.tags,
              memberships: {
                is_creator: false,
                is_member: project.member,
                is_owner: false,
                is_token_holder: project.tokenHolder,
              },
            }),
      })),
      roles: [{ name: 'Jupyterhub' }],
      scope: projects[0]?.type === 'service' ? 'service' : 'resource',
      uuid,
    };
  }

  #validate(request: HttpRequest, nowMs: number): HttpAnswer {
    const body = readTexts(request, ['type', 'token']);
    if (isAnswer(body)) return body;
    if (body.type !== 'identity') return failed(500);
    const read = this.#read(body.token, nowMs);
    if ('refused' in read) return failed(500);
    return json(200, { ...noContent(`Token is ${read.state}!`), token: read.claims });
  }

  /** What a token claims and how it stands; of one that has expired only that. */
  #read(token: string, nowMs: number): ReadToken {
    const { signer } = this.#options;
    const read = signer.read(token);
    if ('refused' in read) return read;
    if (Number(read.claims['exp']) * 1000 <= nowMs) return { state: 'Expired', claims: {} };
    this.#forgetExpired(nowMs);
    const known = this.#issued.find(({ hash }) => hash === signer.hash(token));
    if (known === undefined) return { refused: 'INVALID' };
    return { state: stateOf(known), claims: read.claims };
  }

  #forgetExpired(nowMs: number): void {
    for (let at = this.#issued.length - 1; at >= 0; at -= 1) {
      if (this.#issued[at]!.expiresMs < nowMs) this.#issued.splice(at, 1);
    }
  }

  #revoke(request: HttpRequest, members: readonly ('refresh_token' | 'type' | 'token')[], nowMs: number): HttpAnswer {
    const body = readTexts(request, members, () => this.#refusal(request, nowMs));
    if (isAnswer(body)) return body;
    if (body.type !== 'identity') {
      const secret = body.refresh_token ?? body.token;
      this.#good.delete(secret);
      const what = body.type === undefined ? `Token '${secret}'` : `Token of type '${body.type}'`;
      return json(200, noContent(`${what} has been successfully revoked`));
    }
    const known = this.#issued.find(({ hash }) => hash === body.token);
    if (known === undefined) return failed(500);
    known.revoked = true;
    return json(200, noContent("Token of type 'identity' has been successfully revoked"));
  }

  /** What is said to one who has no good token. */
  #refusal(request: HttpRequest, nowMs: number): HttpAnswer | undefined {
    const token = header(request, 'Authorization')?.replaceAll('Bearer ', '');
    if (token === undefined) return detail(401, 'Login or Token required');
    const read = this.#read(token, nowMs);
    const refusal = (why: string) => detail(401, `Login or Token required : Unable to validate provided token${why}`);
    if ('refused' in read) return refusal(` e: ValidateCode.${read.refused}!`);
    if (read.state === 'Valid' || read.state === 'Refreshed') return undefined;
    return refusal(`: ${read.state} claims:${repr(read.claims)}`);
  }

  #list(request: HttpRequest, nowMs: number): HttpAnswer {
    const counts = readCounts(request, ['limit', 'offset']);
    if (isAnswer(counts)) return counts;
    const [expires, hash, project] = ['expires', 'token_hash', 'project_id'].map((name) => queried(request, name));
    if (hash && !/^[0-9a-f]{64}\n?$/.test(hash)) {
      return failed(400, 'Invalid token hash format. Expected 64-character hex string.');
    }
    const before = expires === undefined ? undefined : parseLeaseTime(expires)?.atMs;
    if (expires !== undefined && before === undefined) {
      return failed(400, `Expiry time is not in format ${LEASE_TIME_FORMAT}`);
    }
    const { limit, offset } = counts;
    if (limit !== undefined && (limit < 1 || limit > MOST_TOKENS)) {
      return failed(400, `limit must be between 1 and ${MOST_TOKENS}.`);
    }
    if (offset !== undefined && (offset < 0 || offset > MOST_SKIPPED)) {
      return failed(400, `offset must be between 0 and ${MOST_SKIPPED}.`);
    }
    const states = request.query.filter(([name]) => name === 'states').map(([, state]) => state.toLowerCase());
    const found = this.#tokens(nowMs).filter(
      (each) =>
        (hash === undefined || each.hash === hash) &&
        (project === undefined || each.projectId === project) &&
        (before === undefined || each.expiresMs < before) &&
        (states.length === 0 || states.includes(stateOf(each).toLowerCase())),
    );
    const page = limit === undefined || offset === undefined ? found : found.slice(offset, offset + limit);
    const time = (atMs: number) => formatPythonTime({ atMs, offsetS: 0 });
    return data(
      'token',
      page.map((each) => ({
        ...{ token_hash: each.hash, created_at: time(each.createdMs), expires_at: time(each.expiresMs) },
        ...{ state: stateOf(each), created_from: this.#options.from, comment: each.comment },
      })),
    );
  }

  /** Those in force, the last to expire first. */
  #tokens(nowMs: number): readonly Issued[] {
    this.#forgetExpired(nowMs);
    return [...this.#issued].sort((one, other) => other.expiresMs - one.expiresMs);
  }

  /** Anyone may ask. */
  #revoked(request: HttpRequest, nowMs: number): HttpAnswer {
    const project = queried(request, 'project_id');
    const revoked = this.#tokens(nowMs).filter(
      (each) => each.revoked && (project === undefined || each.projectId === project),
    );
    return data(
      'revoked token hashes',
      revoked.slice(0, MOST_REVOKED).map(({ hash }) => hash),
    );
  }
}

const stateOf = ({ revoked, state }: Issued): TokenState => (revoked ? 'Revoked' : state);

const data = (type: string, all: readonly Json[]): HttpAnswer =>
  json(200, { size: all.length, status: 200, type, data: all });

const noContent = (details: string) => ({
  ...{ data: [{ message: 'No Content', details }], type: 'no_content', size: 1, status: 200 },
});
