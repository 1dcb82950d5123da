import { formatPythonTime, type Json } from '../python/index.js';
import { type HttpAnswer, type HttpRequest, header } from '../stand-in/index.js';
import type { CredmgrUser, TokenSigner } from './credential-manager.js';

/** A key that was registered at the portal. */
export interface RegisteredKey {
  readonly uuid: string;
  readonly kind: 'sliver' | 'bastion';
  /** As ssh-keygen writes it: `SHA256:` and base64. */
  readonly fingerprint: string;
  readonly comment: string;
  /** Type and key in base64, without the comment. */
  readonly publicKey: string;
  readonly createdMs: number;
  readonly expiresMs: number;
}

/** What the stand-in of the core API knows. */
export interface CoreApiOptions {
  readonly user: CredmgrUser;
  readonly bastionLogin: string;
  readonly keys: readonly RegisteredKey[];
  readonly signer: Pick<TokenSigner, 'read'>;
}

const PATH = /^\/(whoami|people|sshkeys|projects|version)(?:\/([^/]+))?$/;

/** What FABRIC's core API says of a user, the user's keys and projects. It reads; what changes something is not here. */
export class CoreApi {
  readonly #options: CoreApiOptions;

  constructor(options: CoreApiOptions) {
    this.#options = options;
  }

  /** Whether a path is one of its. */
  static owns(path: string): boolean {
    return PATH.test(path) && path !== '/version';
  }

  handle(request: HttpRequest): HttpAnswer {
    const [, what, id] = PATH.exec(request.path) ?? [];
    const { user, signer } = this.#options;
    if (request.method !== 'GET') return refused(405, 'Method Not Allowed', 'the stand-in only reads');
    const token = header(request, 'Authorization')?.replace(/^Bearer /, '');
    const read = token === undefined ? undefined : signer.read(token);
    if (read === undefined || 'refused' in read) return refused(401, 'Unauthorized', 'Login required');
    switch (what) {
      case 'whoami':
        return results('whoami', [{ active: true, email: user.email, name: user.name, uuid: user.uuid }]);
      case 'people':
        if (id !== undefined && id !== user.uuid) break;
        return results(id === undefined ? 'people' : 'people.details', [this.#person()]);
      case 'sshkeys':
        return results(
          'sshkeys',
          this.#keys().filter((each) => id === undefined || each['uuid'] === id),
        );
      case 'projects': {
        const found = user.projects.filter(({ uuid }) => id === undefined || uuid === id);
        if (found.length === 0) break;
        return results(
          id === undefined ? 'projects' : 'projects.details',
          found.map(({ uuid, name, tags, active, type }) => ({ uuid, name, tags, active, project_type: type })),
        );
      }
    }
    return refused(404, 'Not Found', `No match for ${request.path}`);
  }

  #person(): Json {
    const { user, bastionLogin } = this.#options;
    return {
      ...{ uuid: user.uuid, name: user.name, email: user.email, bastion_login: bastionLogin },
      sshkeys: this.#keys(),
    };
  }

  #keys(): { readonly [name: string]: Json }[] {
    const time = (atMs: number) => formatPythonTime({ atMs: Math.trunc(atMs / 1000) * 1000, offsetS: 0 });
    return this.#options.keys.map((key) => {
      const [type = '', text = ''] = key.publicKey.split(' ');
      return {
        ...{ uuid: key.uuid, fabric_key_type: key.kind, fingerprint: key.fingerprint, comment: key.comment },
        ...{ ssh_key_type: type, public_key: text },
        ...{ created_on: time(key.createdMs), expires_on: time(key.expiresMs) },
      };
    });
  }
}

function results(type: string, all: readonly Json[]): HttpAnswer {
  const body = { results: all, size: all.length, status: 200, type };
  return { status: 200, contentType: 'application/json', headers: {}, body, indent: 4 };
}

function refused(status: number, message: string, details: string): HttpAnswer {
  const body = { errors: [{ details, message }], size: 1, status, type: 'error' };
  return { status, contentType: 'application/json', headers: {}, body, indent: 4 };
}
