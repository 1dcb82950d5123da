import { ERROR, MooringError } from '../../base/index.js';
import { claimsOfToken, formatTokenFile, parseTokenFile } from '../../fabric/index.js';
import { sleep, tryLock } from '../process/index.js';
import { loadToken, type StoredToken, storeToken } from './token-store.js';

/** Where a token is kept, and who gives the next one. */
export interface KeptTokenOptions {
  /** The token file; it is written anew when the token is refreshed. */
  readonly path: string;
  /** The credential manager, such as `https://cm.fabric-testbed.net`. */
  readonly credmgrUrl: string;
  /** Project the token is for. */
  readonly projectId: string;
  /** A token that ends sooner than this, in milliseconds, is refreshed. Default 5 minutes. */
  readonly spareMs?: number;
  /** Milliseconds until the credential manager's answer is given up. Default 60 000. */
  readonly timeoutMs?: number;
}

const SPARE_MS = 300_000;
const TIMEOUT_MS = 60_000;
/** Another process may wait for an answer as long as we would. */
const LOCK_MS = 90_000;
const POLL_MS = 50;

/**
 * Gives the token of a file, refreshed before it ends. A refresh token is worth nothing once it was used, so one process
 * at a time refreshes, looks again whether another just has, and writes the new ones down, for its owner alone, before
 * anybody uses them. What failed is not tried again: whether the refresh token was used is then unknown.
 *
 * A token that was `refused` is refreshed whatever it says of its end: the testbed's clock may be another than ours, or
 * the token revoked. Without a refresh token it is given once more.
 *
 * Throws MooringError ERROR.FABRIC_ANSWER with `detail.cause` `token`.
 */
export async function currentToken(options: KeptTokenOptions, refused?: string): Promise<string> {
  const { path, spareMs = SPARE_MS } = options;
  const isGood = (token: StoredToken): boolean => token.idToken !== refused && leftMs(token) > spareMs;
  const stored = loadToken(path);
  if (isGood(stored)) return stored.idToken;
  if (stored.refreshToken === undefined) {
    if (leftMs(stored) > 0 || refused !== undefined) return stored.idToken;
    throw failure(`the token in ${path} has ended and has no refresh token: take a new one from the portal`);
  }
  const release = await lock(`${path}.lock`);
  try {
    const now = loadToken(path);
    if (isGood(now)) return now.idToken;
    const text = formatTokenFile(now, await refresh(now, options));
    storeToken(path, text);
    return parseTokenFile(text).idToken;
  } finally {
    release();
  }
}

function leftMs({ idToken, expiresMs }: StoredToken): number {
  return (claimsOfToken(idToken).expiresMs ?? expiresMs ?? Number.POSITIVE_INFINITY) - Date.now();
}

async function lock(path: string): Promise<() => void> {
  const giveUpMs = Date.now() + LOCK_MS;
  for (;;) {
    const release = tryLock(path);
    if (release) return release;
    if (Date.now() > giveUpMs) throw failure(`${path} is held by another process, which does not come to an end`);
    await sleep(POLL_MS);
  }
}

async function refresh(
  { refreshToken }: StoredToken,
  { path, credmgrUrl, projectId, timeoutMs = TIMEOUT_MS }: KeptTokenOptions,
): Promise<{ readonly id_token: string; readonly refresh_token: string }> {
  if (projectId === '')
    throw failure(`the token in ${path} ends, and no project is named for the next: set FABRIC_PROJECT_ID`);
  const query = new URLSearchParams({ project_id: projectId, scope: 'all' });
  let status: number;
  let answer: unknown;
  try {
    const response = await fetch(`${credmgrUrl}/credmgr/tokens/refresh?${query}`, {
      method: 'POST',
      headers: { Accept: 'application/json', 'Content-Type': 'application/json' },
      body: JSON.stringify({ refresh_token: refreshToken }),
      signal: AbortSignal.timeout(timeoutMs),
    });
    ({ status } = response);
    answer = await response.json().catch(() => undefined);
  } catch (cause) {
    throw failure(`${credmgrUrl} did not answer the refresh of ${path}: ${(cause as Error).message}`);
  }
  const [token] = ((answer as { data?: unknown[] } | undefined)?.data ?? []) as Record<string, unknown>[];
  const { id_token: idToken, refresh_token: next } = token ?? {};
  if (status === 200 && typeof idToken === 'string' && typeof next === 'string') {
    return { ...token, id_token: idToken, refresh_token: next };
  }
  throw failure(
    `${credmgrUrl} refused to refresh the token in ${path} (${status}): take a new one from the portal, where the refresh token was used before or the project is not yours any more`,
  );
}

function failure(message: string): MooringError {
  return new MooringError(ERROR.MOORING_ERR_FABRIC_ANSWER, `FABRIC: ${message}`, {
    cause: 'token',
    status: null,
    text: message,
  });
}
