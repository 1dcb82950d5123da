/** How long a session waits for each of its testbed's answers, in seconds; the testbed's driver says. */
export interface SessionLimits {
  /** Listeners and first mirrors. */
  readonly requestS: number;
  /** Interfaces up, captures seen to run. */
  readonly prepareS: number;
  /** One set of mirrors in another's place. */
  readonly rotateS: number;
  /** After a crash: captures ended, their counters read. */
  readonly recoverS: number;
  /** Captures ended, their last frames arrived. */
  readonly drainS: number;
  /** Files brought home, beside ten times what the plan expects. */
  readonly gatherS: number;
  /** Mirrors and listeners removed. */
  readonly releaseS: number;
  /** A capture that has not ended this long after its window is stopped. */
  readonly overstayS: number;
}

export const SECOND_US = 1e6;
/** How often a step is tried in all. */
export const ATTEMPTS = 3;
/** Captures of one mirror that may fail in a row. */
export const MISSES = 3;

/** Limits for a testbed that takes so many seconds to make a slice and to change its mirrors. */
export function sessionLimits({ setupS, rotationS }: { setupS: number; rotationS: number }): SessionLimits {
  return {
    requestS: Math.max(60, 8 * setupS),
    prepareS: 120,
    rotateS: Math.max(60, 5 * rotationS),
    recoverS: 60,
    drainS: 60,
    gatherS: 120,
    releaseS: 300,
    overstayS: 30,
  };
}
