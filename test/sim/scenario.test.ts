import { expect, test } from 'vitest';
import { MooringError } from '../../src/base/index.js';
import { createSimulation, normaliseScenario, type Scenario } from '../../src/sim/index.js';

const flows = [{ algorithm: 'cubic' }];

function refused(scenario: unknown): Record<string, string> {
  try {
    normaliseScenario(scenario as Scenario);
  } catch (error) {
    if (!(error instanceof MooringError)) throw error;
    expect(error.code).toBe('MOORING_ERR_SIM_BAD_SCENARIO');
    const diagnostics = error.detail['diagnostics'] as { path: string; message: string }[];
    return Object.fromEntries(diagnostics.map(({ path, message }) => [path, message]));
  }
  throw new Error('the scenario was not refused');
}

test('text quantities become numbers and 1bdp is rate times base round trip', () => {
  const scenario = normaliseScenario({ rate: '12Mbit', rtt: '40ms', queue: '1bdp', flows, duration: '60s' });
  expect(scenario.links).toHaveLength(1);
  expect(scenario.links[0]).toMatchObject({
    rate: { kind: 'constant', rateBytesPerSecond: 1_500_000 },
    delayUs: 20_000,
    queue: { kind: 'droptail', limit: { packets: 0, bytes: 60_000 } },
    loss: { kind: 'none' },
  });
  expect(scenario.flows[0]).toMatchObject({ baseRttUs: 40_000, accessDelayUs: 0, mssBytes: 1448, stopUs: 60_000_000 });
});

test('both spellings of a quantity normalise to the same scenario', () => {
  const text = normaliseScenario({ rate: '12Mbit', rtt: '40ms', duration: '30s', flows });
  expect(normaliseScenario({ rateBytesPerSecond: 1_500_000, rttUs: 40_000, durationUs: 30_000_000, flows })).toEqual(
    text,
  );
});

test('a flow with a longer round trip gets the difference as access delay, each way', () => {
  const { flows: groups } = normaliseScenario({
    rtt: '20ms',
    flows: [{ algorithm: 'cubic' }, { algorithm: 'cubic', rtt: '80ms' }],
  });
  expect(groups.map((group) => [group.accessDelayUs, group.baseRttUs])).toEqual([
    [0, 20_000],
    [30_000, 80_000],
  ]);
});

test('a parking lot takes its round trip from its links', () => {
  const scenario = normaliseScenario({
    links: [
      { rate: '10Mbit', delay: '5ms' },
      { rate: '20Mbit', delay: '15ms', queue: { kind: 'codel' } },
    ],
    flows: [{ algorithm: 'reno' }, { algorithm: 'reno', path: [1, 1] }],
  });
  expect(scenario.topology).toBe('parkinglot');
  expect(scenario.flows.map((group) => group.baseRttUs)).toEqual([40_000, 30_000]);
  expect(scenario.links[1]?.queue).toMatchObject({ kind: 'codel', targetUs: 5_000, intervalUs: 100_000 });
});

test('a mahimahi trace has its mean rate', () => {
  const scenario = normaliseScenario({ links: [{ trace: [1, 1, 2, 10], delay: '10ms' }], flows });
  expect(scenario.links[0]?.rate).toEqual({ kind: 'trace', stampsMs: [1, 1, 2, 10], meanRateBytesPerSecond: 600_000 });
});

