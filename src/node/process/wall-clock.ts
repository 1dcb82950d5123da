const CLOCK_SET_MS = 2;

/**
 * A wall clock in microseconds, as packets are stamped with: finer than Date's milliseconds, and moved when
 * the system's clock is set.
 */
export function createWallClock(): () => number {
  let originMs = performance.timeOrigin;
  return () => {
    const fineMs = originMs + performance.now();
    const setByMs = Date.now() - fineMs;
    if (Math.abs(setByMs) < CLOCK_SET_MS) return fineMs * 1000;
    originMs += setByMs;
    return (fineMs + setByMs) * 1000;
  };
}
