import { describe, expect, it } from 'vitest';
import { MSS, percentOf, type Result, runBuiltin, tableOf, WIRE, windowCuts } from './physics.js';

// The engine against theory. Each table is measured in per cent of what theory says, so that a
// reader sees at once how far off it is; the bounds are those the project promises.

describe('reno', () => {
  it('has the sawtooth of theory on a link of its own: period and mean window within 10 %', () => {
    const table = [10, 40].map((rateMbit) => {
      const result = runBuiltin({
        rate: `${rateMbit}Mbit`,
        rtt: '60ms',
        duration: '400s',
        series: { bin: '40ms' },
        flows: [{ algorithm: 'builtin:reno', delayedAcks: false }],
      });
      const { cwndBytes } = result.series.flows[0]!;
      const { timeUs } = result.series;
      const cuts = windowCuts(result).filter((bin) => timeUs[bin]! > 100e6);
      const [first, last] = [cuts[0]!, cuts.at(-1)!];
      const peak = Math.max(...cwndBytes.subarray(first, last)) / MSS;
      const periodS = (timeUs[last]! - timeUs[first]!) / 1e6 / (cuts.length - 1);
      const mean = cwndBytes.subarray(first, last).reduce((sum, bytes) => sum + bytes, 0) / (last - first) / MSS;
      // From W/2 = BDP to W the queue is never empty: a window w takes w/C, and grows by one in it.
      const packetsPerSecond = (rateMbit * 1e6) / 8 / WIRE;
      const bdp = packetsPerSecond * 0.06;
      return {
        rateMbit,
        peakOfTwiceBdp: percentOf(peak, 2 * bdp),
        periodOfTheory: percentOf(periodS, (3 / 8) * (peak ** 2 / packetsPerSecond)),
        meanOfTheory: percentOf(mean, (7 / 9) * peak),
      };
    });
    expect(tableOf(table)).toMatchInlineSnapshot(`
      "rateMbit  peakOfTwiceBdp  periodOfTheory  meanOfTheory
            10             103             103           100
            40             101             101           100"
    `);
    for (const row of table) {
      expect(Math.abs(row.periodOfTheory - 100)).toBeLessThanOrEqual(10);
      expect(Math.abs(row.meanOfTheory - 100)).toBeLessThanOrEqual(10);
    }
  });

  it('gets 1.22·mss/(rtt·√p) under random loss, within 15 %', () => {
    const table = (['rack', 'rfc6675'] as const).flatMap((recovery) =>
      [0.001, 0.002, 0.005, 0.01].map((loss) => {
        const { summary } = runBuiltin({
          rate: '1Gbit',
          rtt: '50ms',
          queue: '10000pkt',
          duration: '1000s',
          measureFrom: '20s',
          series: false,
          loss,
          flows: [{ algorithm: 'builtin:reno', delayedAcks: false, recovery }],
        });
        return {
          recovery,
          lossPer1000: loss * 1000,
          ofTheory: percentOf(summary.goodputBytesPerSecond, (1.22 * MSS) / (0.05 * Math.sqrt(loss))),
        };
      }),
    );
    expect(tableOf(table)).toMatchInlineSnapshot(`
      "recovery  lossPer1000  ofTheory
          rack            1       105
          rack            2       105
          rack            5       104
          rack           10       100
       rfc6675            1       105
       rfc6675            2       105
       rfc6675            5       103
       rfc6675           10        99"
    `);
    for (const { ofTheory } of table) expect(Math.abs(ofTheory - 100)).toBeLessThanOrEqual(15);
  });

  it('shares by round-trip time: as 1/rtt where both see the same losses, between 1/rtt and 1/rtt² in a drop-tail queue', () => {
    const flows = [
      { algorithm: 'builtin:reno', rtt: '20ms' as const, delayedAcks: false },
      { algorithm: 'builtin:reno', rtt: '80ms' as const, delayedAcks: false },
    ];
    const sameLosses = runBuiltin({
      duration: '1000s',
      measureFrom: '20s',
      series: false,
      links: [{ rate: '1Gbit', delay: '5ms', queue: '5000pkt', loss: 0.002 }],
      flows,
    });
    const queue = runBuiltin({
      duration: '600s',
      measureFrom: '60s',
      series: false,
      links: [{ rate: '20Mbit', delay: '5ms', queue: '50pkt' }],
      flows,
    });
    const rttRatio = queue.flows[1]!.rttUs.mean! / queue.flows[0]!.rttUs.mean!;
    const row = {
      sameLossesOfTheory: percentOf(shareRatio(sameLosses), 4),
      queueTenths: Math.round(10 * shareRatio(queue)),
      rttRatioTenths: Math.round(10 * rttRatio),
    };
    expect(tableOf([row])).toMatchInlineSnapshot(`
      "sameLossesOfTheory  queueTenths  rttRatioTenths
                      99           40              26"
    `);
    expect(Math.abs(row.sameLossesOfTheory - 100)).toBeLessThanOrEqual(15);
    expect(shareRatio(queue)).toBeGreaterThan(rttRatio);
    expect(shareRatio(queue)).toBeLessThan(rttRatio ** 2);
  });

  it('keeps the RTT between base and twice base with one BDP of drop-tail queue', () => {
    const { summary } = runBuiltin({
      rate: '50Mbit',
      rtt: '40ms',
      queue: '1bdp',
      duration: '200s',
      measureFrom: '50s',
      series: false,
      flows: [{ algorithm: 'builtin:reno', delayedAcks: false }],
    });
    const { min, max } = summary.rttUs;
    expect(tableOf([{ minOfBase: percentOf(min!, 40e3), maxOfBase: percentOf(max!, 40e3) }])).toMatchInlineSnapshot(`
      "minOfBase  maxOfBase
            101        200"
    `);
    expect(percentOf(min!, 40e3)).toBeLessThanOrEqual(102);
    expect(Math.abs(percentOf(max!, 80e3) - 100)).toBeLessThanOrEqual(2);
    expect(summary.utilisation).toBeGreaterThan(0.99);
  });
});

