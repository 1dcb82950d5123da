import { MooringError } from '../base/index.js';
import { ERROR } from '../generated/errors.js';
import { type Json, JsonDecodeError, loads, parseLeaseTime, prettyDumps } from './python/index.js';
import type { TokenClaims } from './stand-in/index.js';

/** What a token file holds, as the portal and the official client write it. */
export interface TokenFile {
  readonly idToken: string;
  /** Not there in tokens made to last. */
  readonly refreshToken: string | undefined;
  /** Milliseconds since 1970; `undefined` where the file does not say. */
  readonly expiresMs: number | undefined;
  /** All its members, kept for when it is written again. */
  readonly members: { readonly [name: string]: Json };
}

function fault(field: string, message: string): MooringError {
  return new MooringError(ERROR.MOORING_ERR_FABRIC_CONFIG, `token file: ${message}`, { field });
}

/**
 * Reads a token file.
 *
 * @throws MooringError ERROR.FABRIC_CONFIG where it is no JSON object with an id_token.
 */
export function parseTokenFile(text: string): TokenFile {
  let value: Json;
  try {
    value = loads(text);
  } catch (error) {
    if (error instanceof JsonDecodeError) throw fault('json', `not JSON: ${error.message}`);
    throw error;
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) throw fault('json', 'not an object');
  const members = value as { readonly [name: string]: Json };
  const { id_token: idToken, refresh_token: refreshToken, expires_at: expires } = members;
  if (typeof idToken !== 'string' || idToken === '') throw fault('id_token', 'it has no id_token');
  return {
    idToken,
    refreshToken: typeof refreshToken === 'string' && refreshToken !== '' ? refreshToken : undefined,
    expiresMs: typeof expires === 'string' ? parseLeaseTime(expires)?.atMs : undefined,
    members,
  };
}

/** A token file's text after a refresh: what the credential manager gave, over what was there. */
export function formatTokenFile(before: TokenFile, refreshed: { readonly [name: string]: Json }): string {
  return `${prettyDumps({ ...before.members, ...refreshed }, 4)}\n`;
}

/** Claims of a token and when it ends. Its signature is the server's to check. */
export interface ReadToken {
  readonly claims: TokenClaims;
  /** Milliseconds since 1970; `undefined` where the token does not say. */
  readonly expiresMs: number | undefined;
}

/**
 * Reads the claims of a JWT (RFC 7519), without checking who signed it.
 *
 * @throws MooringError ERROR.FABRIC_CONFIG where it is none.
 */
export function claimsOfToken(idToken: string): ReadToken {
  const bad = (message: string) =>
    new MooringError(ERROR.MOORING_ERR_FABRIC_CONFIG, `token: ${message}`, { field: 'id_token' });
  const [, payload, signature] = idToken.split('.');
  if (payload === undefined || signature === undefined) throw bad('it has not three parts');
  let value: Json;
  try {
    value = loads(fromBase64Url(payload));
  } catch {
    throw bad('its claims cannot be read');
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) throw bad('its claims are no object');
  const claims = value as { readonly [name: string]: Json };
  const projects = Array.isArray(claims['projects']) ? (claims['projects'] as readonly Json[]) : [];
  const text = (name: string) => (typeof claims[name] === 'string' ? (claims[name] as string) : undefined);
  const expires = claims['exp'];
  return {
    claims: {
      ...(text('sub') === undefined ? {} : { sub: text('sub')! }),
      ...(text('email') === undefined ? {} : { email: text('email')! }),
      uuid: text('uuid') ?? '',
      projects: projects.map(projectOf),
    },
    expiresMs: typeof expires === 'number' ? expires * 1000 : undefined,
  };
}

function projectOf(value: Json): TokenClaims['projects'][number] {
  const { uuid, name, tags } = (value ?? {}) as { readonly [name: string]: Json };
  return {
    uuid: String(uuid ?? ''),
    ...(typeof name === 'string' ? { name } : {}),
    tags: Array.isArray(tags) ? tags.map(String) : [],
  };
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Text of base64url (RFC 4648, 5) that holds UTF-8; this room has no decoder of its host. */
function fromBase64Url(text: string): string {
  let bits = 0;
  let held = 0;
  let escaped = '';
  for (const char of text.replace(/=+$/, '')) {
    const value = ALPHABET.indexOf(char);
    if (value < 0) throw new TypeError(`no base64url: ${char}`);
    held = (held << 6) | value;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      escaped += `%${((held >> bits) & 0xff).toString(16).padStart(2, '0')}`;
    }
  }
  return decodeURIComponent(escaped);
}
