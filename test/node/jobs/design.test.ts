import { expect, test } from 'vitest';
import { parseAxis } from '../../../src/node/jobs/axis.js';
import { designPoints, parseDesign } from '../../../src/node/jobs/design.js';

const axes = ['rate=1..101Mbit', 'rtt=1..1024ms:log', 'flows=1..4', 'alg=cubic,reno'].map(parseAxis);

test('a Latin hypercube has one point in each stratum of each axis', () => {
  const at = designPoints(parseDesign('lhs:100:3'), axes);
  const points = Array.from({ length: 100 }, (_, index) => at(index));
  const strata = (place: (point: ReturnType<typeof at>) => number): number =>
    new Set(points.map((one) => Math.floor(place(one)))).size;
  expect(strata(({ rate }) => Number.parseFloat(rate!) - 1)).toBe(100);
  expect(strata(({ rtt }) => 10 * Math.log2(Number.parseFloat(rtt!)))).toBe(100);
  for (const count of ['1', '2', '3', '4']) expect(points.filter(({ flows }) => flows === count)).toHaveLength(25);
  expect(points.filter(({ alg }) => alg === 'reno')).toHaveLength(50);
  expect(points[0]).not.toEqual(designPoints(parseDesign('lhs:100:4'), axes)(0));
});

test('the first points of a Sobol design are those of a smaller one', () => {
  const [small, large] = ['sobol:16', 'sobol:64'].map((text) => designPoints(parseDesign(text), axes));
  for (let at = 0; at < 16; at += 1) expect(small!(at)).toEqual(large!(at));
});

test('tiny values are written without an exponent', () => {
  const at = designPoints(parseDesign('lhs:50'), [parseAxis('loss=0.000000001..0.001:log')]);
  for (let index = 0; index < 50; index += 1) expect(at(index).loss).toMatch(/^0\.\d+$/);
});

test.each([
  '',
  'lhs',
  'lhs:0',
  'lhs:-1',
  'lhs:NaN',
  'lhs:1.5',
  'sobol:1000001',
  'sobol:1e3',
  'grid:5',
  'sobol:8:x',
  'sobol:8:',
])('the design %j is refused', (text) => {
  expect(() => parseDesign(text)).toThrow(/--design wants/);
});

test('a design of nothing is refused', () => {
  expect(() => designPoints(parseDesign('lhs:5'), [])).toThrow(/--design draws values of what --sweep varies/);
});
