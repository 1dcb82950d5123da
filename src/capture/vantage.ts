import type { DirectionSummary, Vantage } from './types.js';

/** Shares of the round trip below which, and above one minus which, the capture stands at an end. */
const AT_AN_END = 0.1;
/** TTLs and hop limits that hosts start with. */
const FIRST_TTLS: readonly (number | null)[] = [32, 64, 128, 255];

/**
 * Where on the path the capture was made, from the two loops that lead away from it and back; where one of them is not
 * in the capture, from TTLs that no router has touched.
 */
export function vantageOf(forward: DirectionSummary, backward: DirectionSummary): Vantage {
  const toDst = leastRttUs(forward);
  const toSrc = leastRttUs(backward);
  if (toDst !== null && toSrc !== null && toDst + toSrc > 0) {
    const share = toSrc / (toDst + toSrc);
    if (share <= AT_AN_END) return 'src';
    return share >= 1 - AT_AN_END ? 'dst' : 'between';
  }
  const fresh = [forward, backward].map(({ firstTtl }) => FIRST_TTLS.includes(firstTtl));
  if (fresh[0] === fresh[1]) return 'unknown';
  return fresh[0] ? 'src' : 'dst';
}

function leastRttUs({ handshakeRttUs, rtt }: DirectionSummary): number | null {
  const known = [...(handshakeRttUs >= 0 ? [handshakeRttUs] : []), ...(rtt.minUs === null ? [] : [rtt.minUs])];
  return known.length ? Math.min(...known) : null;
}
