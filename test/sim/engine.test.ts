import { describe, expect, it } from 'vitest';
import { normaliseScenario, type Scenario, SimEngine } from '../../src/sim/index.js';

function simulateBuiltin(scenario: Scenario, stepUs = Number.POSITIVE_INFINITY): ReturnType<SimEngine['result']> {
  const engine = new SimEngine(normaliseScenario(scenario));
  while (!engine.done) engine.run(engine.nowUs + stepUs);
  return engine.result();
}

const everything: Scenario = {
  seed: 7,
  duration: '5s',
  links: [
    { rate: '20Mbit', delay: '5ms', queue: { kind: 'red', ecn: true }, jitter: '200us' },
    { rate: '10Mbit', delay: '10ms', queue: { kind: 'fqcodel' }, loss: 0.001 },
    {
      rate: '15Mbit',
      delay: '5ms',
      queue: { kind: 'codel' },
      loss: { kind: 'gilbertElliott', goodToBad: 0.001, badToGood: 0.3 },
      reorder: { probability: 0.01 },
      steps: [{ at: '2s', rate: '8Mbit', delay: '8ms' }],
    },
  ],
  ackPath: { rate: '1Mbit', queue: '50pkt', loss: 0.001 },
  flows: [
    { algorithm: 'builtin:cubic', count: 3, stagger: '100ms', ecn: true },
    { algorithm: 'builtin:reno', path: [1, 1], rtt: '60ms', recovery: 'rfc6675', pacing: true },
    { algorithm: 'builtin:reno', path: [0, 1], size: '1MB', delayedAcks: false },
    { algorithm: 'builtin:cubic', source: { kind: 'rate', rate: '500kbit' }, path: [2, 2] },
    {
      algorithm: 'builtin:reno',
      source: {
        kind: 'onoff',
        on: { distribution: 'exponential', mean: '200ms' },
        off: { distribution: 'lognormal', median: '300ms', sigma: 1 },
      },
    },
    {
      algorithm: 'builtin:cubic',
      arrivals: { perSecond: 20, size: { distribution: 'pareto', min: '4kB', shape: 1.2 } },
    },
  ],
};

/** Every sender and every way to mark, at once. */
const marked: Scenario = {
  seed: 3,
  duration: '5s',
  links: [
    { rate: '40Mbit', delay: '5ms', queue: { kind: 'dualpi2' }, loss: 0.001 },
    { rate: '30Mbit', delay: '5ms', queue: { kind: 'pie', ecn: true } },
    { rate: '35Mbit', delay: '5ms', queue: { kind: 'step', markAt: '20pkt' } },
  ],
  ackPath: { rate: '1Mbit', queue: '50pkt', loss: 0.001 },
  flows: [
    { algorithm: 'builtin:prague', count: 2 },
    { algorithm: 'builtin:dctcp' },
    { algorithm: 'builtin:bbr', count: 2, ecn: true },
    { algorithm: 'builtin:bbr3', source: { kind: 'onoff', on: '500ms', off: '200ms' } },
    { algorithm: 'builtin:cubic', ecn: 'accurate' },
    {
      algorithm: 'builtin:bbr3',
      arrivals: { perSecond: 10, size: { distribution: 'pareto', min: '20kB', shape: 1.2 } },
    },
    { algorithm: 'builtin:bbr', arrivals: { perSecond: 10, size: { distribution: 'exponential', mean: '50kB' } } },
  ],
};

describe.each([
  ['everything', everything],
  ['every mark', marked],
])('engine, %s', (_, scenario) => {
  it('gives the same result for the same seed, whatever the steps it runs in', () => {
    const whole = simulateBuiltin(scenario);
    const inSteps = simulateBuiltin(scenario, 12_345.678);
    expect(inSteps).toEqual(whole);
    expect(whole.summary.events).toBeGreaterThan(10_000);
    expect(simulateBuiltin({ ...scenario, seed: 8 }).summary.goodputBytesPerSecond).not.toBe(
      whole.summary.goodputBytesPerSecond,
    );
  });

  it('loses no packet: what was sent was delivered, dropped, or is on its way', () => {
    const { flows, links, summary } = simulateBuiltin(scenario);
    const drops = links.reduce((sum, link) => sum + link.drops, 0);
    expect(drops).toBe(summary.packetsLost);
    for (const flow of flows)
      expect(flow.packetsSent - flow.retransmits).toBeGreaterThanOrEqual(flow.bytesAcked / 1448 - 1);
  });
});

describe('engine', () => {
  it('obeys changes while it runs', () => {
    const engine = new SimEngine(
      normaliseScenario({ rate: '10Mbit', duration: '20s', flows: [{ algorithm: 'builtin:cubic' }] }),
    );
    engine.run(10e6);
    const before = engine.result().summary.goodputBytesPerSecond;
    engine.change({ kind: 'linkRate', link: 0, rateBytesPerSecond: 2_500_000 });
    engine.run(20e6);
    const after = 2 * engine.result().summary.goodputBytesPerSecond - before;
    expect(after / before).toBeGreaterThan(1.8);
  });
});
