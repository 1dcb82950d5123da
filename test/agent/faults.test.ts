import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Agent, type AgentEvent } from '../../src/agent/index.js';
import { AlgBase, type Algorithm } from '../../src/algorithms/index.js';
import { encodeMessage, type Message } from '../../src/wire/index.js';
import { DatapathBytes } from './datapath-bytes.js';

const PROGRAM = '(def (Report (volatile acked 0)) (gain 2)) (when true (:= Report.acked gain) (report))';

abstract class Base extends AlgBase {
  override onCreate(): void {
    this.datapath.install(PROGRAM, { fields: { Cwnd: 30_000, Rate: 7 } });
  }
  override onReport(): void {}
}

const withAlgorithm = (algorithm: Algorithm) => new DatapathBytes(new Agent({ algorithms: { algorithm } }));
const SAFE = /^changeProg \d+ #1( 2:5=4294967295)? 2:4=14480( 2:5=4294967295)?$/;

describe('an algorithm that fails', () => {
  const cases: Array<[string, () => void, Partial<AgentEvent & { kind: 'algorithmFailed' }>]> = [
    [
      'throws an error',
      () => {
        throw new TypeError('no such thing');
      },
      { code: 'MOORING_ERR_AGENT_ALGORITHM_THREW', message: 'no such thing' },
    ],
    [
      'throws something else',
      () => {
        throw Object.create(null);
      },
      { code: 'MOORING_ERR_AGENT_ALGORITHM_THREW' },
    ],
    [
      'returns a promise',
      () => Promise.reject(new Error('late')) as never,
      { code: 'MOORING_ERR_AGENT_ASYNC_ALGORITHM' },
    ],
  ];
  it.each(cases)('that %s in onReport: its flow keeps the initial window, others go on', (_, fail, event) => {
    let closed = 0;
    class Fails extends Base {
      override onReport(): unknown {
        return this.datapath.sockId === 1 ? fail() : this.datapath.updateField('Cwnd', 50_000);
      }
      override close(): void {
        closed += 1;
      }
    }
    const dp = withAlgorithm(Fails).create(1).create(2);
    dp.lines();
    dp.told();
    dp.report(1, 1, 5);
    expect(dp.events).toMatchObject([
      { kind: 'algorithmFailed', sockId: 1, phase: 'report', algorithm: 'algorithm', ...event },
    ]);
    expect(dp.lines()).toEqual(['install 2', expect.stringMatching(SAFE)]);
    expect(closed).toBe(1);
    dp.told();
    // Reports on their way are not delivered and no news.
    expect(dp.report(1, 1, 5).lines()).toEqual([]);
    expect(dp.told()).toEqual([]);
    expect(dp.report(2, 1, 5).lines()).toEqual(['updateField #2 2:4=50000']);
    expect([...dp.agent.flows()].map(({ obeying }) => obeying)).toEqual([false, true]);
    expect(dp.end(1).told()).toEqual(['flowClosed']);
    expect(closed).toBe(1);
  });

  it('in its constructor or onCreate leaves the flow on the safe program', () => {
    class Constructor extends Base {
      broken = (() => {
        throw new Error('in a field initialiser');
      })();
    }
    class OnCreate extends Base {
      override onCreate(): void {
        super.onCreate();
        throw new Error('in onCreate');
      }
    }
    class BadProgram extends Base {
      override onCreate(): void {
        this.datapath.install('(when');
      }
    }
    for (const [algorithm, code] of [
      [Constructor, 'MOORING_ERR_AGENT_ALGORITHM_THREW'],
      [OnCreate, 'MOORING_ERR_AGENT_ALGORITHM_THREW'],
      [BadProgram, 'MOORING_ERR_LANG_COMPILE'],
    ] as const) {
      const dp = withAlgorithm(algorithm).create(1);
      expect(dp.events.at(-1)).toMatchObject({ kind: 'algorithmFailed', phase: 'create', code });
      expect(dp.lines().at(-1)).toMatch(SAFE);
    }
  });

  it('in close is told, and the flow is gone all the same', () => {
    class Closes extends Base {
      override close(): void {
        throw new Error('in close');
      }
    }
    const dp = withAlgorithm(Closes).create(1);
    dp.told();
    expect(dp.end(1).told()).toEqual(['algorithmFailed', 'flowClosed']);
    expect(dp.agent.stats().flows).toBe(0);
  });

  it('has its diagnostics in the event, which crosses threads', () => {
    class Bad extends Base {
      override onCreate(): void {
        this.datapath.install('nonsense');
      }
    }
    const dp = withAlgorithm(Bad).create(1);
    const event = structuredClone(dp.events.at(-1));
    expect(event).toMatchObject({
      detail: {
        diagnostics: expect.arrayContaining([expect.objectContaining({ code: 'event-expected', severity: 'error' })]),
      },
    });
  });
});

