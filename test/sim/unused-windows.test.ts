import { describe, expect, test } from 'vitest';
import { type Scenario, simulate } from '../../src/sim/index.js';

// RFC 9438 section 4.6, RFC 7661, RFC 9002 section 7.8: a window that is not used does not grow.

const MSS = 1448;
const ALGORITHMS = ['cubic', 'reno', 'aimd', 'sample'] as const;

type Flow = NonNullable<Scenario['flows']>[number];

function run(scenario: Partial<Scenario>, flow: Partial<Flow>, algorithm: string) {
  const result = simulate({
    rate: '12Mbit',
    rtt: '40ms',
    queue: '1bdp',
    duration: '30s',
    ...scenario,
    flows: [{ ...flow, algorithm, handshake: false, jitter: 0, slowStart: 'standard' } as Flow],
  });
  expect(result.failures).toEqual([]);
  const { cwndBytes, inFlightBytes } = result.series.flows[0]!;
  return {
    cwnd: Math.max(...cwndBytes) / MSS,
    flight: Math.max(...inFlightBytes) / MSS,
    lost: result.summary.packetsLost,
    goodput: result.summary.goodputBytesPerSecond,
  };
}

describe.each([
  ['a receive window', { rate: '100Mbit' }, { receiveWindow: '64KiB' }],
  ['a large receive window', { rate: '1Gbit', duration: '10s' }, { receiveWindow: '512KiB' }],
  ['a source below the link', { duration: '60s' }, { source: { kind: 'rate', rate: '2Mbit' } }],
  ['a source just below the link', {}, { source: { kind: 'rate', rate: '10Mbit' } }],
  [
    'a source that comes and goes',
    { duration: '60s' },
    { source: { kind: 'onoff', on: '100ms', off: '900ms', rate: '20Mbit' } },
  ],
  [
    'a source that pauses for less than an RTO',
    {},
    { source: { kind: 'onoff', on: '50ms', off: '100ms', rate: '8Mbit' } },
  ],
] as [string, Partial<Scenario>, Partial<Flow>][])('%s', (_, scenario, flow) => {
  test.each(ALGORITHMS)('%s keeps to the window it uses, and carries what the built-in sender carries', (algorithm) => {
    const reference = run(scenario, flow, algorithm === 'reno' ? 'builtin:reno' : 'builtin:cubic');
    const own = run(scenario, flow, algorithm);
    expect(own.cwnd).toBeLessThanOrEqual(2 * Math.max(reference.cwnd, 12));
    // Where slow start overshoots, it does so by a whole round trip more: an agent hears of it once in one.
    expect(own.lost).toBeLessThanOrEqual(3 * Math.max(reference.lost, 10));
    // The other two ask for one packet more a round trip, from the beginning on.
    if (algorithm === 'cubic' || algorithm === 'reno') expect(own.goodput).toBeGreaterThan(0.95 * reference.goodput);
  });
});

test('CUBIC’s curve stands still while the window is not used', () => {
  // One loss at the beginning sets W_max; an epoch that went on would ask for half as much again in every round.
  const steady = { source: { kind: 'rate', rate: '4Mbit' } } as Partial<Flow>;
  const { cwnd } = run({ duration: '120s', loss: 0.0001, seed: 5 }, steady, 'cubic');
  expect(cwnd).toBeLessThan(60);
});
