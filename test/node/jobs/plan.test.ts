import { gunzipSync } from 'node:zlib';
import { parquetReadObjects } from 'hyparquet';
import { expect, test } from 'vitest';
import { parseAxis } from '../../../src/node/jobs/axis.js';
import { parseDesign } from '../../../src/node/jobs/design.js';
import { planSweep } from '../../../src/node/jobs/plan.js';
import { toCsv, toParquet } from '../../../src/node/jobs/rows.js';
import { parseConstraint } from '../../../src/node/jobs/where.js';
import type { Scenario } from '../../../src/sim/index.js';

const base: Scenario = { rate: '12Mbit', flows: [{ algorithm: 'cubic' }], seed: 7 };

test('the unit of the last value holds for those before it', () => {
  expect(parseAxis('rate=1,10,100Mbit')).toEqual({ key: 'rate', values: ['1Mbit', '10Mbit', '100Mbit'] });
  expect(parseAxis('rtt=500us,10ms')).toEqual({ key: 'rtt', values: ['500us', '10ms'] });
  expect(parseAxis('alg=cubic,reno')).toEqual({ key: 'alg', values: ['cubic', 'reno'] });
  expect(parseAxis('flows=1,10')).toEqual({ key: 'flows', values: ['1', '10'] });
});

test.each(['rate', 'rate=', 'speed=1', 'rate=1,,2Mbit', '=1'])('the axis %j is refused', (text) => {
  expect(() => parseAxis(text)).toThrow(/--sweep/);
});

test('a sweep is every combination, with seeds that count up', () => {
  const plan = planSweep(base, [parseAxis('rate=1,10Mbit'), parseAxis('rtt=10,40ms')], 2);
  expect([...plan.jobs].map(({ rows }) => rows)).toEqual([
    { run: 0, rate: '1Mbit', rtt: '10ms', repeat: 1, seed: 7 },
    { run: 1, rate: '1Mbit', rtt: '10ms', repeat: 2, seed: 8 },
    { run: 2, rate: '1Mbit', rtt: '40ms', repeat: 1, seed: 7 },
    { run: 3, rate: '1Mbit', rtt: '40ms', repeat: 2, seed: 8 },
    { run: 4, rate: '10Mbit', rtt: '10ms', repeat: 1, seed: 7 },
    { run: 5, rate: '10Mbit', rtt: '10ms', repeat: 2, seed: 8 },
    { run: 6, rate: '10Mbit', rtt: '40ms', repeat: 1, seed: 7 },
    { run: 7, rate: '10Mbit', rtt: '40ms', repeat: 2, seed: 8 },
  ]);
  expect([...plan.jobs][5]?.scenario).toMatchObject({ rate: '10Mbit', rtt: '10ms', seed: 8 });
});

test('a sweep beyond ten million runs is refused', () => {
  const axis = { key: 'seed', values: Array.from({ length: 2000 }, (_, n) => String(n)) } as const;
  expect(() => planSweep(base, [axis], 10_000)).toThrow(/20000000 runs/);
});

test('ten million runs are planned without a list of them', () => {
  const axis = { key: 'seed', values: Array.from({ length: 1000 }, (_, n) => String(n)) } as const;
  const before = process.memoryUsage().heapUsed;
  const plan = planSweep(base, [axis], 10_000);
  expect(plan.jobs.length).toBe(10_000_000);
  expect(plan.runsOf(999, 9_999, 10_000)[0]?.rows).toEqual({ run: 9_999_999, seed: 10_998, repeat: 10_000 });
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(50e6);
});

test('what is swept twice, and a range without a design, are refused', () => {
  expect(() => planSweep(base, [parseAxis('rate=1Mbit'), parseAxis('rate=2Mbit')], 1)).toThrow(/swept twice/);
  expect(() => planSweep(base, [parseAxis('rate=1..2Mbit')], 1)).toThrow(/wants --design/);
});

test('what does not keep a constraint is left out; if nothing does, that is said', () => {
  const axes = [parseAxis('rate=1,10Mbit'), parseAxis('rtt=10,40ms')];
  const where = (text: string) => ({ where: [parseConstraint(text)] });
  const plan = planSweep(base, axes, 1, where('bdp >= 12500B'));
  expect([...plan.jobs].map(({ rows }) => rows)).toEqual([
    { run: 0, rate: '10Mbit', rtt: '10ms', repeat: 1, seed: 7 },
    { run: 1, rate: '10Mbit', rtt: '40ms', repeat: 1, seed: 7 },
  ]);
  expect(() => planSweep(base, axes, 1, where('rtt > 1s'))).toThrow(/no combination of 4 keeps "rtt > 1s"/);
  expect(planSweep(base, axes, 1).hash).not.toBe(plan.hash);
});

test('a design draws ranges and values, always the same', () => {
  const axes = [parseAxis('rate=1..100Mbit:log'), parseAxis('alg=cubic,reno')];
  const once = [...planSweep(base, axes, 1, { design: parseDesign('sobol:8') }).jobs];
  expect(once).toEqual([...planSweep(base, axes, 1, { design: parseDesign('sobol:8') }).jobs]);
  expect(once.filter(({ rows }) => rows['alg'] === 'cubic')).toHaveLength(4);
  expect(new Set(once.map(({ rows }) => rows['rate'])).size).toBe(8);
});

const rows = [
  { run: 0, rate: '1Mbit', name: 'a "b", c', endUs: null, goodputBytesPerSecond: 1.5 },
  { run: 1, rate: '2Mbit', name: 'x\ny', endUs: 12, goodputBytesPerSecond: 3 },
];

test('CSV quotes what needs it', () => {
  expect(toCsv(rows)).toBe(
    'run,rate,name,endUs,goodputBytesPerSecond\n0,1Mbit,"a ""b"", c",,1.5\n1,2Mbit,"x\ny",12,3\n',
  );
});

test('Parquet reads back as it was', async () => {
  const bytes = await toParquet(rows, { schema: 'results/1' });
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  expect(await parquetReadObjects({ file, compressors: { GZIP: (bytes) => gunzipSync(bytes) } })).toEqual(rows);
});
