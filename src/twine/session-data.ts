import { ATTEMPTS, MISSES } from './limits.js';
import type { Failure, Outcome, SessionData } from './protocol.js';
import type { Mirror, SitePlan } from './site-plan.js';

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
export function outcomeOf({ fatal, captured, announced, reasons }: SessionData): Outcome {
  if (reasons.some((reason) => reason.class === 'interrupt')) return 'interrupted';
  // What a run that was closed had under way when its process went is in part there.
  const closed = announced && reasons.some((reason) => reason.class === 'close');
  if (fatal || (captured === 0 && !closed)) return 'failed';
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

/** Strikes a capture that has ended from those that run; false for one that did not. */
export function endedCapture({ running }: SessionData, mirror: string): boolean {
  const at = running.indexOf(mirror);
  if (at >= 0) running.splice(at, 1);
  return at >= 0;
}

/** The mirrors of a slot whose listeners are not given up. */
export function mirrorsOf({ plan, lostListeners }: SessionData, slot: number): Mirror[] {
  return (plan.slots[slot]?.mirrors ?? []).filter(({ listener }) => !lostListeners.includes(listener));
}

/** Counts an attempt that failed; whether there is another. */
export function tryAgain(data: SessionData): boolean {
  data.attempts += 1;
  return data.attempts < ATTEMPTS;
}

/** Seconds before a step is tried again. What takes minutes to make is not asked for again within seconds. */
export function pauseS({ plan, attempts }: SessionData): number {
  const baseS = Math.max(1, plan.basis.timing.setupS / 5);
  return Math.min(120, baseS * 2 ** (attempts - 1));
}

const STOPS = { interrupt: 'interrupted by the user', close: 'closed before its plan was done' } as const;

/** Keeps, once, that the session was told to end, and counts how often its user said so. */
export function noteStop(data: SessionData, kind: keyof typeof STOPS, nowUs: number): void {
  if (kind === 'interrupt') data.interrupts += 1;
  const { reasons, state } = data;
  if (!reasons.some((other) => other.class === kind))
    reasons.push({ atUs: nowUs, state, class: kind, reason: STOPS[kind] });
}
