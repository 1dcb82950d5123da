import type { Json } from '../python/index.js';
import { formatPythonTime, LEASE_TIME_FORMAT, parseLeaseTime } from '../python/index.js';
import type { TokenClaims } from './authorization.js';
import { refuse } from './exchange.js';

const HOUR_MS = 3_600_000;
/** What the server calls two weeks. */
const MAX_LEASE_MS = 360 * HOUR_MS;
const MAX_LONG_LEASE_MS = 26 * 7 * 24 * HOUR_MS;
const DEFAULT_HOURS = 24;

/** A time of a query, which must be in the one format and lie ahead; `undefined` where it was left out. */
export function leaseTime(text: Json | undefined, nowMs: number): number | undefined {
  if (text === undefined) return undefined;
  const time = parseLeaseTime(String(text));
  if (time === undefined) return refuse(400, `Lease Time is not in format ${LEASE_TIME_FORMAT}`);
  if (time.atMs <= nowMs) return refuse(400, `New lease time ${formatPythonTime(time)} is in the past! `);
  return time.atMs;
}

/** Checks the window of a slice that begins later. */
export function checkWindow(
  startMs: number | undefined,
  endMs: number | undefined,
  lifetimeHours: number,
  nowMs: number,
): void {
  if (startMs !== undefined && startMs - nowMs < HOUR_MS) {
    refuse(400, 'Requested Start Time should be at least 60 minutes from the current time!');
  }
  if (startMs === undefined || endMs === undefined) return;
  if (endMs - startMs < HOUR_MS) refuse(400, 'The requested lease duration must be at least 60 minutes.');
  if (endMs - startMs > MAX_LEASE_MS) {
    refuse(400, 'Requested lease duration exceeds the maximum allowed duration of 360.0 hours.');
  }
  if ((lifetimeHours || DEFAULT_HOURS) > Math.trunc((endMs - startMs) / HOUR_MS)) {
    refuse(400, 'The specified lifetime exceeds the allowable duration between the start and end times.');
  }
}

/** When a lease ends: at the time asked for or after the lifetime, cut to what the project may have. */
export function leaseEnd(
  claims: TokenClaims,
  endMs: number | undefined,
  lifetimeHours: number,
  nowMs: number,
  cutMs = Number.POSITIVE_INFINITY,
): number {
  const tags = claims.projects[0]?.tags;
  if (tags === undefined) return refuse(500, "argument of type 'NoneType' is not iterable");
  const longestMs = tags.includes('Slice.NoLimitLifetime') ? MAX_LONG_LEASE_MS : MAX_LEASE_MS;
  const wantedMs = endMs === undefined ? (lifetimeHours || DEFAULT_HOURS) * HOUR_MS : endMs - nowMs;
  return nowMs + Math.min(wantedMs, longestMs, cutMs);
}
