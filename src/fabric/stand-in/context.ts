import { Refused } from '../model/index.js';
import type { Json } from '../python/index.js';
import { type TokenClaims, type TokenVerifier, validated } from './authorization.js';
import type { HttpRequest } from './exchange.js';
import { refuse } from './exchange.js';
import type { QueryValues } from './parameters.js';
import type { World } from './world.js';

/** What an operation has to work with. */
export interface Context {
  readonly world: World;
  readonly request: HttpRequest;
  readonly query: QueryValues;
  readonly path: Readonly<Record<string, string>>;
  readonly body: Json;
  /** The token, as it was sent. */
  readonly token: string;
  readonly verify: TokenVerifier;
  readonly nowMs: number;
  readonly newId: () => string;
  /** The name the server's code has for its graphs, which one of its messages quotes. */
  readonly graphClass: string;
}

/** The token's claims, or the end of the request. */
export function claimsOf({ verify, token, nowMs }: Context): TokenClaims {
  return validated(verify, token, nowMs);
}

/** Runs what FIM does; what it refuses is a failure of the server. */
export function orRefuse<T>(run: () => T, prefix = ''): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof Refused) return refuse(500, prefix + error.message);
    throw error;
  }
}

/** The name the server gives a text it puts into a file. */
export function fileName(newId: () => string): string {
  return `/tmp/tmp${newId().replaceAll('-', '').slice(-8)}-graphml`;
}
