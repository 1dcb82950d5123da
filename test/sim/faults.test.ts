import { describe, expect, it, test } from 'vitest';
import { normaliseScenario, type Scenario, SimEngine, simulate } from '../../src/sim/index.js';
import { EXACT, MSS, type Result, runBuiltin } from './physics.js';

// Faults by kind, each named after what went wrong.

const RTT_US = 40_000;

/** Rounds with losses or marks: those within a round trip, queue included, of the first of them are one. */
function roundsOf(result: Pick<Result, 'series'>, flow: number, roundUs: number): number {
  const { losses, marks } = result.series.flows[flow]!;
  let rounds = 0;
  let endUs = -1;
  for (const [bin, timeUs] of result.series.timeUs.entries()) {
    if (losses[bin]! + marks[bin]! === 0 || timeUs <= endUs) continue;
    rounds += 1;
    endUs = timeUs + roundUs;
  }
  return rounds;
}

describe.each(['builtin:reno', 'builtin:cubic', 'reno', 'cubic'])('%s', (algorithm) => {
  const queues = {
    'drop-tail': '1bdp',
    'CoDel, marking': { kind: 'codel', limit: '200pkt', ecn: true },
    'RED, marking': { kind: 'red', limit: '133pkt', ecn: true },
  } as const;
  it.each(Object.keys(queues) as (keyof typeof queues)[])(
    'cuts its window at most once a round (every ECN mark cut twice): %s',
    (name) => {
      const result = simulate({
        rate: '10Mbit',
        rtt: '40ms',
        queue: queues[name],
        flows: [{ algorithm, ecn: true, count: 2, slowStart: 'standard' }],
        duration: '60s',
        series: { bin: '5ms' },
      });
      for (const { id, cwndBytes, ssthreshBytes } of result.series.flows) {
        // A built-in sender takes a round trip to a cut: of it its threshold tells.
        const column = algorithm.startsWith('builtin:') ? ssthreshBytes : cwndBytes;
        const cuts = [...column.keys()].filter((bin) =>
          column === cwndBytes
            ? column[bin]! < 0.8 * column[bin - 1]!
            : column[bin]! > 0 && column[bin] !== column[bin - 1],
        ).length;
        expect(cuts).toBeGreaterThan(3);
        expect(cuts).toBeLessThanOrEqual(roundsOf(result, id, RTT_US / 2) + result.summary.timeouts);
      }
    },
  );
});

test('a burst leaves its host segment after segment (it reached the first queue in one instant)', () => {
  const queue = (accessRate: `${number}Mbit` | `${number}Gbit` | `${number}Tbit`) =>
    runBuiltin({
      rate: '10Mbit',
      rtt: '40ms',
      queue: '100pkt',
      duration: '45ms',
      series: { bin: '100us' },
      flows: [{ algorithm: 'builtin:reno', initialCwndPackets: 40, accessRate, ...EXACT }],
    }).series.links[0]!.queueBytes;
  // At the rate of the link nothing waits, at twice the rate half of the burst does.
  expect(Math.max(...queue('10Mbit'))).toBeLessThanOrEqual(1500);
  expect(Math.max(...queue('20Mbit')) / 1500).toBeGreaterThan(17);
  expect(Math.max(...queue('20Mbit')) / 1500).toBeLessThan(22);
  expect(Math.max(...queue('8Tbit')) / 1500).toBe(39);
});

test('what arrives as a packet leaves finds its room (ties were settled by the order of scheduling)', () => {
  // The round trip is a whole number of packet times: ACKs, and what they let go, arrive as packets leave.
  const { summary } = runBuiltin({
    links: [{ rate: '12Mbit', delay: '4ms', queue: '2pkt' }],
    rtt: '9ms',
    ackPath: { delay: '4ms' },
    duration: '20s',
    // Slow start loses its own.
    measureFrom: '5s',
    series: false,
    flows: [
      {
        algorithm: 'builtin:reno',
        receiveWindowBytes: 11 * MSS,
        initialCwndPackets: 1,
        delayedAcks: false,
        accessRate: '8Tbit',
        ...EXACT,
      },
    ],
  });
  expect(summary.packetsLost).toBe(0);
});

