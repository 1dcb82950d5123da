import { expect, test } from 'vitest';
import { normaliseScenario, PRESETS, presetScenario } from '../../src/sim/index.js';

test.each(PRESETS.map(({ name }) => name))('the preset %s is a good scenario', (name) => {
  const scenario = normaliseScenario(presetScenario(name));
  expect(scenario.name).toBe(name);
  expect(scenario.durationUs).toBeGreaterThan(0);
});

test('the cellular trace swings between 0.3 and 40 Mbit/s and uses the range', () => {
  const { rate } = normaliseScenario(presetScenario('cellular')).links[0]!;
  if (rate.kind !== 'trace') throw new Error('no trace');
  const perSecond = new Array<number>(60).fill(0);
  for (const stamp of rate.stampsMs) perSecond[Math.min(59, Math.floor(stamp / 1000))]! += 1500 * 8;
  const mbit = perSecond.map((bits) => bits / 1e6);
  expect(Math.min(...mbit)).toBeGreaterThan(0.29);
  expect(Math.max(...mbit)).toBeLessThan(40.1);
  expect(Math.max(...mbit) / Math.min(...mbit)).toBeGreaterThan(5);
});