describe('a field', () => {
  const values: Array<[string, unknown, RegExp]> = [
    ['Cwnd', Number.NaN, /^Cwnd cannot be NaN/],
    ['Cwnd', -1, /^Cwnd cannot be -1/],
    ['Cwnd', 1.5, /^Cwnd cannot be 1.5.*whole number/],
    ['Rate', Number.POSITIVE_INFINITY, /^Rate cannot be Infinity/],
    ['gain', 2 ** 53, /^gain cannot be 9007199254740992: give a bigint/],
    ['gain', 2n ** 64n, /^gain cannot be 18446744073709551616/],
    ['gain', -1n, /^gain cannot be -1/],
    ['gain', '5', /^gain cannot be 5: give a number/],
    ['gain', undefined, /^gain cannot be undefined/],
    ['gian', 5, /^gian is not in the program; it can set gain, Cwnd, Rate/],
    ['acked', 5, /^acked is a report register/],
    ['Micros', 0, /^Micros /],
  ];
  it.each(values)('%s = %s is refused by name', (name, value, message) => {
    class Sets extends Base {
      override onReport(): void {
        this.datapath.updateField(name, value as number);
      }
    }
    const dp = withAlgorithm(Sets).create(1).report(1, 1, 5);
    expect(dp.events.at(-1)).toMatchObject({ kind: 'algorithmFailed', message: expect.stringMatching(message) });
  });

  it('takes what the wire takes', () => {
    class Sets extends Base {
      override onReport(): void {
        this.datapath.updateFields([
          ['gain', 2n ** 64n - 1n],
          ['Cwnd', 2 ** 32 - 1],
        ]);
      }
    }
    const dp = withAlgorithm(Sets).create(1);
    dp.lines();
    expect(dp.report(1, 1, 5).lines()).toEqual(['updateField #1 0:0=18446744073709551615 2:4=4294967295']);
  });

  it.each([2 ** 32, 2 ** 53 - 1, 2n ** 64n - 1n])('of 32 bits that would be %s is the most they hold', (value) => {
    class Sets extends Base {
      override onReport(): void {
        this.datapath.updateFields({ Cwnd: value, Rate: value });
      }
    }
    const dp = withAlgorithm(Sets).create(1);
    dp.lines();
    expect(dp.report(1, 1, 5).lines()).toEqual(['updateField #1 2:4=4294967295 2:5=4294967295']);
    expect(dp.events.some(({ kind }) => kind === 'algorithmFailed')).toBe(false);
  });

  it('of several that are set is set with all of them or not at all', () => {
    class Sets extends Base {
      override onReport(): void {
        try {
          this.datapath.updateFields({ gain: 1, Cwnd: -1 });
        } catch {
          this.datapath.updateField('Rate', 3);
        }
      }
    }
    const dp = withAlgorithm(Sets).create(1);
    dp.lines();
    expect(dp.report(1, 1, 5).lines()).toEqual(['updateField #1 2:5=3']);
  });

  it('needs a program first', () => {
    class Early extends Base {
      override onCreate(): void {
        this.datapath.updateField('Cwnd', 5);
      }
    }
    expect(withAlgorithm(Early).create(1).events.at(-1)).toMatchObject({ code: 'MOORING_ERR_AGENT_NO_PROGRAM' });
    class Undeclared extends Base {
      override onCreate(): void {
        this.datapath.setProgram('main');
      }
    }
    expect(withAlgorithm(Undeclared).create(1).events.at(-1)).toMatchObject({
      code: 'MOORING_ERR_AGENT_UNKNOWN_PROGRAM',
    });
  });
});

