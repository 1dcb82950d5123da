import { describe, expect, it } from 'vitest';
import { normaliseScenario, SimEngine } from '../../src/sim/index.js';
import { MSS, runBuiltin, WIRE } from './physics.js';

const ONE = { algorithm: 'builtin:cubic' } as const;

describe('links', () => {
  it('follow a mahimahi trace: one opportunity of 1500 bytes per stamp, again and again', () => {
    // 3 opportunities in each 10 ms: 300 packets a second.
    const { links, summary } = runBuiltin({
      duration: '20s',
      links: [{ trace: [2, 2, 10], delay: '10ms', queue: '60pkt' }],
      ackPath: { delay: '10ms' },
      series: false,
      flows: [ONE],
    });
    expect(Math.abs(links[0]!.deliveredPackets - 20 * 300)).toBeLessThan(30);
    expect(summary.goodputBytesPerSecond / (300 * MSS)).toBeGreaterThan(0.98);
  });

  it('have delivered what was not lost on their wire, in bytes as in packets', () => {
    const { links, summary } = runBuiltin({
      rate: '20Mbit',
      rtt: '20ms',
      loss: 0.02,
      duration: '5s',
      series: false,
      flows: [{ ...ONE, handshake: false }],
    });
    const { deliveredBytes, deliveredPackets, drops } = links[0]!;
    expect(drops).toBeGreaterThan(20);
    expect(deliveredBytes).toBe(deliveredPackets * (MSS + 52));
    expect(deliveredPackets).toBeLessThan(summary.packetsSent);
  });

  it('send small packets together in one opportunity, and a large one over several', () => {
    for (const mssBytes of [448, 2948]) {
      const { links } = runBuiltin({
        duration: '20s',
        links: [{ trace: [1], delay: '5ms', queue: '100pkt' }],
        ackPath: { delay: '5ms' },
        series: false,
        flows: [{ ...ONE, mssBytes }],
      });
      expect(links[0]!.deliveredPackets / (20_000 * (1500 / (mssBytes + 52)))).toBeGreaterThan(0.97);
    }
  });

  it('change at their steps', () => {
    const { series } = runBuiltin({
      duration: '30s',
      series: { bin: '1s' },
      links: [
        {
          rate: '10Mbit',
          delay: '20ms',
          steps: [
            { at: '10s', rate: '5Mbit' },
            { at: '20s', rate: '20Mbit' },
          ],
        },
      ],
      flows: [ONE],
    });
    const mbit = series.links[0]!.deliveryRateBytesPerSecond.map((rate) => Math.round((rate * 8) / 1e6));
    expect([mbit[8], mbit[18], mbit[28]]).toEqual([10, 5, 20]);
  });

  it('lose what Bernoulli and Gilbert–Elliott say', () => {
    const lossRate = (loss: object) =>
      runBuiltin({ rate: '100Mbit', rtt: '10ms', duration: '60s', series: false, loss: loss as never, flows: [ONE] })
        .summary.lossRate!;
    expect(Math.abs(lossRate({ kind: 'bernoulli', probability: 0.02 }) / 0.02 - 1)).toBeLessThan(0.1);
    // In the bad state a twentieth of the time, where half is lost.
    const bursts = { kind: 'gilbertElliott', goodToBad: 0.01, badToGood: 0.19, lossBad: 0.5 };
    expect(Math.abs(lossRate(bursts) / 0.025 - 1)).toBeLessThan(0.15);
  });

  it('keep the order under jitter, and break it where asked to', () => {
    const run = (link: object) =>
      runBuiltin({
        duration: '30s',
        series: false,
        links: [{ rate: '10Mbit', delay: '20ms', queue: '200pkt', ...link }],
        flows: [{ ...ONE, receiveWindow: '40KB', recovery: 'rfc6675' }],
      });
    const jitter = run({ jitter: { distribution: 'exponential', mean: '3ms' } });
    expect([jitter.summary.retransmits, jitter.summary.packetsLost]).toEqual([0, 0]);
    expect(jitter.summary.rttUs.max! - jitter.summary.rttUs.min!).toBeGreaterThan(10_000);
    const reordered = run({ reorder: { probability: 0.02, extraDelay: '8ms' } });
    expect(reordered.summary.packetsLost).toBe(0);
    expect(reordered.summary.retransmits).toBeGreaterThan(0);
  });

  it('narrow the way back: ACKs then wait in a queue of their own; losing some costs little, for ACKs add up', () => {
    const summary = (ackPath: object) =>
      runBuiltin({
        rate: '20Mbit',
        rtt: '40ms',
        duration: '30s',
        series: false,
        ackPath: ackPath as never,
        flows: [ONE],
      }).summary;
    const free = summary({});
    const narrow = summary({ rate: '100kbit', queue: '20pkt' });
    // 20 ACKs of 52 bytes at 100 kbit/s wait 83 ms.
    const addedMs = (narrow.rttUs.p50! - free.rttUs.p50!) / 1000;
    expect(addedMs).toBeGreaterThan(40);
    expect(addedMs).toBeLessThan(95);
    expect(summary({ loss: 0.05 }).goodputBytesPerSecond).toBeGreaterThan(0.9 * free.goodputBytesPerSecond);
  });

  it('stand in a row: in a parking lot the long flow gets less than the cross traffic', () => {
    const { flows, links } = runBuiltin({
      duration: '120s',
      measureFrom: '20s',
      series: false,
      links: [
        { rate: '10Mbit', delay: '10ms', queue: '60pkt' },
        { rate: '10Mbit', delay: '10ms', queue: '60pkt' },
      ],
      flows: [
        { algorithm: 'builtin:reno' },
        { algorithm: 'builtin:reno', path: [0, 0], start: '50ms' },
        { algorithm: 'builtin:reno', path: [1, 1], start: '90ms' },
      ],
    });
    for (const link of links) expect(link.utilisation).toBeGreaterThan(0.97);
    expect(flows[0]!.goodputBytesPerSecond).toBeLessThan(flows[1]!.goodputBytesPerSecond);
    expect(flows[0]!.goodputBytesPerSecond).toBeLessThan(flows[2]!.goodputBytesPerSecond);
    const first = (flows[0]!.goodputBytesPerSecond + flows[1]!.goodputBytesPerSecond) * (WIRE / MSS);
    expect(first / 1.25e6).toBeGreaterThan(0.95);
  });
});

