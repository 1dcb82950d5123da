import { expect, test } from 'vitest';
import { buildOf, jobKey } from '../../../src/node/jobs/job-key.js';
import type { Scenario } from '../../../src/sim/index.js';

const scenario: Scenario = { rate: '12Mbit', rtt: '40ms', flows: [{ algorithm: 'cubic' }], seed: 7 };
const keyOf = (changed: Scenario, build = '1.0.0-abc') => jobKey({ scenario: changed, parts: [] }, build);

test('the same run has the same key, however its scenario is written down', () => {
  expect(keyOf(scenario)).toMatch(/^[0-9a-f]{64}$/);
  expect(keyOf({ seed: 7, flows: [{ algorithm: 'cubic' }], rtt: '40ms', rate: '12Mbit' })).toBe(keyOf(scenario));
});

test.each([
  ['seed', keyOf({ ...scenario, seed: 8 })],
  ['network', keyOf({ ...scenario, rtt: '41ms' })],
  ['algorithm', keyOf({ ...scenario, flows: [{ algorithm: 'part:00' }] })],
  ['version', keyOf(scenario, '1.0.1-abc')],
])('another %s is another run', (_, key) => {
  expect(key).not.toBe(keyOf(scenario));
});

test('a build is its version and a hash of what simulates', () => {
  expect(buildOf()).toMatch(/^\d+\.\d+\.\d+-[0-9a-f]{12}$/);
});
