import { afterEach, expect, test, vi } from 'vitest';
import { clockUs, createWallClock } from '../../../src/node/process/index.js';

afterEach(() => vi.restoreAllMocks());

/** The system's clocks in milliseconds: one that only goes on, one that is set. */
function clocks(): { steadyMs: number; wallMs: number } {
  const at = { steadyMs: 1000, wallMs: performance.timeOrigin + 1000 };
  vi.spyOn(performance, 'now').mockImplementation(() => at.steadyMs);
  vi.spyOn(Date, 'now').mockImplementation(() => at.wallMs);
  return at;
}

test('the clock counts microseconds since 1970 and does not follow when the system is set back', () => {
  const at = clocks();
  expect(clockUs()).toBe((performance.timeOrigin + 1000) * 1000);
  at.wallMs -= 3600e3;
  at.steadyMs += 0.25;
  expect(clockUs()).toBeCloseTo((performance.timeOrigin + 1000.25) * 1000, 0);
});

test('the wall clock is finer than milliseconds, and is set when the system is, at once and for good', () => {
  const at = clocks();
  const nowUs = createWallClock();
  const firstUs = nowUs();
  expect(firstUs).toBe((performance.timeOrigin + 1000) * 1000);
  at.steadyMs += 0.25;
  expect(nowUs() - firstUs).toBeCloseTo(250, 0);
  // Date counts whole milliseconds: less than two apart is no setting.
  at.wallMs += 1.9;
  expect(nowUs() - firstUs).toBeCloseTo(250, 0);
  for (const setMs of [3600e3, -7200e3]) {
    at.wallMs = performance.timeOrigin + at.steadyMs + setMs;
    expect(nowUs() / 1000).toBeCloseTo(at.wallMs, 3);
    at.steadyMs += 1;
    at.wallMs += 1;
    expect(nowUs() / 1000).toBeCloseTo(at.wallMs, 3);
  }
});
