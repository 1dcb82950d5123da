import type { Finding } from './finding.js';

const DAY_MS = 24 * 3_600_000;
/** How long the portal lets a key be used. */
const LIFE_MS = { bastion: 182 * DAY_MS, sliver: 730 * DAY_MS };
const SOON_MS = 14 * DAY_MS;
const LEAST_RSA_BITS = 3072;

/** A key of an account, as it lies on its owner's disk. */
export interface AccountKey {
  readonly kind: 'bastion' | 'sliver';
  /** File of the private key. */
  readonly path: string;
  /** Whether that file is there, and whether others than its owner can read it. */
  readonly there: boolean;
  readonly exposed: boolean;
  /** Line of the public key; `undefined` where it is not there. */
  readonly publicKey: string | undefined;
  /** When the file was made, in milliseconds since 1970. */
  readonly madeMs: number | undefined;
  /** When the portal says it ends; `undefined` where it was not asked, `null` where it does not know the key. */
  readonly endsMs?: number | null | undefined;
}

/** What is looked at of an account. */
export interface AccountChecks {
  readonly nowMs: number;
  /** When the campaign will have ended. */
  readonly untilMs: number;
  readonly bastionUser: string;
  readonly tokenPath: string;
  readonly tokenExposed: boolean;
  readonly keys: readonly AccountKey[];
}

/** What stands against an account: its keys' kinds, ages and modes, the bastion's login. */
export function checkAccount(checks: AccountChecks): Finding[] {
  const findings: Finding[] = [];
  const tell = (severity: Finding['severity'], subject: string, message: string, hint: string) =>
    findings.push({ subject, severity, message, hint });
  if (!/^[\w.-]+_\d{10}$/.test(checks.bastionUser)) {
    const message = `${checks.bastionUser} does not look like a login of the bastion`;
    tell('warning', 'bastion', message, 'it is in the portal beside your keys, such as jdoe_0000012345');
  }
  if (checks.tokenExposed)
    tell('warning', 'token', `${checks.tokenPath} can be read by others`, 'chmod 600 mends that');
  for (const key of checks.keys) {
    const subject = `${key.kind} key`;
    if (!key.there) {
      tell('error', subject, `there is no ${key.path}`, 'make one in the portal, Manage SSH Keys');
      continue;
    }
    if (key.exposed)
      tell('error', subject, `${key.path} can be read by others: ssh refuses it`, 'chmod 600 mends that');
    const fault = key.publicKey === undefined ? undefined : keyFault(key.publicKey);
    if (key.publicKey === undefined) {
      tell('warning', subject, `there is no ${key.path}.pub`, `ssh-keygen -y -f ${key.path} writes it`);
    } else if (fault) tell('error', subject, `${key.path}: ${fault}`, 'use RSA of 3072 bits or more, or ECDSA');
    checkAge(key, checks, (severity, message, hint) => tell(severity, subject, message, hint));
  }
  return findings;
}

type Tell = (severity: Finding['severity'], message: string, hint: string) => void;

function checkAge({ kind, path, madeMs, endsMs }: AccountKey, { nowMs, untilMs }: AccountChecks, tell: Tell): void {
  const renew = 'make a new one in the portal, Manage SSH Keys';
  if (endsMs === null) tell('error', `the portal does not know ${path}, or has let it end`, renew);
  if (endsMs === null || (endsMs === undefined && madeMs === undefined)) return;
  const end = endsMs ?? madeMs! + LIFE_MS[kind];
  const days = Math.round(Math.abs(end - nowMs) / DAY_MS);
  // What a file's age says is a guess: it may have been copied, or registered late.
  const guessed = endsMs === undefined;
  const by = guessed ? `, by the age of its file (${kind} keys last ${LIFE_MS[kind] / DAY_MS} days)` : '';
  const hint = guessed ? `${renew}; --online asks the portal when it ends` : renew;
  const bad = guessed ? 'warning' : 'error';
  if (end <= nowMs) tell(bad, `${path} ended ${days} days ago${by}`, hint);
  else if (end < untilMs) tell(bad, `${path} ends before the campaign, in ${days} days${by}`, hint);
  else if (end - nowMs < SOON_MS) tell('warning', `${path} ends in ${days} days${by}`, hint);
}

/** Why FABRIC does not take a public key; `undefined` where it does. */
export function keyFault(publicKey: string): string | undefined {
  const [type = '', text = ''] = publicKey.trim().split(/\s+/);
  if (type.startsWith('ecdsa-sha2-nistp')) return undefined;
  if (type !== 'ssh-rsa') return `FABRIC does not take keys of the type ${type || 'unknown'}`;
  const bits = rsaBits(text);
  if (bits === undefined) return 'its RSA key cannot be read';
  return bits < LEAST_RSA_BITS ? `RSA of ${bits} bits is too short` : undefined;
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Bits of the modulus of `string "ssh-rsa", mpint e, mpint n` (RFC 4253, 6.6), in base64. */
function rsaBits(base64: string): number | undefined {
  const bytes: number[] = [];
  let held = 0;
  let bits = 0;
  for (const char of base64.replace(/=+$/, '')) {
    const value = ALPHABET.indexOf(char);
    if (value < 0) return undefined;
    held = ((held << 6) | value) & 0xffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((held >> bits) & 0xff);
    }
  }
  let at = 0;
  const next = (): number[] => {
    const length = bytes.slice(at, at + 4).reduce((sum, byte) => sum * 256 + byte, 0);
    const part = bytes.slice(at + 4, at + 4 + length);
    at += 4 + length;
    return part;
  };
  next();
  next();
  // A zero in front keeps it positive.
  const modulus = next();
  const from = modulus.findIndex((byte) => byte !== 0);
  if (from < 0 || at > bytes.length) return undefined;
  return (modulus.length - from - 1) * 8 + (32 - Math.clz32(modulus[from]!));
}