test.each<[string, unknown, string, RegExp]>([
  ['a mistyped field', { flows, rat: '12Mbit' }, 'rat', /not a field/],
  ['a bad unit', { flows, rate: '12Mbps!' }, 'rate', /"12Mbps!" is not a rate/],
  ['a number without a unit', { flows, rtt: 40 }, 'rtt', /has no unit/],
  ['NaN', { flows, rateBytesPerSecond: Number.NaN }, 'rateBytesPerSecond', /NaN/],
  ['a negative number', { flows, rttUs: -1 }, 'rttUs', />=0/],
  ['infinity', { flows, durationUs: Number.POSITIVE_INFINITY }, 'durationUs', /Infinity/],
  ['both spellings', { flows, rtt: '40ms', rttUs: 40_000 }, 'rttUs', /same as rtt/],
  ['no flows', {}, 'flows', /missing/],
  ['no algorithm', { flows: [{}] }, 'flows[0].algorithm', /missing|expected/],
  [
    'a nested field',
    { flows: [{ algorithm: 'reno', source: { kind: 'onoff', on: '1s' } }] },
    'flows[0].source.off',
    /./,
  ],
  ['an unknown queue', { flows, queue: { kind: 'blue' } }, 'queue.kind', /none of "droptail", .*"codel"/],
  ['a parameter of another queue', { flows, queue: { kind: 'codel', quantum: '1KB' } }, 'queue.quantum', /not a field/],
  ['a queue without a unit', { flows, queue: '100' }, 'queue', /not a queue size/],
  ['a probability above 1', { flows, loss: 1.5 }, 'loss', /<=1/],
  ['a percentage above 100', { flows, loss: '101%' }, 'loss', /"101%" is not a share/],
  ['a loss that is no number', { flows, loss: 'some' }, 'loss', /1%/],
  [
    'a bad share of a loss model',
    { flows, loss: { kind: 'bernoulli', probability: '10%%' } },
    'loss.probability',
    /share/,
  ],
  [
    'a bad state without end',
    { flows, loss: { kind: 'gilbertElliott', goodToBad: 0.1, badToGood: 0 } },
    'loss.badToGood',
    /never leaves/,
  ],
  ['a queue for no packet', { flows, queue: '0pkt' }, 'queue', /"0pkt" has room for no packet/],
  ['a queue for part of a packet', { flows, queue: { kind: 'codel', limit: '0.4pkt' } }, 'queue.limit', /no packet/],
  ['a queue of no BDP', { flows, queue: '0bdp' }, 'queue', /above 0/],
  [
    'thresholds in the wrong order',
    { flows, queue: { kind: 'red', minThreshold: '1bdp', maxThreshold: '10pkt' } },
    'queue.minThreshold',
    /below maxThreshold/,
  ],
  [
    'both spellings of a source',
    { flows: [{ algorithm: 'reno', source: { kind: 'rate', rate: '1Mbit', rateBytesPerSecond: 1 } }] },
    'flows[0].source.rateBytesPerSecond',
    /same as rate/,
  ],
  [
    'a source without its rate',
    { flows: [{ algorithm: 'reno', source: { kind: 'rate' } }] },
    'flows[0].source.rate',
    /missing/,
  ],
  [
    'a start after the end',
    { flows: [{ algorithm: 'reno', start: '2min' }], duration: '1min' },
    'flows[0].start',
    /end/,
  ],
  [
    'a round trip below the path',
    { rtt: '40ms', flows: [{ algorithm: 'reno', rtt: '10ms' }] },
    'flows[0].rtt',
    /shorter/,
  ],
  ['a trace file outside the CLI', { links: [{ trace: 'lte.up' }], flows }, 'links[0].trace', /command line/],
  ['an unknown algorithm', { flows: [{ algorithm: 'cubik' }] }, 'flows[0].algorithm', /there are .*cubic/],
  ['an unknown sender', { flows: [{ algorithm: 'builtin:bic' }] }, 'flows[0].algorithm', /builtin:cubic/],
  ['too many flows', { flows: [0, 1].map(() => ({ algorithm: 'reno', count: 60_000 })) }, 'flows', /120000/],
])('%s is refused with the path of the field', (_what, scenario, path, message) => {
  const diagnostics = refused(scenario);
  expect(diagnostics).toHaveProperty([path]);
  expect(diagnostics[path]).toMatch(message);
});

test('a share may be text, with a percent sign or without', () => {
  const lossOf = (loss: NonNullable<Scenario['loss']>) => normaliseScenario({ flows, loss }).links[0]?.loss;
  expect(lossOf('1%')).toEqual({ kind: 'bernoulli', probability: 0.01 });
  expect(lossOf('0.07 %')).toEqual(lossOf(0.0007));
  expect(lossOf('0%')).toEqual({ kind: 'none' });
  expect(lossOf({ kind: 'gilbertElliott', goodToBad: '1%', badToGood: '30%' })).toEqual({
    kind: 'gilbertElliott',
    goodToBad: 0.01,
    badToGood: 0.3,
    lossGood: 0,
    lossBad: 1,
  });
});

test('a queue too small for two packets holds two and says so', () => {
  const heard: unknown[] = [];
  const { scenario, notices } = createSimulation(
    { flows, queue: '0.0001bdp' },
    { onNotice: (notice) => heard.push(notice) },
  );
  expect(scenario.links[0]?.queue.limit).toEqual({ packets: 0, bytes: 3000 });
  expect(notices).toEqual([
    {
      code: 'MOORING_ERR_SIM_QUEUE_RAISED',
      message: 'queue: 6 B is less than two packets of 1500 bytes: the queue holds two',
    },
  ]);
  expect(heard).toEqual(notices);
  expect(createSimulation({ flows, queue: '0.05bdp' }).notices).toEqual([]);
});

test("RED's thresholds are what is asked for, however small", () => {
  const queue = { kind: 'red', limit: '100KiB', minThreshold: '1pkt', maxThreshold: '2000B' } as const;
  expect(normaliseScenario({ flows, queue }).links[0]?.queue).toMatchObject({ minThreshold: 1500, maxThreshold: 2000 });
});
