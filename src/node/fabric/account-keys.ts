import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import type { AccountKey, Finding } from '../../fabric/index.js';
import { run } from '../process/index.js';
import type { FabricAccount } from './account.js';

const TIMEOUT_MS = 20_000;

/** An account's keys as they are on this disk. */
export function readAccountKeys({ bastion, sliceKey, slicePublicKey }: FabricAccount): AccountKey[] {
  return [readKey('bastion', bastion.key, `${bastion.key}.pub`), readKey('sliver', sliceKey, slicePublicKey)];
}

function readKey(kind: AccountKey['kind'], path: string, publicPath: string): AccountKey {
  let publicKey: string | undefined;
  try {
    publicKey = readFileSync(publicPath, 'utf8').trim();
  } catch {
    // told as missing
  }
  try {
    const { mode, mtimeMs } = statSync(path);
    return { kind, path, there: true, exposed: (mode & 0o077) !== 0, publicKey, madeMs: mtimeMs };
  } catch {
    return { kind, path, there: false, exposed: false, publicKey, madeMs: undefined };
  }
}

/** The keys with the ends the portal knows, found by their fingerprints. Throws what a refused request throws. */
export async function withPortalsEnds(account: FabricAccount, keys: readonly AccountKey[]): Promise<AccountKey[]> {
  const response = await fetch(`${account.coreApiUrl}/sshkeys`, {
    headers: { Accept: 'application/json', Authorization: `Bearer ${await account.token()}` },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const { results } = (await response.json()) as { results?: readonly { fingerprint?: string; expires_on?: string }[] };
  if (!response.ok || !Array.isArray(results)) throw new Error(`${account.coreApiUrl} answered ${response.status}`);
  return keys.map((key) => {
    if (key.publicKey === undefined) return key;
    const known = results.find(({ fingerprint }) => fingerprint === fingerprintOf(key.publicKey!));
    const endsMs = Date.parse(String(known?.expires_on).replace(' ', 'T'));
    return { ...key, endsMs: known === undefined ? null : Number.isNaN(endsMs) ? undefined : endsMs };
  });
}

/** As ssh-keygen shows it: SHA-256 of the key, in base64 without padding. */
function fingerprintOf(publicKey: string): string {
  const [, text = ''] = publicKey.split(/\s+/);
  return `SHA256:${createHash('sha256').update(Buffer.from(text, 'base64')).digest('base64').replace(/=+$/, '')}`;
}

/** Knocks at the bastion, once: it gives nobody a shell, so that any end but ssh's own failure is good. */
export async function probeBastion({ bastion }: FabricAccount): Promise<Finding | undefined> {
  const { host, port, user, key } = bastion;
  const options = ['BatchMode=yes', 'IdentitiesOnly=yes', 'StrictHostKeyChecking=accept-new', 'ConnectTimeout=15'];
  const argv = ['ssh', '-F', 'none', ...options.flatMap((each) => ['-o', each]), '-i', key, '-p', String(port)];
  try {
    // 1 is what the bastion's own command ends with.
    await run(['sh', '-c', '"$@"; code=$?; [ $code -ne 255 ]', 'sh', ...argv, `${user}@${host}`, 'true']);
    return undefined;
  } catch (error) {
    const said = String((error as { detail?: { said?: unknown } }).detail?.said ?? error).trim();
    const message = `${user}@${host} is not let in: ${said}`;
    return { subject: 'bastion', severity: 'error', message, hint: 'check login and key; it shuts out who insists' };
  }
}
