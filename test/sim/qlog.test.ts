import { describe, expect, it } from 'vitest';
import { createQlog, createSimulation, QLOG_TAPS, type QlogSchema, type Scenario } from '../../src/sim/index.js';

interface QlogEvent {
  readonly time: number;
  readonly name: string;
  readonly group_id: string;
  // biome-ignore lint/suspicious/noExplicitAny: as parsed from JSON
  readonly data: any;
}

/** The objects of a log, taken as its readers take them: a record separator before each. */
function logged(scenario: Scenario, schema?: QlogSchema, stepUs = 70_000) {
  const simulation = createSimulation(scenario, { taps: QLOG_TAPS });
  const qlog = createQlog(simulation.scenario, schema);
  let text = qlog.head();
  while (!simulation.done) {
    simulation.runUntil(simulation.timeUs + stepUs);
    text += qlog.events(simulation.packets(), simulation.timeUs);
  }
  text += qlog.end();
  const [nothing, head, ...events] = text.split('\u001e');
  expect(nothing).toBe('');
  expect(text.endsWith('\n')).toBe(true);
  return {
    text,
    head: JSON.parse(head!),
    events: events.map((event) => JSON.parse(event) as QlogEvent),
    result: simulation.result(),
  };
}

const LOSSY: Scenario = {
  rate: '10Mbit',
  rtt: '40ms',
  queue: '20pkt',
  loss: 0.005,
  duration: '8s',
  flows: [{ algorithm: 'builtin:cubic', name: 'one' }],
};

const of = (events: readonly QlogEvent[], name: string): QlogEvent[] => events.filter((event) => event.name === name);

describe('the qlog of a simulation', () => {
  it('has each packet, acknowledgement and loss of its sender', () => {
    const { events, result } = logged(LOSSY);
    const [flow] = result.flows;
    const all = of(events, 'transport:packet_sent');
    const sent = all.filter(({ data }) => data.header.packet_type === '1RTT');
    expect(all.length).toBe(flow!.packetsSent);
    expect(sent.length).toBe(flow!.packetsSent - 1);
    expect(sent.map(({ data }) => data.header.packet_number)).toEqual(sent.map((_, index) => index));
    expect(sent.filter(({ data }) => data.trigger !== undefined).length).toBe(flow!.retransmits);
    // What was acknowledged, less what stands beyond a gap at the end.
    const numbers = of(events, 'transport:packet_received')
      .filter(({ data }) => data.header.packet_type === '1RTT')
      .flatMap(({ data }) => data.frames[0].acked_ranges ?? [])
      .flatMap(([from, to = from]: [number, number?]) => Array.from({ length: to - from + 1 }, (_, i) => from + i));
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(numbers.length * 1448).toBeGreaterThanOrEqual(flow!.bytesAcked);
    expect(numbers.length * 1448).toBeLessThan(flow!.bytesAcked + 64 * 1448);
    expect(Math.max(...numbers)).toBeLessThan(sent.length);
    const lost = of(events, 'recovery:packet_lost');
    expect(lost.length).toBe(result.series.flows[0]!.losses.reduce((sum, losses) => sum + losses, 0));
    expect(lost.length).toBeGreaterThan(10);
  });

  it('stands in the order of time, in whatever steps it was written', () => {
    const whole = logged(LOSSY, '0.3', 8_000_000);
    const { text, events } = logged(LOSSY, '0.3', 1_234);
    expect(text).toBe(whole.text);
    expect(events.every(({ time }, index) => time >= (events[index - 1]?.time ?? 0))).toBe(true);
  });

  it.each(['bbr', 'cubic'])('has the window, threshold, pace and times that the series of %s have', (name) => {
    const { events, result } = logged({ ...LOSSY, flows: [{ algorithm: `builtin:${name}` }] });
    const metrics = of(events, 'recovery:metrics_updated');
    const [series] = result.series.flows;
    const { timeUs } = result.series;
    const last: Record<string, number> = {};
    let at = 0;
    for (const bin of [100, 300, timeUs.length - 2]) {
      for (; metrics[at]!.time * 1000 < timeUs[bin]!; at += 1) Object.assign(last, metrics[at]!.data);
      expect(last.congestion_window).toBe(Math.round(series!.cwndBytes[bin]!));
      expect(last.smoothed_rtt! * 1000).toBeCloseTo(series!.srttUs[bin]!, 1);
      expect(last.pacing_rate ?? Number.NaN).toBe(Math.round(8 * series!.pacingRateBytesPerSecond[bin]!));
      expect(last.ssthresh ?? Number.NaN).toBe(Math.round(series!.ssthreshBytes[bin]!));
    }
    expect(last.min_rtt).toBeGreaterThanOrEqual(40);
    expect(last.pacing_rate === undefined).toBe(name === 'cubic');
  });

  it('tells slow start, recovery and avoidance of a sender that has them', () => {
    const { events } = logged({ ...LOSSY, loss: 0, duration: '4s' });
    const states = of(events, 'recovery:congestion_state_updated').map(({ data }) => data.new as string);
    expect(states.slice(0, 3)).toEqual(['slow_start', 'recovery', 'congestion_avoidance']);
  });

  it('tells flows apart, and connections that follow in the same place', () => {
    const { events } = logged({
      ...LOSSY,
      duration: '3s',
      flows: [{ name: 'web', algorithm: 'builtin:reno', arrivals: { perSecond: 20, size: '30kB', maxActive: 4 } }],
    });
    const groups = new Set(events.map(({ group_id }) => group_id));
    expect([...groups].some((group) => /^web \d+\.\d+$/.test(group))).toBe(true);
    for (const group of groups) {
      const sent = events.filter(({ name, group_id }) => name === 'transport:packet_sent' && group_id === group);
      const numbers = sent
        .filter(({ data }) => data.header.packet_type === '1RTT')
        .map(({ data }) => data.header.packet_number);
      expect(numbers).toEqual(numbers.map((_, index) => index));
    }
  });

  it('is what qvis takes, or what the drafts have', () => {
    const { head, events } = logged(LOSSY);
    expect(head).toMatchObject({
      qlog_version: '0.3',
      qlog_format: 'JSON-SEQ',
      trace: { common_fields: { time_format: 'relative' } },
    });
    expect(new Set(events.map(({ name }) => name.split(':')[0]))).toEqual(new Set(['transport', 'recovery']));
    const draft = logged(LOSSY, 'draft');
    expect(draft.head).toMatchObject({
      file_schema: 'urn:ietf:params:qlog:file:sequential',
      serialization_format: 'application/qlog+json-seq',
      trace: { event_schemas: ['urn:ietf:params:qlog:events:quic-12'] },
    });
    expect(new Set(draft.events.map(({ name }) => name))).toEqual(
      new Set([
        'quic:packet_sent',
        'quic:packet_received',
        'quic:packet_lost',
        'quic:recovery_metrics_updated',
        'quic:congestion_state_updated',
      ]),
    );
  });

  it('costs a run nothing but its records: the numbers are the same', () => {
    const without = createSimulation(LOSSY);
    without.runUntil(8e6);
    expect(logged(LOSSY).result.summary).toEqual(without.result().summary);
  });
});
