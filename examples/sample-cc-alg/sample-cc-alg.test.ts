import { simulate } from 'mooring';
import { expect, test } from 'vitest';
// @ts-expect-error: the example is plain JavaScript
import { SampleCCAlg } from './sample-cc-alg.js';

test('the window moves up and down, a packet at a time, and the queue stays short', () => {
  const { series, summary } = simulate({
    rate: '12Mbit',
    rtt: '40ms',
    queue: '1bdp',
    flows: [{ algorithm: SampleCCAlg, mssBytes: 1448 }],
    duration: '20s',
    series: { bin: '20ms' },
  });
  const windows = Array.from(series.flows[0]!.cwndBytes.subarray(10));
  const moves = windows.slice(1).map((window, index) => window - windows[index]!);
  expect(moves.every((bytes) => Math.abs(bytes) % 1448 === 0)).toBe(true);
  expect(moves.filter((bytes) => bytes > 0).length).toBeGreaterThan(20);
  expect(moves.filter((bytes) => bytes < 0).length).toBeGreaterThan(20);
  expect(summary.queueDelayUs.p95).toBeLessThan(40_000);
  expect(summary.timeouts).toBe(0);
});
