import { MAX_LEASE_S } from './policy.js';

/** What to ask for so that a lease holds until a time. */
export type LeasePlan =
  | { readonly kind: 'enough' }
  /** Renew to this end. */
  | { readonly kind: 'renew'; readonly endMs: number }
  /** The project may not have it that long: renew to this end now and again before it comes. */
  | { readonly kind: 'renew-again'; readonly endMs: number };

/**
 * How to make a lease last until `untilMs`. Ends are absolute; the end asked for is never before the one there is,
 * which the orchestrator refuses.
 */
export function planRenewal(lease: {
  readonly endMs: number;
  readonly untilMs: number;
  readonly nowMs: number;
  readonly mayBeLong: boolean;
}): LeasePlan {
  const { endMs, untilMs, nowMs, mayBeLong } = lease;
  if (endMs >= untilMs) return { kind: 'enough' };
  const longestMs = mayBeLong ? Number.POSITIVE_INFINITY : nowMs + MAX_LEASE_S * 1000;
  if (untilMs <= longestMs) return { kind: 'renew', endMs: untilMs };
  return longestMs > endMs ? { kind: 'renew-again', endMs: longestMs } : { kind: 'enough' };
}
