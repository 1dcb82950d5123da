import { expect, test } from 'vitest';
import { describeScenario, normaliseScenario, type Scenario } from '../../src/sim/index.js';
import { runBuiltin } from './physics.js';

const flows = [{ algorithm: 'builtin:reno' }];
const normal = (more: Partial<Scenario>) => normaliseScenario({ flows, ...more } as Scenario);
const refused = (path: readonly string[]) =>
  expect.objectContaining({
    code: 'MOORING_ERR_SIM_BAD_SCENARIO',
    message: expect.stringContaining(path.join('.')),
  });

test('about 600 bins of whole hundredths of a second, none narrower than 10 ms, where nothing is said', () => {
  const binUs = (duration: NonNullable<Scenario['duration']>, series?: Scenario['series']) =>
    normal({ duration, ...(series === undefined ? {} : { series }) }).binUs;
  expect((['1s', '6s', '6.0001s', '60s', '1000s'] as const).map((duration) => binUs(duration))).toEqual([
    10_000, 10_000, 20_000, 100_000, 1_670_000,
  ]);
  expect([binUs('60s', true), binUs('60s', false), binUs('60s', { bin: '1ms' })]).toEqual([100_000, 0, 1000]);
});

test('bins are 100 µs wide at least and a million at most', () => {
  expect(normal({ duration: '1s', series: { bin: '100us' } }).binUs).toBe(100);
  expect(() => normal({ duration: '1s', series: { bin: '99us' } })).toThrow(refused(['series', 'bin']));
  expect(normal({ duration: '1000s', series: { bin: '1ms' } }).binUs).toBe(1000);
  expect(() => normal({ duration: '1000.001s', series: { bin: '1ms' } })).toThrow(refused(['series', 'bin']));
});

test('a flow ends with the run at the latest', () => {
  const stopUs = (stop?: '4s' | '5s' | '6s') =>
    normal({ duration: '5s', flows: [{ ...flows[0]!, ...(stop ? { stop } : {}) }] }).flows[0]!.stopUs;
  expect([stopUs(), stopUs('4s'), stopUs('5s'), stopUs('6s')]).toEqual([5e6, 4e6, 5e6, 5e6]);
});

test('ten thousand flows at once may arrive, 1024 queues part them, where nothing is said', () => {
  const arrivals = { perSecond: 1, size: '10KB' } as const;
  expect(normal({ flows: [{ ...flows[0]!, arrivals }] } as Partial<Scenario>).flows[0]!.arrivals!.maxActive).toBe(
    10_000,
  );
  const [fq, codel] = (['fqcodel', 'codel'] as const).map((kind) => normal({ queue: { kind } }).links[0]!.queue);
  const both = { targetUs: 5000, intervalUs: 100_000, ecn: false };
  expect(fq).toMatchObject({ ...both, flows: 1024, quantumBytes: 1514, limit: { packets: 10_240 } });
  expect(codel).toMatchObject({ ...both, limit: { packets: 1000 } });
});

test('the way back takes as long as the way there, or as it is told, over a link of its own as well', () => {
  const rttMs = (more: Partial<Scenario>) =>
    runBuiltin({
      duration: '2s',
      series: false,
      jitter: 0,
      links: [{ rate: '1Gbit', delay: '20ms' }],
      flows: [{ algorithm: 'builtin:reno', sizeBytes: 1448, delayedAcks: false }],
      ...more,
    } as Scenario).summary.rttUs.min! / 1000;
  const within = (ms: number) => (value: number) => value >= ms && value < ms + 2;
  expect(rttMs({})).toSatisfy(within(40));
  expect(rttMs({ ackPath: { delay: '5ms' } })).toSatisfy(within(25));
  expect(rttMs({ ackPath: { delay: '5ms', rate: '1Gbit' } })).toSatisfy(within(25));
  expect(rttMs({ ackPath: { rate: '1Gbit' } })).toSatisfy(within(40));
  // The link adds the 0.4 µs its rate takes, and nothing besides.
  const [free, linked] = [{ delay: '5ms' } as const, { delay: '5ms', rate: '1Gbit' } as const].map((ackPath) =>
    rttMs({ ackPath }),
  );
  expect(1000 * (linked! - free!)).toBeLessThan(0.9);
});

test('a trace is told as one, a rate as a rate', () => {
  const told = (link: object) => describeScenario(normal({ links: [{ delay: '5ms', ...link }] } as Partial<Scenario>));
  expect(told({ trace: [1] })).toContain('a trace of 12.0 Mbit/s');
  expect(told({ rate: '12Mbit' })).toContain('over 12.0 Mbit/s');
});
