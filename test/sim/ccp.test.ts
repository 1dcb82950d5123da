import { describe, expect, it } from 'vitest';
import { normaliseScenario, type Scenario, SimEngine } from '../../src/sim/index.js';
import { encodeMessage } from '../../src/wire/index.js';
import { datapathAgent } from './datapath-agent.js';
import { EXACT, MSS } from './physics.js';

const PER_RTT = `
(def (Report (volatile acked 0) (volatile sacked 0) (volatile loss 0) (volatile timeout false) (rtt 0) (rate 0) (sent 0)
             (inflight 0) (volatile ecn 0)))
(when true
  (:= Report.acked (+ Report.acked Ack.bytes_acked))
  (:= Report.sacked (+ Report.sacked Ack.packets_misordered))
  (:= Report.loss (+ Report.loss Ack.lost_pkts_sample))
  (:= Report.timeout Flow.was_timeout)
  (:= Report.rtt Flow.rtt_sample_us)
  (:= Report.rate Flow.rate_incoming)
  (:= Report.sent Flow.rate_outgoing)
  (:= Report.inflight Flow.packets_in_flight)
  (:= Report.ecn (+ Report.ecn Ack.ecn_packets))
  (fallthrough))
(when (|| Report.timeout (> Micros Flow.rtt_sample_us)) (report) (:= Micros 0))`;
const [ACKED, LOSS, TIMEOUT, RTT, RATE, SENT, IN_FLIGHT, ECN] = [0, 2, 3, 4, 5, 6, 7, 8];

const DUMBBELL: Scenario = {
  rate: '12Mbit',
  rtt: '40ms',
  queue: '1bdp',
  duration: '20s',
  flows: [{ algorithm: 'test' }],
};

// The name is never looked up: the test's own agent answers, whatever a flow asks for.
function run(scenario: Scenario, agent = datapathAgent(PER_RTT), change?: (engine: SimEngine) => void) {
  const normalised = normaliseScenario({
    ...scenario,
    flows: scenario.flows.map((flow) => ({ ...flow, algorithm: 'cubic' })),
  });
  const engine = new SimEngine(normalised, agent);
  change?.(engine);
  engine.run(Number.POSITIVE_INFINITY);
  const reports = agent.heard.flatMap(({ atUs, message }) =>
    message.type === 'measure' && message.programUid !== 0 ? [{ atUs, fields: message.fields.map(Number) }] : [],
  );
  return { engine, result: engine.result(), reports, heard: agent.heard };
}

