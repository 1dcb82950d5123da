import { MISSES } from './limits.js';
import type { Failure, Outcome, SessionData } from './protocol.js';
import type { SitePlan } from './site-plan.js';

const MOST_REASONS = 1000;

/** A session that has not begun. */
export function freshData(plan: SitePlan): SessionData {
  return {
    state: 'planned',
    plan,
    op: 0,
    phase: 'answer',
    attempts: 0,
    interrupts: 0,
    window: 0,
    slot: 0,
    mirrors: [],
    missing: [],
    running: [],
    misses: {},
    lostListeners: [],
    wakeAtUs: null,
    intervalEndsUs: 0,
    announced: false,
    captured: 0,
    fatal: false,
    reasons: [],
    outcome: null,
  };
}

/** How a session that closes now ended. */
export function outcomeOf({ interrupts, fatal, captured, reasons }: SessionData): Outcome {
  if (interrupts > 0) return 'interrupted';
  if (fatal || captured === 0) return 'failed';
  return reasons.length > 0 ? 'degraded' : 'completed';
}

/** Keeps a failure as a reason, once. */
export function noteFailure({ reasons, state }: SessionData, failure: Failure, nowUs: number): void {
  const { class: kind, reason } = failure;
  const known = reasons.some((other) => other.reason === reason && other.class === kind && other.state === state);
  if (!known && reasons.length < MOST_REASONS) reasons.push({ atUs: nowUs, state, class: kind, reason });
}

/** Counts a failed capture. A mirror is given up when its listener's resources or three captures in a row failed. */
export function missCapture(data: SessionData, name: string, failure: Failure): void {
  const mirror = data.mirrors.find((candidate) => candidate.name === name);
  if (!mirror) return;
  const misses = (data.misses[name] ?? 0) + 1;
  data.misses[name] = misses;
  if (failure.scope === 'listener' && failure.class === 'resources') {
    data.lostListeners.push(mirror.listener);
    data.mirrors = data.mirrors.filter(({ listener }) => listener !== mirror.listener);
  } else if (misses >= MISSES || failure.class === 'resources') {
    data.mirrors = data.mirrors.filter((candidate) => candidate !== mirror);
  }
}
