import type { TokenClaims, TokenVerifier } from '../stand-in/index.js';
import { timeOf } from './notation.js';
import type { GivenToken } from './row.js';

const REFUSED = 'Unable to validate provided token: ValidateCode.';

/** What is wrong with a token by the words of its note, and how the validator says it. */
const FAULTS: readonly (readonly [note: RegExp, said: string])[] = [
  [/no kid/, `${REFUSED}UNSPECIFIED_KEY/None`],
  [/wrong signature/, `${REFUSED}INVALID/Signature verification failed`],
];

/** Knows the one token a row gives, by the name that stands for it. */
export function verifierOf(given: GivenToken | null | undefined): TokenVerifier {
  return (token, nowMs) => {
    if (given === null || given === undefined || token !== `<token:${given.name}>`) {
      const segments = token.split('.').length;
      const what = segments < 3 ? 'Not enough segments' : 'Invalid header string';
      return { refused: `${REFUSED}UNPARSABLE_TOKEN/${what}` };
    }
    const note = given.note ?? '';
    const fault = FAULTS.find(([words]) => words.test(note));
    if (fault !== undefined) return { refused: fault[1] };
    const expiresMs = timeOf(given.exp ?? '');
    if (expiresMs !== undefined && expiresMs <= nowMs) return { refused: `${REFUSED}INVALID/Signature has expired` };
    if (given.name === 'revoked') return { refused: 'Unauthorized: Token: <sha256> is revoked!' };
    return { claims: claimsOf(given, note) };
  };
}

function claimsOf(given: GivenToken, note: string): TokenClaims {
  const projects = /projects \[\]/.test(note) ? [] : (given.projects ?? []);
  return {
    ...(/no sub/.test(note) ? {} : { sub: given.uuid ?? 'sub' }),
    ...(given.email === undefined ? {} : { email: given.email }),
    uuid: given.uuid ?? 'uuid-user',
    projects: projects.map(({ uuid, name = 'Project X', tags }) => ({ uuid, name, tags })),
  };
}
