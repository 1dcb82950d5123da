import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { type AccountKey, checkAccount, keyFault } from '../../src/fabric/index.js';

const DAY_MS = 86_400_000;
const nowMs = 1_800_000_000_000;

/** A line of ssh (RFC 4253, 6.6) for an RSA key of so many bits. */
function rsaLine(bits: number): string {
  const { n, e } = generateKeyPairSync('rsa', { modulusLength: bits }).publicKey.export({ format: 'jwk' });
  const part = (bytes: Buffer): Buffer => {
    const positive = bytes[0]! & 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes;
    const length = Buffer.alloc(4);
    length.writeUInt32BE(positive.length);
    return Buffer.concat([length, positive]);
  };
  const blob = [Buffer.from('ssh-rsa'), Buffer.from(e!, 'base64url'), Buffer.from(n!, 'base64url')].map(part);
  return `ssh-rsa ${Buffer.concat(blob).toString('base64')} me@here`;
}

test('kinds of keys, and lengths of RSA', () => {
  const fault = [
    ['ecdsa-sha2-nistp256 AAAA me', undefined],
    [rsaLine(3072), undefined],
    [rsaLine(2048), 'RSA of 2048 bits is too short'],
    ['ssh-ed25519 AAAA me', 'FABRIC does not take keys of the type ssh-ed25519'],
    ['ssh-rsa AAAA', 'its RSA key cannot be read'],
    ['ssh-rsa %%%', 'its RSA key cannot be read'],
    ['', 'FABRIC does not take keys of the type unknown'],
  ] as const;
  for (const [line, said] of fault) expect(keyFault(line), line).toBe(said);
});

const good: AccountKey = {
  ...{ kind: 'bastion', path: 'k', there: true, exposed: false, publicKey: 'ecdsa-sha2-nistp256 AAAA me' },
  madeMs: nowMs - DAY_MS,
};

function told(key: Partial<AccountKey>, more: { bastionUser?: string; tokenExposed?: boolean; untilMs?: number } = {}) {
  const account = { bastionUser: 'me_0000000001', tokenPath: 't', tokenExposed: false, untilMs: nowMs + DAY_MS };
  const found = checkAccount({ nowMs, ...account, ...more, keys: [{ ...good, ...key }] });
  for (const { hint } of found) expect(hint).not.toBe('');
  return found.map(({ severity, subject, message }) => `${severity}: ${subject}: ${message}`);
}

test('an account that nothing stands against', () => expect(told({})).toEqual([]));

test.each([
  [{ there: false }, 'error: bastion key: there is no k'],
  [{ exposed: true }, 'error: bastion key: k can be read by others: ssh refuses it'],
  [{ publicKey: undefined }, 'warning: bastion key: there is no k.pub'],
  [{ madeMs: nowMs - 183 * DAY_MS }, /^warning: bastion key: k ended 1 days ago, by the age of its file/],
  [{ madeMs: nowMs - 172 * DAY_MS }, /^warning: bastion key: k ends in 10 days, by the age/],
  [{ kind: 'sliver' as const, madeMs: nowMs - 183 * DAY_MS }, undefined],
  [{ endsMs: nowMs - DAY_MS }, 'error: bastion key: k ended 1 days ago'],
  [{ endsMs: nowMs + DAY_MS / 2 }, 'error: bastion key: k ends before the campaign, in 1 days'],
  [{ endsMs: nowMs + 300 * DAY_MS, madeMs: 0 }, undefined],
  [{ endsMs: null }, 'error: bastion key: the portal does not know k, or has let it end'],
])('%o', (key, said) => {
  expect(told(key)).toEqual(said === undefined ? [] : [said instanceof RegExp ? expect.stringMatching(said) : said]);
});

test('the login of the bastion, and a token that others can read', () => {
  expect(told({}, { bastionUser: 'me' })).toEqual(['warning: bastion: me does not look like a login of the bastion']);
  expect(told({}, { tokenExposed: true })).toEqual(['warning: token: t can be read by others']);
});
