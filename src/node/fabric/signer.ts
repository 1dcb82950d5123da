import { createHash, generateKeyPairSync, randomUUID, sign, verify } from 'node:crypto';
import type { TokenSigner } from '../../fabric/index.js';

/** Bits of its key: RS256 (RFC 7518, 3.3) wants 2048 or more. */
const BITS = 2048;

const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Signs tokens (RFC 7519) with a key made for it, as a credential manager does. */
export function createSigner(): TokenSigner {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: BITS });
  const kid = randomUUID();
  const { n = '', e = '' } = publicKey.export({ format: 'jwk' });
  return {
    sign(claims) {
      const text = `${encoded({ alg: 'RS256', kid, typ: 'JWT' })}.${encoded(claims)}`;
      return `${text}.${sign('sha256', Buffer.from(text), privateKey).toString('base64url')}`;
    },
    read(token) {
      const [head = '', claims, signature] = token.split('.');
      if (claims === undefined || signature === undefined) return { refused: 'UNPARSABLE_TOKEN' };
      try {
        const { kid: named } = JSON.parse(Buffer.from(head, 'base64url').toString()) as { kid?: string };
        if (named === undefined) return { refused: 'UNSPECIFIED_KEY' };
        if (named !== kid) return { refused: 'UNKNOWN_KEY' };
        const text = Buffer.from(`${head}.${claims}`);
        if (!verify('sha256', text, publicKey, Buffer.from(signature, 'base64url'))) return { refused: 'INVALID' };
        return { claims: JSON.parse(Buffer.from(claims, 'base64url').toString()) };
      } catch {
        return { refused: 'UNPARSABLE_TOKEN' };
      }
    },
    hash: (token) => createHash('sha256').update(token).digest('hex'),
    keys: [{ kty: 'RSA', e, n, use: 'sig', alg: 'RS256', kid }],
  };
}
