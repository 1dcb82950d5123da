import type { Outcome, SessionData } from './protocol.js';
import type { SitePlan } from './site_plan.js';

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
