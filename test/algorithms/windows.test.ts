import { describe, expect, test } from 'vitest';
import { Aimd, Cubic, Reno } from '../../src/algorithms/index.js';
import { driveFlow } from './flow-driver.js';

// What the algorithms do with their window, report by report; windows are in segments.

type Flow = ReturnType<typeof driveFlow>;

const roundTrips = (flow: Flow, count: number): number[] => Array.from({ length: count }, () => flow.roundTrip());

/** One loss of the window in flight, the ACK with which the cut took effect, and the end of that window. */
function loseOne(flow: Flow): void {
  const window = flow.cwnd;
  flow.report({ loss: 1, sacked: 3, inflight: window - 4 });
  flow.report({ sacked: 1, inflight: window - 5 });
  flow.report({ acked: window, inflight: flow.cwnd });
}

describe.each([
  { name: 'reno', algorithm: Reno, kept: 0.5 },
  { name: 'cubic', algorithm: Cubic, kept: 0.7 },
])('$name', ({ algorithm, kept }) => {
  /** In congestion avoidance, the losses that ended slow start all told. */
  const avoiding = (window: number) => {
    const flow = driveFlow(algorithm, window / kept);
    loseOne(flow);
    return flow;
  };

  test('doubles the window in slow start, each round trip', () => {
    expect(roundTrips(driveFlow(algorithm), 4)).toEqual([20, 40, 80, 160]);
  });

  test('keeps that share of the window at a loss', () => {
    const flow = driveFlow(algorithm, 100);
    expect(flow.report({ acked: 1, loss: 1, sacked: 3, inflight: 96 })).toBe(100 * kept);
  });

  test('cuts once for a window of data, however often its losses are told', () => {
    const flow = driveFlow(algorithm, 100);
    flow.report({ loss: 1, sacked: 3, inflight: 96 });
    for (let told = 0; told < 40; told += 1) {
      expect(flow.report({ loss: 1, sacked: 1, inflight: 95 - 2 * told, nowUs: told * 1000 })).toBe(100 * kept);
    }
    // All that was sent before the cut is acknowledged: losses are new ones.
    flow.report({ acked: 101, inflight: 60, nowUs: 100_000 });
    const before = flow.cwnd;
    expect(flow.report({ loss: 1, sacked: 3, inflight: before - 4, nowUs: 150_000 })).toBeCloseTo(before * kept, 1);
  });

  test('counts what was sacked before it was acknowledged once (the cumulative ACK ended the round early)', () => {
    const flow = driveFlow(algorithm, 100);
    flow.report({ loss: 1, sacked: 3, inflight: 96 });
    // 80 arrive out of order; the gap is closed and the ACK moves over the 50 up to the next gap.
    flow.report({ sacked: 40, inflight: 60, nowUs: 40_000 });
    flow.report({ acked: 50, sacked: 40, inflight: 60, nowUs: 90_000 });
    expect(flow.report({ loss: 1, sacked: 1, inflight: 58, nowUs: 100_000 })).toBe(100 * kept);
  });

  test('counts losses until the datapath has taken the cut to it (a slow agent cut twice)', () => {
    const flow = driveFlow(algorithm, 100);
    flow.report({ loss: 1, sacked: 3, inflight: 96 });
    // The old window sends on for half a round trip: 50 more segments, of which the last is lost.
    flow.reportBefore({ loss: 1, sacked: 48, inflight: 98, nowUs: 50_000 });
    flow.report({ sacked: 1, inflight: 98, nowUs: 51_000 });
    flow.report({ acked: 101, sacked: 46, inflight: 52, nowUs: 140_000 });
    expect(flow.report({ loss: 1, sacked: 3, inflight: 48, nowUs: 152_000 })).toBe(100 * kept);
    flow.report({ acked: 52, inflight: 50, nowUs: 200_000 });
    expect(flow.report({ loss: 1, sacked: 3, inflight: 46, nowUs: 230_000 })).toBeLessThan(90 * kept);
  });

  test('cuts again after two round trips in which nothing was acknowledged: retransmissions are lost', () => {
    const flow = driveFlow(algorithm, 100);
    flow.report({ loss: 1, sacked: 3, inflight: 96 });
    flow.report({ sacked: 1, inflight: 96, nowUs: 1000 });
    expect(flow.report({ loss: 1, sacked: 60, inflight: 70, nowUs: 200_000 })).toBe(100 * kept);
    expect(flow.report({ loss: 1, sacked: 30, inflight: 69, nowUs: 201_000 })).toBeLessThan(80 * kept);
  });

  test('falls to one segment at a timeout, and returns to the share it keeps in slow start', () => {
    const flow = avoiding(100);
    const before = flow.cwnd;
    expect(flow.report({ timeout: true, loss: 100, nowUs: 300_000 })).toBe(1);
    // Section 3.1 of RFC 5681: the same segment lost again does not lower ssthresh again.
    expect(flow.report({ timeout: true, loss: 1, nowUs: 700_000 })).toBe(1);
    const windows = roundTrips(flow, 9);
    expect(windows.slice(0, 5)).toEqual([2, 4, 8, 16, 32]);
    const threshold = before * kept;
    expect(windows[6]).toBeGreaterThanOrEqual(threshold);
    expect(windows[8]).toBeLessThan(threshold + 6);
  });

  test('never keeps less than two segments', () => {
    const flow = driveFlow(algorithm, 2);
    expect(flow.report({ loss: 1, sacked: 1, inflight: 1 })).toBe(2);
  });
});

