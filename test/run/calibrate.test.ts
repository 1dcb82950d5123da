import { describe, expect, test } from 'vitest';
import { calibrate, fromSimulation, type Run, shifted, whyNotCalibrated } from '../../src/run/index.js';
import { type Scenario, simulate } from '../../src/sim/index.js';

// What is fitted is held against paths that are known: a simulation is looked at as if it had been captured.

/** The run as a capture tells it: what it was made of is not known, and resends are seen, a round trip after their losses. */
function captured(scenario: Scenario): Run {
  const run = fromSimulation(simulate({ seed: 3, series: { bin: '10ms' }, ...scenario }));
  const { source } = run;
  return {
    ...run,
    provenance: { ...run.provenance, source: 'capture', scenario: null },
    links: [],
    source: {
      ...source,
      async events(query) {
        if (query.kind !== 'retransmission') return source.events(query);
        const losses = await source.events({ ...query, kind: 'loss' });
        return { ...losses, timeUs: losses.timeUs.map((us) => us + run.flows[0]!.baseRttUs!) };
      },
    },
  };
}

const fittedTo = async (scenario: Scenario) =>
  Object.fromEntries((await calibrate(captured(scenario))).fitted.map(({ name, value }) => [name, value]));

describe('a path whose queue is filled', () => {
  const path: Scenario = {
    rate: '20Mbit',
    rtt: '40ms',
    queue: '100kB',
    flows: [{ algorithm: 'builtin:cubic' }],
    duration: '20s',
  };

  test('rate, round trip and queue are those of the path, and no loss is random', async () => {
    const fitted = await fittedTo(path);
    expect(fitted['rate']! / 2_500_000).toBeCloseTo(1, 1);
    expect(fitted['round trip']! / 40_000).toBeCloseTo(1, 1);
    expect(fitted['queue']! / 100_000).toBeGreaterThan(0.7);
    expect(fitted['queue']! / 100_000).toBeLessThan(1.2);
    expect(fitted['random loss']!).toBeLessThan(0.0005);
  });

  test('the scenario runs, and gives about what was captured', async () => {
    const measured = captured(path);
    const { scenario } = await calibrate(measured);
    const { summary } = simulate(scenario);
    const goodput = measured.facts.find(({ name }) => name === 'goodput')!.value!;
    expect(summary.goodputBytesPerSecond / goodput).toBeGreaterThan(0.9);
    expect(summary.goodputBytesPerSecond / goodput).toBeLessThan(1.1);
  });
});

test('losses without a queue are random', async () => {
  const fitted = await fittedTo({
    ...{ rate: '100Mbit', rtt: '20ms', queue: '1MB', loss: 0.01, duration: '20s' },
    // A receiver that waits with its ACKs looks like a queue of that time.
    flows: [{ algorithm: 'builtin:reno', delayedAcks: { everyPackets: 1 } }],
  });
  expect(fitted['random loss']! / 0.01).toBeGreaterThan(0.7);
  expect(fitted['random loss']! / 0.01).toBeLessThan(1.3);
  expect(fitted['queue']).toBeNull();
});

test('what cannot be fitted says why', async () => {
  const run = fromSimulation(simulate({ flows: [{ algorithm: 'builtin:reno' }], duration: '1s' }));
  expect(whyNotCalibrated(run)).toContain('simulated');
  await expect(calibrate(run)).rejects.toThrow('simulated');
  const unmeasured = { ...captured({ flows: [{ algorithm: 'builtin:reno' }], duration: '1s' }), series: [] };
  expect(whyNotCalibrated(unmeasured)).toContain('no flow');
});

test('a run that is moved in time says the same, later', async () => {
  const run = fromSimulation(simulate({ flows: [{ algorithm: 'builtin:reno' }], duration: '2s', loss: 0.02, seed: 2 }));
  const later = shifted(run, 5e6);
  expect(later.span).toEqual({ fromUs: 5e6, toUs: 7e6 });
  const at = { quantity: 'cwnd', owner: 0, pixels: 100 } as const;
  const [before, after] = [
    await run.source.query({ ...at, ...run.span }),
    await later.source.query({ ...at, ...later.span }),
  ];
  expect(after!.last).toEqual(before!.last);
  expect(after!.lastUs[50]).toBe(before!.lastUs[50]! + 5e6);
  const events = await later.source.events({ kind: 'loss', flow: null, ...later.span, limit: 1 });
  expect(events.timeUs[0]).toBeGreaterThan(5e6);
  expect((await later.source.at('cwnd', 0, 6e6))!.value).toBe((await run.source.at('cwnd', 0, 1e6))!.value);
});
