import { type Scenario, simulate } from 'mooring';
import { jainOver } from 'mooring/sim';
import { expect, test } from 'vitest';
// @ts-expect-error: the example is plain JavaScript
import { Aimd } from './aimd.js';

const scenario: Scenario = {
  rate: '12Mbit',
  rtt: '40ms',
  queue: '1bdp',
  flows: [{ algorithm: Aimd, count: 2 }],
  duration: '60s',
  seed: 1,
};

test('two flows fill the link and share it', () => {
  const { summary, series } = simulate(scenario);
  expect(summary.utilisation).toBeGreaterThanOrEqual(0.85);
  expect(jainOver(series, 30_000_000)).toBeGreaterThanOrEqual(0.9);
});

test('the window is a sawtooth: it grows slowly and is cut in half again and again', () => {
  const { cwndBytes } = simulate(scenario).series.flows[0]!;
  const windows = Array.from(cwndBytes.subarray(100));
  const cuts = windows.filter((window, index) => index > 0 && window < windows[index - 1]! * 0.7).length;
  const steps = windows.filter((window, index) => index > 0 && window > windows[index - 1]!).length;
  expect(cuts).toBeGreaterThanOrEqual(4);
  expect(steps).toBeGreaterThan(cuts * 5);
});

test('the same seed gives the same numbers', () => {
  expect(simulate(scenario).summary).toEqual(simulate(scenario).summary);
});