describe.each([
  { name: 'reno', algorithm: Reno },
  { name: 'cubic', algorithm: Cubic },
  { name: 'aimd', algorithm: Aimd },
])('$name, when its flow is silent', ({ algorithm }) => {
  test('begins with its first window again after a timeout without a report (RFC 5681 section 4.1), not before', () => {
    const flow = driveFlow(algorithm);
    const [grown] = roundTrips(flow, 3).slice(-1);
    expect(flow.silence(100_000)).toBe(grown);
    expect(flow.silence(2_000_000)).toBe(10);
    expect(flow.roundTrip()).toBeGreaterThan(10);
  });
});

describe('reno', () => {
  test('grows by a segment each round trip above ssthresh (RFC 5681 equation 3)', () => {
    const flow = driveFlow(Reno, 100);
    loseOne(flow);
    const from = flow.cwnd;
    for (const [index, window] of roundTrips(flow, 20).entries()) expect(window).toBeCloseTo(from + 1 + index, 1);
  });

  test('halves what was in flight where the window was not used (RFC 5681 equation 4)', () => {
    const flow = driveFlow(Reno, 100);
    expect(flow.report({ loss: 1, sacked: 3, inflight: 36 })).toBe(20);
  });
});

describe('cubic', () => {
  // A loss at a window of 1000, RTT 100 ms: the curve of RFC 9438 section 4.2 from 700, flat at 1000.
  const afterLoss = (windows: number) => {
    const flow = driveFlow(Cubic, 1000);
    loseOne(flow);
    return { flow, windows: roundTrips(flow, windows) };
  };
  const k = (max: number, from: number) => Math.cbrt((max - from) / 0.4);

  test('follows the curve in reports, to its plateau and beyond', () => {
    const { windows } = afterLoss(150);
    const inflection = k(1000, 700);
    for (const seconds of [1, 3, 5, 7, 9, 12, 14]) {
      // One round trip ahead (section 4.4).
      const curve = 0.4 * (seconds + 0.1 - inflection) ** 3 + 1000;
      expect(Math.abs(windows[seconds * 10 - 1]! / curve - 1)).toBeLessThan(0.002);
    }
    expect(windows[90]).toBeCloseTo(1000, -1);
  });

  test('leaves room where it did not regain its maximum (section 4.7, fast convergence)', () => {
    const { flow, windows } = afterLoss(10);
    const before = windows.at(-1)!;
    expect(before).toBeLessThan(1000);
    loseOne(flow);
    // The new plateau is (1 + β)/2 of the window at the loss, not that window.
    const max = (before * 1.7) / 2;
    const later = roundTrips(flow, Math.round(10 * k(max, before * 0.7)));
    expect(Math.abs(later.at(-1)! / max - 1)).toBeLessThan(0.01);
  });

  test('is as fast as Reno where the curve is slower (section 4.3)', () => {
    const flow = driveFlow(Cubic, 20);
    flow.report({ acked: 0, rttUs: 5000 });
    loseOne(flow);
    const alpha = (3 * (1 - 0.7)) / (1 + 0.7);
    const from = flow.cwnd;
    const windows = roundTrips(flow, 40);
    // By α a round trip up to the window before the loss, by one beyond it.
    expect((windows[7]! - from) / 8).toBeCloseTo(alpha, 1);
    expect(windows[39]! - windows[29]!).toBeCloseTo(10, 0);
  });
});

describe('aimd', () => {
  test('grows by a segment each round trip from the start', () => {
    const windows = roundTrips(driveFlow(Aimd), 10);
    for (const [index, window] of windows.entries()) expect(window).toBeCloseTo(11 + index, 1);
  });

  test.each([{ loss: 1 }, { timeout: true }])('halves the window at %o, once for each window of data', (told) => {
    const flow = driveFlow(Aimd, 100);
    expect(flow.report({ ...told, inflight: 96 })).toBe(50);
    expect(flow.report({ loss: 20, acked: 20 })).toBe(50);
    expect(flow.report({ loss: 20, acked: 29 })).toBe(50);
    expect(flow.report({ loss: 1, acked: 1 })).toBe(25);
  });

  test('never keeps less than two segments', () => {
    expect(driveFlow(Aimd, 3).report({ loss: 1 })).toBe(2);
  });
});
