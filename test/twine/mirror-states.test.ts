import { expect, test } from 'vitest';
import { mirrorGaps, statesWithin, UNSEEN } from '../../src/twine/index.js';

test('the states of a capture begin with it; what was before the first look is not known', () => {
  const seen = [
    { fromUs: 10, state: 'Ticketed' },
    { fromUs: 20, state: 'Active' },
    { fromUs: 40, state: 'Failed' },
  ];
  expect(statesWithin(seen, 30, 50)).toEqual([
    { fromUs: 30, state: 'Active' },
    { fromUs: 40, state: 'Failed' },
  ]);
  expect(statesWithin(seen, 20, 40)).toEqual([{ fromUs: 20, state: 'Active' }]);
  expect(statesWithin(seen, 5, 15)).toEqual([
    { fromUs: 5, state: UNSEEN },
    { fromUs: 10, state: 'Ticketed' },
  ]);
  expect(statesWithin([], 5, 15)).toEqual([{ fromUs: 5, state: UNSEEN }]);
});

test('gaps are where a mirror is neither active nor out of sight', () => {
  const mirrorStates = [
    { fromUs: 30, state: 'Active' },
    { fromUs: 40, state: 'Closed' },
    { fromUs: 45, state: UNSEEN },
    { fromUs: 50, state: 'ActiveTicketed' },
    { fromUs: 60, state: 'Failed' },
  ];
  expect(mirrorGaps({ endUs: 70, mirrorStates })).toEqual([
    { startUs: 40, endUs: 45, state: 'Closed' },
    { startUs: 60, endUs: 70, state: 'Failed' },
  ]);
  expect(mirrorGaps({ endUs: 70 })).toEqual([]);
});