describe('messages that do not belong', () => {
  class Quiet extends Base {}

  it('are told and survived: those of an agent', () => {
    const dp = withAlgorithm(Quiet).create(1);
    dp.told();
    dp.say({ type: 'updateField', sid: 1, updates: [] })
      .say({ type: 'changeProg', sid: 1, programUid: 1, updates: [] })
      .say({ type: 'install', sid: 0, programUid: 1, events: 0, instructions: 0, rows: new Uint8Array(0) });
    expect(dp.told()).toEqual(['unexpectedMessage', 'unexpectedMessage', 'unexpectedMessage']);
  });

  it('are told and survived: malformed, truncated, oversized, unknown', () => {
    const dp = withAlgorithm(Quiet).create(1);
    dp.told();
    const measure = encodeMessage({ type: 'measure', sid: 1, programUid: 1, fields: [5] });
    dp.bytes(measure.subarray(0, 20))
      .bytes(Uint8Array.of(9))
      .bytes(Uint8Array.of(0xff, 0, 8, 0, 1, 0, 0, 0));
    const long = new Uint8Array(40_000);
    long.set([1, 0, 0xff, 0xff, 1, 0, 0, 0]);
    dp.bytes(long);
    expect(dp.told()).toEqual(Array(4).fill('malformedMessage'));
    // A bad message in front does not hide a good one behind it.
    const both = new Uint8Array(8 + measure.length);
    both.set([0xff, 0, 8, 0, 1, 0, 0, 0]);
    both.set(measure, 8);
    expect(dp.bytes(both).told()).toEqual(['malformedMessage']);
    expect(dp.agent.stats()).toMatchObject({ reports: 1, malformedMessages: 5 });
  });

  it('are told and survived: reports of flows and datapaths nobody knows', () => {
    expect(withAlgorithm(Quiet).report(1, 1, 5).told()).toEqual(['unknownFlow']);
    expect(withAlgorithm(Quiet).create(1).report(2, 1, 5).told().at(-1)).toBe('unknownFlow');
  });

  it('stop at the number of flows and datapaths the agent may hold', () => {
    const agent = new Agent({ algorithms: { Quiet }, maxFlows: 2, maxDatapaths: 1 });
    const dp = new DatapathBytes(agent).create(1).create(2).create(3);
    expect(dp.events.at(-1)).toMatchObject({ kind: 'limitReached', limit: 'flows', value: 2 });
    expect(new DatapathBytes(agent, 'other').create(1).ready().told()).toEqual(['limitReached', 'limitReached']);
    expect(agent.stats()).toMatchObject({ flows: 2, datapaths: 1 });
  });
});

describe('any input', () => {
  const u32 = fc.nat(0xffff_ffff);
  const sid = fc.nat(4);
  const message: fc.Arbitrary<Message> = fc.oneof(
    fc.record({ type: fc.constant('ready' as const), id: u32 }),
    fc.record({
      type: fc.constant('create' as const),
      sid,
      initCwnd: u32,
      mss: u32,
      srcIp: u32,
      srcPort: u32,
      dstIp: u32,
      dstPort: u32,
    }),
    fc.record({
      type: fc.constant('measure' as const),
      sid,
      programUid: fc.nat(3),
      fields: fc.array(fc.bigInt(0n, 2n ** 64n - 1n), { maxLength: 3 }),
    }),
    fc.record({ type: fc.constant('updateField' as const), sid, updates: fc.constant([]) }),
  );
  class Whatever extends Base {
    override onReport(r?: unknown): void {
      const { acked } = r as { acked: number };
      if (acked % 3 === 0) throw new Error('three');
      if (acked % 3 === 1) this.datapath.updateField('Cwnd', acked);
    }
  }

  it('random bytes never throw', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 20 }), (datagrams) => {
        const dp = withAlgorithm(Whatever);
        for (const bytes of datagrams) dp.bytes(bytes);
      }),
    );
  });

  it('random messages, some of them damaged, never throw, and flows add up', () => {
    const step = fc.tuple(message, fc.option(fc.tuple(fc.nat(95), fc.nat(255)), { freq: 5 }), fc.nat(2_000_000));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const dp = withAlgorithm(Whatever);
        for (const [message, damage, us] of steps) {
          const bytes = encodeMessage(message);
          if (damage) bytes[damage[0] % bytes.length] = damage[1];
          dp.bytes(bytes).wait(us);
        }
        const { flows, flowsCreated, flowsClosed } = dp.agent.stats();
        expect(flows).toBe([...dp.agent.flows()].length);
        expect(flowsCreated - flowsClosed).toBe(flows);
        dp.take(dp.agent.close(dp.nowUs));
        expect(dp.agent.stats().flows).toBe(0);
      }),
    );
  });
});