test('repeats of a scenario differ, and so do equal flows (flows 0 to 7 of 24 got half as much again as 16 to 23)', () => {
  const shares = [1, 2, 3, 4].map((seed) => {
    const { flows } = runBuiltin({
      rate: '10Mbit',
      rtt: '40ms',
      duration: '60s',
      measureFrom: '10s',
      series: false,
      seed,
      flows: [{ algorithm: 'builtin:reno', count: 24 }],
    });
    const sum = (from: number, to: number) =>
      flows.slice(from, to).reduce((total, { goodputBytesPerSecond }) => total + goodputBytesPerSecond, 0);
    return sum(0, 8) / sum(16, 24);
  });
  expect(new Set(shares).size).toBe(4);
  for (const share of shares) expect(Math.abs(Math.log(share))).toBeLessThan(Math.log(1.25));
});

test('two equal flows share a short queue, whatever the seed (they locked at 0.385 to 0.615)', () => {
  const jains = [1, 2, 3, 4, 5, 6, 7, 8].map(
    (seed) =>
      runBuiltin({
        rate: '1Mbit',
        rtt: '10ms',
        queue: '3pkt',
        duration: '120s',
        measureFrom: '20s',
        series: false,
        seed,
        flows: [{ algorithm: 'builtin:reno', count: 2 }],
      }).summary.jain!,
  );
  expect(Math.min(...jains)).toBeGreaterThan(0.98);
});

test('starts may be drawn', () => {
  const { flows } = runBuiltin({
    duration: '2s',
    flows: [{ algorithm: 'builtin:reno', count: 20, start: { distribution: 'uniform', min: '0.5s', max: '1s' } }],
  });
  const starts = flows.map(({ startUs }) => startUs!);
  expect(new Set(starts).size).toBe(20);
  expect(Math.min(...starts)).toBeGreaterThanOrEqual(500_000);
  expect(Math.max(...starts)).toBeLessThanOrEqual(1_000_000);
});

describe('utilisation', () => {
  const trace = [1, 1, 2, 3, 50, 51, 52, 53, 54, 200];
  const scenarios: Record<string, Scenario> = {
    trace: { links: [{ trace, delay: '5ms', queue: '50pkt' }], flows: [{ algorithm: 'builtin:cubic', count: 3 }] },
    'large packets over a trace': {
      links: [{ trace, delay: '5ms', queue: '50pkt' }],
      flows: [{ algorithm: 'builtin:cubic', mssBytes: 8948 }],
    },
    'slow link': { rate: '100kbit', rtt: '10ms', queue: '20pkt', flows: [{ algorithm: 'builtin:reno', count: 2 }] },
    steps: {
      rtt: '20ms',
      links: [
        {
          rate: '10Mbit',
          queue: '40pkt',
          steps: [
            { at: '300ms', rate: '500kbit' },
            { at: '500ms', down: true },
            { at: '700ms', down: false },
            { at: '900ms', rate: '0Mbit' },
            { at: '1s', rate: '40Mbit', loss: 0.02 },
          ],
        },
      ],
      flows: [{ algorithm: 'builtin:cubic', count: 2 }],
    },
    'parking lot': {
      links: [
        { rate: '5Mbit', delay: '2ms', queue: '10pkt' },
        { rate: '5Mbit', delay: '2ms', queue: { kind: 'fqcodel' } },
      ],
      flows: [{ algorithm: 'builtin:cubic' }, { algorithm: 'builtin:reno', path: [1, 1], count: 2 }],
    },
  };
  it.each(Object.keys(scenarios))('lies between 0 and 1 in every stretch of a run (173 % on a trace): %s', (name) => {
    let known = 0;
    for (let from = 0; from < 1500; from += 37) {
      const scenario = {
        ...scenarios[name]!,
        series: false,
        measureFrom: `${from}ms`,
        duration: `${from + 1 + (from % 90)}ms`,
      } as const;
      for (const { utilisation } of runBuiltin(scenario).links) {
        // A stretch in which nothing could be sent has none.
        if (utilisation === null) continue;
        known += 1;
        expect(utilisation).toBeGreaterThanOrEqual(0);
        expect(utilisation).toBeLessThanOrEqual(1);
      }
    }
    expect(known).toBeGreaterThan(10);
  });

  it('of a trace counts what was offered, not the mean', () => {
    // Ten opportunities in the first 200 ms of every second.
    const stamps = [...Array.from({ length: 100 }, (_, at) => 2 * at + 2), 1000];
    const { links } = runBuiltin({
      links: [{ trace: stamps, delay: '1ms', queue: '500pkt' }],
      duration: '3200ms',
      measureFrom: '3s',
      series: false,
      flows: [{ algorithm: 'builtin:cubic', count: 4, initialCwndPackets: 100 }],
    });
    expect(links[0]!.utilisation).toBeGreaterThan(0.95);
  });
});