describe('cubic', () => {
  it('follows the curve of RFC 9438 after a loss', () => {
    const result = runBuiltin({
      rate: '100Mbit',
      rtt: '100ms',
      queue: '1bdp',
      duration: '60s',
      series: { bin: '100ms' },
      flows: [{ algorithm: 'builtin:cubic', delayedAcks: false, slowStart: 'standard' }],
    });
    const { cwndBytes } = result.series.flows[0]!;
    const at = windowCuts(result).find((bin) => result.series.timeUs[bin]! > 10e6)!;
    const start = cwndBytes[at]! / MSS;
    const wMax = start / 0.7;
    const k = Math.cbrt((wMax - start) / 0.4);
    const table = [0, 1, 2, 3, 4, 5, 6].map((seconds) => {
      const window = cwndBytes[at + 10 * seconds]! / MSS;
      return { seconds, packets: Math.round(window), ofCurve: percentOf(window, 0.4 * (seconds - k) ** 3 + wMax) };
    });
    expect(tableOf(table)).toMatchInlineSnapshot(`
      "seconds  packets  ofCurve
            0     1179      100
            1     1294       99
            2     1401       99
            3     1486       99
            4     1552      100
            5     1602      100
            6     1637      100"
    `);
    for (const { ofCurve } of table) expect(Math.abs(ofCurve - 100)).toBeLessThanOrEqual(3);
  });

  it('uses the link as ns-3.37 and ns-2.35 do: goodput within 2 % of both', () => {
    // Mbit/s over 60 s of the same dumbbell: 40 ms, one BDP of drop-tail queue, 1448-byte segments.
    const reference = [
      { flows: 1, rateMbit: 10, ns3: 9.61, ns2: 9.6 },
      { flows: 10, rateMbit: 10, ns3: 9.61, ns2: 9.61 },
      { flows: 1, rateMbit: 100, ns3: 95.87, ns2: 95.66 },
      { flows: 10, rateMbit: 100, ns3: 95.92, ns2: 95.81 },
    ];
    const table = reference.map(({ flows, rateMbit, ns3, ns2 }) => {
      const { summary } = runBuiltin({
        rate: `${rateMbit}Mbit`,
        rtt: '40ms',
        queue: '1bdp',
        duration: '60s',
        series: false,
        flows: [{ algorithm: 'builtin:cubic', count: flows }],
      });
      const mbit = (summary.goodputBytesPerSecond * 8) / 1e6;
      return { flows, rateMbit, kbit: Math.round(mbit * 1000), perMilleOfNs3: Math.round((1000 * mbit) / ns3), ns2 };
    });
    expect(tableOf(table)).toMatchInlineSnapshot(`
      "flows  rateMbit   kbit  perMilleOfNs3    ns2
          1        10   9630           1002    9.6
         10        10   9639           1003   9.61
          1       100  96110           1003  95.66
         10       100  96325           1004  95.81"
    `);
    for (const row of table) {
      expect(Math.abs(row.perMilleOfNs3 - 1000)).toBeLessThanOrEqual(20);
      expect(Math.abs(row.kbit / row.ns2 - 1000)).toBeLessThanOrEqual(20);
    }
  });
});

describe('queues', () => {
  it('codel and fq-codel hold the queue near their 5 ms target, where drop-tail fills', () => {
    const table = (['droptail', 'codel', 'fqcodel', 'red'] as const).flatMap((kind) =>
      [false, true].map((ecn) => {
        const { summary } = runBuiltin({
          rate: '20Mbit',
          rtt: '40ms',
          duration: '120s',
          measureFrom: '20s',
          series: false,
          queue: kind === 'droptail' ? { kind, limit: '4bdp' } : { kind, ecn },
          flows: [{ algorithm: 'builtin:cubic', count: 4, stagger: '100ms', ecn }],
        });
        return {
          kind,
          ecn,
          meanMs: Math.round(summary.queueDelayUs.mean! / 1000),
          p95Ms: Math.round(summary.queueDelayUs.p95! / 1000),
          utilisation: Math.round(100 * summary.utilisation!),
          marked: summary.ecnMarks > 0,
          dropped: summary.packetsLost > 0,
        };
      }),
    );
    expect(tableOf(table)).toMatchInlineSnapshot(`
      "    kind    ecn  meanMs  p95Ms  utilisation  marked  dropped
      droptail  false     142    158          100   false     true
      droptail   true     142    158          100   false     true
         codel  false       6     10          100   false     true
         codel   true       7     10          100    true    false
       fqcodel  false       5     13          100   false     true
       fqcodel   true       4     13          100    true    false
           red  false      11     23           99   false     true
           red   true      12     22          100    true    false"
    `);
    for (const row of table.filter(({ kind }) => kind === 'codel')) {
      expect(row.meanMs).toBeLessThanOrEqual(10);
      expect(row.utilisation).toBeGreaterThan(95);
    }
    // What asks to be marked is not dropped, and nothing else is marked.
    for (const { kind, ecn, marked, dropped } of table) {
      expect(marked).toBe(ecn && kind !== 'droptail');
      expect(dropped).toBe(kind === 'droptail' || !ecn);
    }
  });
});

function shareRatio(result: Result): number {
  return result.flows[0]!.goodputBytesPerSecond / result.flows[1]!.goodputBytesPerSecond;
}
