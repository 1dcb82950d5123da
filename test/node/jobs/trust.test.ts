import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createTrust, readSigner } from '../../../src/node/jobs/trust.js';

const root = mkdtempSync(join(tmpdir(), 'mooring-trust-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

function keysIn(name: string): { readonly secret: string; readonly open: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const [secret, open] = [join(root, `${name}.key`), join(root, `${name}.pub`)];
  writeFileSync(secret, privateKey.export({ type: 'pkcs8', format: 'pem' }));
  writeFileSync(open, publicKey.export({ type: 'spki', format: 'pem' }));
  return { secret, open };
}

const [hash, other] = ['a'.repeat(64), 'b'.repeat(64)];
const mine = keysIn('mine');
const theirs = keysIn('theirs');
const signature = readSigner(mine.secret)(hash);

test.each([
  ['nobody named: anybody', [], { hash }, true],
  ['a hash: it', [hash], { hash }, true],
  ['a hash: no other', [other], { hash }, false],
  ['a key: what it signed', [mine.open], { hash, signature }, true],
  ['a key: not what another signed', [theirs.open], { hash, signature }, false],
  ['a key: not what it signed for another', [mine.open], { hash: other, signature }, false],
  ['a key: not what nobody signed', [mine.open], { hash }, false],
  ['a key: no text that is no signature', [mine.open], { hash, signature: 'é' }, false],
  ['several: any of them', [other, theirs.open, mine.open], { hash, signature }, true],
])('%s', (_, given, part, answer) => {
  expect(createTrust(given).has(part)).toBe(answer);
});

test.each(['text', '', '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----'])(
  'a file of %j is no key',
  (text) => {
    const file = join(root, 'none.pub');
    writeFileSync(file, text);
    expect(() => createTrust([file])).toThrow(/no Ed25519 key in PEM/);
    expect(() => readSigner(file)).toThrow(/no Ed25519 key in PEM/);
  },
);
