import { describe, expect, it } from 'vitest';
import { normaliseScenario, SimEngine } from '../../src/sim/index.js';
import { EXACT, MSS, runBuiltin } from './physics.js';

const RENO = { algorithm: 'builtin:reno', ...EXACT } as const;
const QUIET = { rate: '100Mbit', rtt: '40ms', duration: '10s', series: false } as const;

describe('senders', () => {
  it('open with their initial window and grow by slow start: completion times in round trips', () => {
    // Without delayed ACKs 10, 20, 40, … segments a round trip; transmission adds 0.12 ms a segment.
    const fctUs = (segments: number) =>
      runBuiltin({ ...QUIET, flows: [{ ...RENO, sizeBytes: segments * MSS, delayedAcks: false }] }).summary.fctUs.max!;
    const rows = [1, 10, 11, 30, 31, 70, 71].map((segments) => ({
      segments,
      rtts: Math.floor(fctUs(segments) / 40_000 + 0.5),
    }));
    expect(rows.map(({ rtts }) => rtts)).toEqual([1, 1, 2, 2, 3, 3, 4].map((rounds) => rounds));
  });

  it('end with the last byte, whatever is left over of a segment', () => {
    for (const sizeBytes of [1, MSS, MSS + 1, 1_000_000]) {
      const { flows } = runBuiltin({ ...QUIET, loss: 0.01, flows: [{ ...RENO, sizeBytes }] });
      expect(flows[0]!.bytesAcked).toBe(sizeBytes);
      expect(flows[0]!.endUs).not.toBeNull();
    }
  });

  it('stay within the receive window', () => {
    const { summary } = runBuiltin({ ...QUIET, flows: [{ ...RENO, receiveWindowBytes: 30 * MSS }] });
    expect(Math.abs(summary.goodputBytesPerSecond / ((30 * MSS) / 0.0402) - 1)).toBeLessThan(0.06);
    expect(summary.packetsLost).toBe(0);
  });

  it('send what the application offers: a rate, or bursts', () => {
    const steady = runBuiltin({ ...QUIET, flows: [{ ...RENO, source: { kind: 'rate', rate: '2Mbit' } }] });
    expect(Math.abs((steady.summary.goodputBytesPerSecond * 8) / 2e6 - 1)).toBeLessThan(0.01);
    const bursts = runBuiltin({
      ...QUIET,
      duration: '100s',
      flows: [{ ...RENO, source: { kind: 'onoff', on: '1s', off: '3s', rate: '4Mbit' } }],
    });
    expect(Math.abs((bursts.summary.goodputBytesPerSecond * 8) / 1e6 - 1)).toBeLessThan(0.03);
  });

  it('acknowledge every second segment, or after the timeout', () => {
    const acks = (delayedAcks: boolean | object) =>
      runBuiltin({ ...QUIET, flows: [{ ...RENO, sizeBytes: 11 * MSS, delayedAcks: delayedAcks as never }] });
    expect(acks(false).summary.fctUs.max).toBeLessThan(85_000);
    const single = runBuiltin({ ...QUIET, flows: [{ ...RENO, source: { kind: 'rate', rate: '100kbit' } }] });
    expect(Math.round(single.summary.rttUs.p50! / 1000)).toBe(80);
  });

  it('are paced where asked: a short queue then loses nothing in slow start', () => {
    const drops = (pacing: boolean) =>
      runBuiltin({ ...QUIET, duration: '200ms', queue: '20pkt', flows: [{ ...RENO, pacing }] }).summary.packetsLost;
    expect(drops(false)).toBeGreaterThan(0);
    expect(drops(true)).toBe(0);
  });

  it('time out when nothing comes back, back off, and go on when it does', () => {
    const engine = new SimEngine(normaliseScenario({ ...QUIET, duration: '20s', flows: [RENO] }));
    engine.run(2e6);
    engine.change({ kind: 'loss', link: 0, probability: 1 });
    engine.run(6e6);
    const silent = engine.result();
    engine.change({ kind: 'loss', link: 0, probability: 0 });
    engine.run(20e6);
    // The probe after 0.08 s, then timeouts 0.24, 0.48, 0.96 and 1.9 s apart; the next would be at 7.5 s.
    expect(silent.summary.timeouts).toBe(4);
    expect(engine.result().summary.timeouts - silent.summary.timeouts).toBeLessThanOrEqual(1);
    expect(engine.result().flows[0]!.bytesAcked).toBeGreaterThan(5 * silent.flows[0]!.bytesAcked);
  });

  it('with RACK bear reordering that RFC 6675 takes for loss', () => {
    const goodput = (recovery: 'rack' | 'rfc6675') =>
      runBuiltin({
        duration: '60s',
        series: false,
        links: [{ rate: '20Mbit', delay: '20ms', queue: '100pkt', reorder: { probability: 0.01, extraDelay: '5ms' } }],
        flows: [{ ...RENO, recovery }],
      }).summary.goodputBytesPerSecond;
    expect(goodput('rack')).toBeGreaterThan(2 * goodput('rfc6675'));
  });

  it('repair a lost tail by a probe, without a timeout', () => {
    const engine = new SimEngine(
      normaliseScenario({ ...QUIET, flows: [{ ...RENO, sizeBytes: 20 * MSS, delayedAcks: false }] }),
    );
    engine.run(41_000);
    engine.change({ kind: 'loss', link: 0, probability: 1 });
    engine.run(43_000);
    engine.change({ kind: 'loss', link: 0, probability: 0 });
    engine.run(1e7);
    const { flows, summary } = engine.result();
    expect(flows[0]!.packetsLost).toBeGreaterThan(0);
    expect(summary.timeouts).toBe(0);
    expect(flows[0]!.endUs).toBeLessThan(300_000);
  });

  it('react to an echoed mark once per round trip, and drop nothing', () => {
    const { summary } = runBuiltin({
      rate: '20Mbit',
      rtt: '40ms',
      duration: '60s',
      measureFrom: '10s',
      series: false,
      queue: { kind: 'red', ecn: true },
      flows: [{ ...RENO, ecn: true, count: 2 }],
    });
    expect([summary.packetsLost, summary.retransmits]).toEqual([0, 0]);
    expect(summary.ecnMarks).toBeGreaterThan(10);
    expect(summary.utilisation).toBeGreaterThan(0.8);
  });

  it('arrive as a Poisson process and use again what ended flows left', () => {
    const { flows, summary } = runBuiltin({
      rate: '50Mbit',
      rtt: '20ms',
      duration: '100s',
      series: false,
      flows: [
        { ...RENO, arrivals: { perSecond: 100, size: { distribution: 'exponential', mean: '20KB' }, maxActive: 200 } },
      ],
    });
    // Offered: 100 · 20 kB/s = 16 Mbit/s of 50.
    expect(Math.abs(summary.fctUs.count / 10_000 - 1)).toBeLessThan(0.05);
    expect(Math.abs((summary.goodputBytesPerSecond * 8) / 16e6 - 1)).toBeLessThan(0.05);
    expect(flows.length).toBe(1);
    expect(summary.fctUs.min).toBeGreaterThanOrEqual(10_000);
  });
});