describe('a handshake', () => {
  it('takes a round trip, and its loss a second (RTO and probe began at 1 s for every flow)', () => {
    const engine = new SimEngine(
      normaliseScenario({
        rate: '10Mbit',
        rtt: '40ms',
        duration: '5s',
        flows: [{ algorithm: 'builtin:reno', size: '1kB', jitter: 0 }],
      }),
    );
    engine.change({ kind: 'loss', link: 0, probability: 1 });
    engine.run(10_000);
    engine.change({ kind: 'loss', link: 0, probability: 0 });
    engine.run(5e6);
    const { flows } = engine.result();
    expect(flows[0]).toMatchObject({ startUs: 0, timeouts: 1, retransmits: 1 });
    expect(Math.round(flows[0]!.fctUs! / 1000)).toBe(1081);
  });

  it('may be left out: then the flow knows the round trip of its path', () => {
    const { summary } = runBuiltin({
      rate: '10Mbit',
      rtt: '40ms',
      duration: '600s',
      loss: 0.1,
      series: false,
      flows: [{ algorithm: 'builtin:reno', size: '1kB', count: 300, stagger: '2s', handshake: false }],
    });
    expect(summary.fctUs.p50).toBeLessThan(42_000);
    expect(summary.fctUs.p99).toBeLessThan(500_000);
  });
});

test('a step changes the packet in service, too (it kept the old rate for 12 s)', () => {
  const { series } = runBuiltin({
    rtt: '40ms',
    links: [
      {
        rate: '10Mbit',
        queue: '1bdp',
        steps: [
          { at: '10s', rate: '1kbit' },
          { at: '12s', rate: '10Mbit' },
        ],
      },
    ],
    flows: [{ algorithm: 'builtin:cubic' }],
    duration: '15s',
    series: { bin: '100ms' },
  });
  const mbit = Array.from(series.links[0]!.deliveryRateBytesPerSecond, (rate) => (rate * 8) / 1e6);
  expect(mbit[99]).toBeGreaterThan(9);
  expect(Math.max(...mbit.slice(101, 120))).toBeLessThan(0.2);
  expect(mbit[120]).toBeGreaterThan(3);
});

test('an outage can be written: by a rate of 0, by going down, by a loss of all', () => {
  const outage = (down: object, up: object) => {
    const links = [
      {
        rate: '10Mbit',
        queue: '1bdp',
        steps: [
          { at: '4s', ...down },
          { at: '5s', ...up },
        ],
      },
    ] as const;
    const { series } = runBuiltin({
      rtt: '40ms',
      links: links as never,
      flows: [{ algorithm: 'builtin:cubic' }],
      duration: '8s',
      series: { bin: '100ms' },
    });
    return Array.from(series.flows[0]!.deliveryRateBytesPerSecond, (rate) => (rate * 8) / 1e6);
  };
  for (const mbit of [
    outage({ rate: '0Mbit' }, { rate: '10Mbit' }),
    outage({ rateBytesPerSecond: 0 }, { rateBytesPerSecond: 1_250_000 }),
    outage({ down: true }, { down: false }),
    outage({ loss: 1 }, { loss: 0 }),
  ]) {
    expect(mbit[38]).toBeGreaterThan(9);
    expect(Math.max(...mbit.slice(42, 50))).toBe(0);
    expect(Math.max(...mbit.slice(60))).toBeGreaterThan(9);
  }
});