describe('flows with an agent', () => {
  it('hear the messages of a datapath in order: READY, CREATE, reports, close', () => {
    const { heard } = run({ ...DUMBBELL, flows: [{ algorithm: 'test', size: '1MB', start: '1s', ...EXACT }] });
    const kinds = heard.map(({ message }) =>
      message.type === 'measure' && message.programUid === 0 ? 'close' : message.type,
    );
    expect(kinds.slice(0, 3)).toEqual(['ready', 'create', 'measure']);
    expect(kinds.at(-1)).toBe('close');
    const [srcIp, dstIp] = [0x0a00_0001, 0x0a00_0002];
    expect(heard[1]).toMatchObject({
      atUs: 1e6,
      message: { mss: MSS, initCwnd: 10 * MSS, srcIp, srcPort: 0, dstIp, dstPort: 5001, congAlg: 'cubic' },
    });
  });

  const EXTRA = `
(def (Report (srtt 0) (minRtt 0) (volatile delivered 0) (volatile arrived 0) (volatile limited 0) (marked 0) (volatile ecn 0)))
(when true
  (:= Report.srtt Flow.srtt_us)
  (:= Report.minRtt Flow.min_rtt_us)
  (:= Report.delivered (+ Report.delivered Ack.delivered))
  (:= Report.arrived (+ Report.arrived (+ Ack.bytes_acked Ack.bytes_misordered)))
  (if Flow.app_limited (:= Report.limited (+ Report.limited 1)))
  (:= Report.marked Flow.ecn_ce)
  (:= Report.ecn (+ Report.ecn Ack.ecn_packets))
  (fallthrough))
(when (> Micros 40000) (report) (:= Micros 0))`;
  const [SRTT, MIN_RTT, DELIVERED, LIMITED, MARKED, MARKED_NOW] = [0, 1, 2, 4, 5, 6];
  const total = (reports: readonly { fields: readonly number[] }[], field: number) =>
    reports.reduce((sum, { fields }) => sum + fields[field]!, 0);

  it('give the inputs that libccp does not have', () => {
    const window = () => 60 * MSS;
    const { reports, result } = run(DUMBBELL, datapathAgent(EXTRA, window));
    const wireUs = 1000;
    for (const { fields } of reports.slice(10)) {
      expect(Math.abs(fields[MIN_RTT]! - 40_000 - wireUs)).toBeLessThan(1.1 * wireUs);
      expect(fields[SRTT]!).toBeGreaterThan(fields[MIN_RTT]!);
      expect(fields[LIMITED]).toBe(0);
    }
    // 60 segments in a round: 41 ms, and those beyond the path's 41 wait in its queue.
    expect(Math.abs(reports.at(-1)!.fields[SRTT]! - 60 * wireUs)).toBeLessThan(3000);
    // Each byte is delivered once, whether it came in order or not; what the last report does not tell is under two rounds.
    const told = total(reports, DELIVERED);
    const sent = result.flows[0]!.bytesAcked;
    expect(told).toBeLessThanOrEqual(sent);
    expect(told).toBeGreaterThan(sent - 150 * MSS);
  });

  it('tell that the application was the limit, and what was marked', () => {
    const slow = run(
      { ...DUMBBELL, flows: [{ algorithm: 'test', source: { kind: 'rate', rate: '1Mbit' } }] },
      datapathAgent(EXTRA, () => 60 * MSS),
    );
    expect(total(slow.reports.slice(10), LIMITED)).toBeGreaterThan(100);
    const marking = { kind: 'step' as const, markAt: '30KB' as const };
    const marked = run(
      { ...DUMBBELL, queue: marking, flows: [{ algorithm: 'test', ecn: 'accurate' }] },
      datapathAgent(EXTRA, () => 80 * MSS),
    );
    const last = marked.reports.at(-1)!.fields[MARKED]!;
    expect(last).toBeGreaterThan(100);
    // In all as many as the ACKs told one by one.
    expect(total(marked.reports, MARKED_NOW)).toBe(last);
  });

  it('obey the window the agent sets, and tell what it did', () => {
    const { reports, result } = run(
      DUMBBELL,
      datapathAgent(PER_RTT, () => 20 * MSS),
    );
    const steady = reports.slice(20, -1).map(({ fields }) => fields);
    const wireSeconds = 1500 / 1.5e6;
    for (const fields of steady) {
      expect(fields[IN_FLIGHT]).toBeLessThanOrEqual(20);
      expect(Math.abs(fields[RTT]! - (40_000 + wireSeconds * 1e6))).toBeLessThan(2100);
      expect(Math.abs(fields[RATE]! / (20 * MSS) - 1 / 0.041)).toBeLessThan(2);
      expect(Math.abs(fields[SENT]! / fields[RATE]! - 1)).toBeLessThan(0.2);
      expect(fields[LOSS]).toBe(0);
    }
    expect(Math.abs(result.summary.goodputBytesPerSecond / ((20 * MSS) / 0.0415) - 1)).toBeLessThan(0.05);
  });

  it('send one segment a round trip where the window is less than one', () => {
    const { result } = run(
      { ...DUMBBELL, flows: [{ algorithm: 'test', delayedAcks: false }] },
      datapathAgent(PER_RTT, () => 1),
    );
    expect(Math.abs(result.summary.goodputBytesPerSecond / (MSS / 0.041) - 1)).toBeLessThan(0.05);
  });

  it('obey a rate', () => {
    const paced = '(def (Report (volatile acked 0))) (when true (:= Rate 500000) (:= Cwnd 200000))';
    const { result } = run(DUMBBELL, datapathAgent(paced));
    expect(Math.abs(result.summary.goodputBytesPerSecond / 500_000 - 1)).toBeLessThan(0.01);
    expect(result.summary.queueDelayUs.p99).toBeLessThan(1500);
  });

  it('give the same numbers on both engines, to the last bit', () => {
    const scenario: Scenario = { ...DUMBBELL, flows: [{ algorithm: 'test', count: 5, stagger: '70ms' }], loss: 0.002 };
    const agent = () =>
      datapathAgent(PER_RTT, (fields) => (fields[LOSS] ? 20 * MSS : 40 * MSS + Number(fields[ACKED]) / 7));
    const [jit, interpreter] = (['jit', 'interpreter'] as const).map((engine) => run({ ...scenario, engine }, agent()));
    expect([jit!.engine.engine, interpreter!.engine.engine]).toEqual(['jit', 'interpreter']);
    expect(jit!.heard).toEqual(interpreter!.heard);
    expect({ ...jit!.result, scenario: null }).toEqual({ ...interpreter!.result, scenario: null });
    expect(jit!.reports.length).toBeGreaterThan(500);
  });

  it('wait for the agent as long as its reaction takes, half of it each way', () => {
    const first = (reaction: string | object) => {
      const flows = [{ algorithm: 'test', ...EXACT }];
      const { heard, reports } = run({ ...DUMBBELL, flows, duration: '1s', agent: { reaction } } as Scenario);
      return { createUs: heard[1]!.atUs, firstReportUs: reports[0]!.atUs };
    };
    expect(first('0us').createUs).toBe(0);
    expect(first('10ms').createUs).toBe(5000);
    // The program runs from the first ACK after 10 ms; its first report takes 5 ms more to arrive.
    const [none, slow] = [first('0us'), first('10ms')];
    expect(slow.firstReportUs - none.firstReportUs).toBe(5000);
    const random = first({ distribution: 'exponential', mean: '4ms' });
    expect(random.createUs).toBeGreaterThan(0);
    expect(random).toEqual(first({ distribution: 'exponential', mean: '4ms' }));
  });

  it('hear what the agent says of its own accord half a reaction after it woke', () => {
    const window = '(def (Report (cwnd 0))) (when true (:= Report.cwnd Cwnd) (report))';
    const port = datapathAgent(window);
    const woken: number[] = [];
    const agent = {
      ...port,
      get wakeUs() {
        return woken.length === 0 ? 3e6 : Number.POSITIVE_INFINITY;
      },
      wake(nowUs: number) {
        woken.push(nowUs);
        const update = { registerType: 2, index: 4, value: 77 * MSS };
        return [encodeMessage({ type: 'updateField', sid: 1, updates: [update] })];
      },
    };
    const scenario = { ...DUMBBELL, rate: '100Mbit', rtt: '1ms', duration: '5s', agent: { reaction: '1s' } } as const;
    const { reports } = run(scenario, agent);
    expect(woken).toEqual([3e6]);
    // Half a second to the datapath, an ACK, half a second back; a packet takes 0.12 ms and two share an ACK.
    const atUs = reports.find(({ fields }) => fields[0] === 77 * MSS)!.atUs;
    expect(atUs - 4e6).toBeGreaterThanOrEqual(0);
    expect(atUs - 4e6).toBeLessThan(300);
  });

  it('run the program at a timeout, and keep the window until the agent changes it', () => {
    const agent = datapathAgent(PER_RTT, () => 20 * MSS);
    const { reports, result } = run(DUMBBELL, agent, (engine) => {
      engine.run(5e6);
      engine.change({ kind: 'loss', link: 0, probability: 1 });
      engine.run(8e6);
      engine.change({ kind: 'loss', link: 0, probability: 0 });
    });
    const timeouts = reports.filter(({ fields }) => fields[TIMEOUT] === 1);
    expect(timeouts.length).toBeGreaterThanOrEqual(2);
    expect(timeouts.every(({ atUs }) => atUs > 5e6 && atUs < 10e6)).toBe(true);
    // The window, and the probe that went out before the timeout (RFC 8985 7).
    expect(timeouts[0]!.fields[LOSS]).toBe(21);
    expect(result.summary.timeouts).toBe(timeouts.length);
    const last = reports.at(-2)!.fields;
    expect([last[LOSS], last[IN_FLIGHT]! > 10]).toEqual([0, true]);
  });

  it('hear of a timeout with nothing acknowledged, whatever the last ACK told', () => {
    const everyAck = `
      (def (Report (timeout 0) (bytes 0) (packets 0) (sacked 0) (sackedBytes 0) (marked 0) (markedBytes 0) (rtt 0)))
      (when true
        (:= Report.timeout Flow.was_timeout)
        (:= Report.bytes Ack.bytes_acked)
        (:= Report.packets Ack.packets_acked)
        (:= Report.sacked Ack.packets_misordered)
        (:= Report.sackedBytes Ack.bytes_misordered)
        (:= Report.marked Ack.ecn_packets)
        (:= Report.markedBytes Ack.ecn_bytes)
        (:= Report.rtt Flow.rtt_sample_us)
        (report))`;
    const lastAndTimeout = (scenario: Scenario, before: (engine: SimEngine) => void) => {
      const { reports } = run(
        scenario,
        datapathAgent(everyAck, () => 60 * MSS),
        (engine) => {
          before(engine);
          engine.change({ kind: 'loss', link: 0, probability: 1 });
        },
      );
      const at = reports.findIndex(({ fields }) => fields[0] === 1);
      return [reports[at - 1]!.fields.slice(1), reports[at]!.fields.slice(1)] as const;
    };
    // A sample there is not is infinity to a program (spec/isa.md), 2^32 − 1.
    const nothing = [0, 0, 0, 0, 0, 0, 2 ** 32 - 1];
    // 60 packets of which 40 are on the way keep 20 in the queue, where this RED marks every packet.
    const queue = {
      kind: 'red',
      ecn: true,
      minThreshold: '5pkt',
      maxThreshold: '12pkt',
      maxProbability: 1,
      limit: '100pkt',
    } as const;
    const ecn: Scenario = { ...DUMBBELL, queue, flows: [{ algorithm: 'test', ecn: true }] };
    const [marked, afterMarks] = lastAndTimeout(ecn, (engine) => engine.run(5e6));
    for (const at of [0, 1, 4, 5, 6]) expect([at, marked[at]! > 0]).toEqual([at, true]);
    expect(afterMarks).toEqual(nothing);
    const [sacked, afterSacks] = lastAndTimeout(DUMBBELL, (engine) => {
      // What is lost now is told by SACKs a round trip later, while the way is blocked again.
      engine.run(5e6);
      engine.change({ kind: 'loss', link: 0, probability: 1 });
      engine.run(5.005e6);
      engine.change({ kind: 'loss', link: 0, probability: 0 });
      engine.run(5.02e6);
    });
    for (const at of [2, 3]) expect([at, sacked[at]! > 0]).toEqual([at, true]);
    expect(afterSacks).toEqual(nothing);
  });

  it('see ECN marks in their primitives', () => {
    const { reports, result } = run(
      { ...DUMBBELL, queue: { kind: 'codel', ecn: true }, flows: [{ algorithm: 'test', ecn: true }] },
      datapathAgent(PER_RTT, () => 80 * MSS),
    );
    const marks = reports.reduce((sum, { fields }) => sum + fields[ECN]!, 0);
    expect(marks).toBeGreaterThan(100);
    // What is not told yet is in flight: at most two windows.
    const untold = result.summary.ecnMarks - marks;
    expect(untold).toBeGreaterThanOrEqual(0);
    expect(untold).toBeLessThanOrEqual(160);
    expect(result.summary.packetsLost).toBe(0);
  });

  it('recover though the window stays above what path and queue hold', () => {
    // Retransmissions once left in one burst, which the full queue dropped again, round after round.
    const { result } = run(
      {
        rate: '100Mbit',
        rtt: '40ms',
        queue: '1bdp',
        duration: '20s',
        flows: [{ algorithm: 'test', initialCwndPackets: 900 }],
      },
      datapathAgent(PER_RTT, () => 900 * MSS),
    );
    expect(result.summary.goodputBytesPerSecond).toBeGreaterThan(0.7 * 12.5e6);
  });
});
