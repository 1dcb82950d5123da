import { expect, test } from 'vitest';
import { portLoadsOf, readingsOf, readingsQuery } from '../../src/fabric/index.js';

const PORT = 'HundredGigE0/0/0/26';
const matrix = (...result: unknown[]) => ({ status: 'success', data: { resultType: 'matrix', result } });

test('readings are asked for by site, ports and time back', () => {
  expect(readingsQuery('ifHCInOctets', 'INDI', [PORT, 'HundredGigE0/0/0/5'], 241.2)).toBe(
    `ifHCInOctets{job="data-sw",rack="indi",ifName=~"${PORT}|HundredGigE0/0/0/5"}[242s]`,
  );
});

test('a name that would mean something else in a query is not asked for', () => {
  const strange = ['p"}', 'p\\', 'a|b', '.*', 'p{', 'p\n', ''];
  expect(readingsQuery('ifHCInOctets', 'INDI', strange, 60)).toBeUndefined();
  expect(readingsQuery('ifHCInOctets', 'INDI', [...strange, 'p1'], 60)).toContain('ifName=~"p1"');
  expect(readingsQuery('ifHCInOctets', 'IN"DI', ['p1'], 60)).toBeUndefined();
});

test('readings by port, the oldest first', () => {
  const values = [
    [120.5, '4000'],
    [60.25, '1000'],
  ];
  expect([...readingsOf(matrix({ metric: { rack: 'indi', ifName: PORT }, values }))]).toEqual([
    [
      PORT,
      [
        { atUs: 60_250_000, octets: 1000 },
        { atUs: 120_500_000, octets: 4000 },
      ],
    ],
  ]);
});

test('two series of one name tell nothing of it', () => {
  const series = (values: unknown) => ({ metric: { ifName: PORT }, values });
  expect([...readingsOf(matrix(series([[1, '1']]), series([[1, '9']])))]).toEqual([[PORT, []]]);
});

test.each([
  undefined,
  null,
  'no JSON of theirs',
  [],
  { data: null },
  { data: { result: 7 } },
  matrix(
    null,
    7,
    'x',
    {},
    { metric: null },
    { metric: { ifName: 7 }, values: [] },
    { metric: { ifName: PORT }, values: 7 },
  ),
])('what is not understood is left out: %j', (answer) => {
  expect([...readingsOf(answer)]).toEqual([]);
  expect([...portLoadsOf([answer])]).toEqual([]);
});

test('of a reading only numbers count', () => {
  const values = [null, 7, [], [1], ['x', '1'], [1, 'NaN'], [2, '-1'], [Number.NaN, '1'], [3, '5', 'more']];
  expect([...readingsOf(matrix({ metric: { ifName: PORT }, values }))]).toEqual([
    [PORT, [{ atUs: 3_000_000, octets: 5 }]],
  ]);
});