test('a timeout that was only a delay takes nothing from the window (F-RTO)', () => {
  const engine = new SimEngine(
    normaliseScenario({
      rate: '20Mbit',
      rtt: '40ms',
      queue: '400pkt',
      duration: '20s',
      series: { bin: '10ms' },
      flows: [{ algorithm: 'builtin:reno', jitter: 0, receiveWindowBytes: 60 * MSS }],
    }),
  );
  engine.run(5e6);
  const before = engine.series().flows[0]!.cwndBytes.at(-1)!;
  // For half a second everything is late, nothing is lost.
  engine.change({ kind: 'linkDelay', link: 0, delayUs: 520_000 });
  engine.run(5.3e6);
  engine.change({ kind: 'linkDelay', link: 0, delayUs: 20_000 });
  engine.run(8e6);
  const { summary, flows } = engine.result();
  expect(summary.timeouts).toBeGreaterThan(0);
  expect(flows[0]!.packetsLost).toBe(0);
  expect(flows[0]!.retransmits).toBeLessThan(5);
  expect(engine.series().flows[0]!.cwndBytes.at(-1)!).toBeGreaterThanOrEqual(before);
});

test('recovery sends on while it cuts (proportional rate reduction), and ends at the threshold', () => {
  const { series, flows } = runBuiltin({
    rate: '10Mbit',
    rtt: '40ms',
    queue: '1bdp',
    duration: '20s',
    series: { bin: '5ms' },
    flows: [{ algorithm: 'builtin:reno', jitter: 0 }],
  });
  expect(flows[0]!.retransmits).toBeGreaterThan(0);
  const rate = series.links[0]!.deliveryRateBytesPerSecond.subarray(100);
  // No silence: in no 40 ms the link has nothing to send.
  for (let bin = 0; bin + 8 < rate.length; bin += 1)
    expect(rate.subarray(bin, bin + 8).reduce((sum, value) => sum + value, 0)).toBeGreaterThan(0);
});

test('slow start doubles the window in a round trip, and HyStart++ ends it before the queue is full', () => {
  const run = (slowStart: 'standard' | 'hystart' | 'hystartpp') =>
    runBuiltin({
      rate: '50Mbit',
      rtt: '40ms',
      queue: '2bdp',
      duration: '3s',
      series: { bin: '40ms' },
      flows: [{ algorithm: 'builtin:reno', slowStart, ...EXACT }],
    });
  const windows = run('standard').series.flows[0]!.cwndBytes;
  expect(Array.from(windows.subarray(1, 4), (bytes) => Math.round(bytes / MSS))).toEqual([20, 40, 80]);
  expect(run('standard').summary.packetsLost).toBeGreaterThan(100);
  expect(run('hystart').summary.packetsLost).toBe(0);
  // It goes on for five rounds at a quarter of the pace: the window is three times what it was at the first rise.
  expect(run('hystartpp').summary.packetsLost).toBeLessThan(run('standard').summary.packetsLost / 2);
});

test('acknowledgements that are lost are no reordering (blocks were told newest first)', () => {
  const { summary } = runBuiltin({
    rate: '20Mbit',
    rtt: '40ms',
    queue: '1bdp',
    duration: '60s',
    series: false,
    loss: 0.002,
    ackPath: { loss: 0.2 },
    flows: [{ algorithm: 'builtin:cubic' }],
  });
  expect(summary.retransmits).toBeLessThanOrEqual(1.1 * summary.packetsLost + 2);
});

test('a flow that has not begun has no window (it was drawn at 0)', () => {
  const { series, flows } = runBuiltin({
    duration: '3s',
    series: { bin: '500ms' },
    flows: [{ algorithm: 'builtin:reno' }, { algorithm: 'builtin:reno', start: '2s', jitter: 0 }],
  } as Scenario);
  const late = series.flows[1]!;
  for (const column of [late.cwndBytes, late.inFlightBytes, late.srttUs, late.deliveryRateBytesPerSecond])
    expect(Array.from(column.subarray(0, 4))).toEqual([Number.NaN, Number.NaN, Number.NaN, Number.NaN]);
  expect(late.cwndBytes.at(-1)).toBeGreaterThan(0);
  expect(flows[1]!.startUs).toBe(2e6);
});

it('goodput counts no byte that had arrived before it was measured: a window beyond a gap at its beginning', () => {
  const best = (1e8 / 8) * (1448 / 1500);
  for (const seed of [1, 2, 3]) {
    const { summary } = runBuiltin({
      rate: '100Mbit',
      rtt: '160ms',
      queue: '5333pkt',
      duration: '20s',
      measureFrom: '5s',
      seed,
      series: false,
      flows: [{ algorithm: 'builtin:cubic', count: 2, slowStart: 'standard' }],
    });
    expect(summary.goodputBytesPerSecond).toBeLessThanOrEqual(1.001 * best);
  }
});