describe('queues', () => {
  // A source of 300 kbit/s once stopped time: rounding put its next segment at the present for ever.
  it('fq-codel gives a thin flow its share and keeps it from waiting behind others', () => {
    const wait = (queue: object | string) => {
      const { flows } = runBuiltin({
        rate: '10Mbit',
        rtt: '40ms',
        duration: '30s',
        measureFrom: '5s',
        series: false,
        queue: queue as never,
        flows: [
          { ...ONE, count: 4 },
          { ...ONE, source: { kind: 'rate', rate: '300kbit' }, delayedAcks: false },
        ],
      });
      return flows[4]!.rttUs.p95;
    };
    expect(wait({ kind: 'fqcodel' })).toBeLessThan(50_000);
    expect(wait('4bdp')).toBeGreaterThan(120_000);
  });

  it('drop the packet that exceeds the limit, counted in packets or bytes', () => {
    for (const [queue, field, most] of [
      ['20pkt', 'packets', 20],
      ['30000B', 'bytes', 30_000],
    ] as const) {
      const engine = new SimEngine(
        normaliseScenario({
          rate: '10Mbit',
          rtt: '40ms',
          duration: '10s',
          queue,
          series: { bin: '10ms' },
          flows: [ONE],
        }),
      );
      engine.run(1e7);
      const { series, links } = engine.result();
      const greatest = Math.max(...series.links[0]!.queueBytes) / (field === 'packets' ? WIRE : 1);
      expect(greatest).toBeLessThanOrEqual(most);
      expect(greatest).toBeGreaterThan(0.9 * most);
      expect(links[0]!.drops).toBeGreaterThan(0);
    }
  });
});

describe('memory', () => {
  it('does not grow with simulated time, series and arrivals included', () => {
    const engine = new SimEngine(
      normaliseScenario({
        rate: '2Mbit',
        rtt: '40ms',
        duration: '3600s',
        series: { bin: '100ms' },
        flows: [
          // Memory grows to twice its size, and what lies at the edge of that grows for any small thing: three flows do not.
          { ...ONE, count: 3 },
          {
            ...ONE,
            arrivals: { perSecond: 2, size: { distribution: 'pareto', min: '4kB', shape: 1.3 }, maxActive: 100 },
          },
        ],
      }),
    );
    engine.run(360e6);
    const early = engine.memoryBytes;
    engine.run(3600e6);
    const { series, summary } = engine.result();
    expect(engine.memoryBytes).toBe(early);
    expect(series.timeUs.length).toBeLessThanOrEqual(8192);
    expect(series.binUs).toBe(800_000);
    expect(summary.fctUs.count).toBeGreaterThan(6000);
  });
});
