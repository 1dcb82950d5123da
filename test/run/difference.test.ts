import { expect, test } from 'vitest';
import { difference, fromSimulation } from '../../src/run/index.js';
import { type Scenario, simulate } from '../../src/sim/index.js';

const run = (queue: Scenario['queue'], ...names: string[]) =>
  fromSimulation(
    simulate({
      ...{ rate: '12Mbit', rtt: '40ms', duration: '6s', ...(queue === undefined ? {} : { queue }) },
      flows: names.map((name) => ({ name, algorithm: 'builtin:cubic' })),
    }),
  );

test('facts and flows stand side by side, with change and share', () => {
  const [a, b] = [run('1bdp', 'one', 'two'), run('4bdp', 'one', 'three')];
  const found = difference(a, b);
  const rtt = found.facts.find(({ name }) => name === 'mean RTT')!;
  expect(rtt).toMatchObject({ unit: 'us', change: rtt.b! - rtt.a!, share: (rtt.b! - rtt.a!) / rtt.a! });
  expect(rtt.change).toBeGreaterThan(0);
  expect(found.flows.map(({ name }) => name)).toEqual(['one']);
  expect([found.onlyA, found.onlyB]).toEqual([['two'], ['three']]);
});

test('what one run does not know has no difference', () => {
  const a = run('1bdp', 'one');
  const b = { ...a, facts: a.facts.map((fact) => ({ ...fact, value: null })) };
  expect(
    difference(a, b).facts.every(({ b: value, change, share }) => value === null && change === null && share === null),
  ).toBe(true);
});

test('a run beside itself does not differ', () => {
  const a = run('1bdp', 'same', 'same');
  expect(difference(a, a).flows).toHaveLength(2);
  expect(difference(a, a).facts.filter(({ change }) => change !== 0 && change !== null)).toEqual([]);
});
