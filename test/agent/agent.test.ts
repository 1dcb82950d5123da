import { describe, expect, it } from 'vitest';
import { Agent, type AgentOptions } from '../../src/agent/index.js';
import { AlgBase, type Report } from '../../src/algorithms/index.js';
import { encodeMessage } from '../../src/wire/index.js';
import { DatapathBytes } from './datapath-bytes.js';

const A =
  '(def (Report (volatile acked 0) (volatile loss 0)) (gain 2)) (when true (:= Report.acked Ack.bytes_acked) (:= Report.loss gain) (report))';
const B = '(def (Report (volatile rtt 0))) (when true (:= Report.rtt Flow.rtt_sample_us) (report))';
const CWND = '2:4';
const RATE = '2:5';

const log: string[] = [];

/** Installs at run time, as pyportus' algorithms do. */
class Installs extends AlgBase {
  override onCreate() {
    log.push(`create ${this.datapath.sockId}`);
    this.datapath.install(A, { fields: { Cwnd: this.datapathInfo.initCwnd } });
  }
  override onReport(r: Report<typeof A>) {
    if (!r.has('acked')) return;
    log.push(`report ${this.datapath.sockId} acked ${r.acked} Cwnd ${r.Cwnd} Rate ${r.Rate}`);
    if (r.loss === 99) this.datapath.install(B);
    else if (r.loss === 98) this.datapath.updateFields({ gain: 3, Rate: 1e6, Cwnd: 20_000 });
    else this.datapath.updateField('Cwnd', this.datapathInfo.initCwnd + r.acked);
  }
  override close() {
    log.push(`close ${this.datapath.sockId}`);
  }
}

/** Declares its programs, as portus' algorithms do. */
class Declares extends AlgBase {
  override datapathPrograms() {
    return { a: A, b: B };
  }
  override onCreate() {
    this.datapath.setProgram('b', { Rate: 5 });
  }
  override onReport() {
    this.datapath.updateField('Cwnd', 1);
    this.datapath.setProgram('a', { gain: 9 });
  }
}

const start = (options: Partial<AgentOptions> = {}) => {
  log.length = 0;
  return new DatapathBytes(
    new Agent({ algorithms: { installs: Installs, declares: Declares }, default: 'installs', ...options }),
  );
};

describe('programs', () => {
  it('waits after READY, then sends what is declared, uid 1 first', () => {
    const dp = start().ready();
    expect(dp.lines()).toEqual([]);
    expect(dp.wait(49_000).lines()).toEqual([]);
    expect(dp.wait(1_000).lines()).toEqual(['install 1', 'install 2']);
    expect(dp.wait(1e6).lines()).toEqual([]);
  });

  it('does not wait where a flow begins, nor where it is told not to', () => {
    expect(start().ready().create(1).lines()).toEqual(['install 1', 'install 2', `changeProg 1 #1 ${CWND}=14480`]);
    expect(start({ readyDelayUs: 0 }).ready().lines()).toEqual(['install 1', 'install 2']);
  });

  it('are sent at the first CREATE of a datapath that never said READY, once', () => {
    const dp = start().create(4);
    expect(dp.told()).toEqual(['datapathFound', 'flowCreated']);
    expect(dp.lines()).toEqual(['install 1', 'install 2', `changeProg 1 #4 ${CWND}=14480`]);
    expect(dp.create(5).lines()).toEqual([`changeProg 1 #5 ${CWND}=14480`]);
    expect(dp.told()).toEqual(['flowCreated']);
  });

  it('are compiled once, whoever installs them, and uid 1 goes first to every datapath', () => {
    const agent = new Agent({ algorithms: { installs: Installs }, readyDelayUs: 0 });
    const [one, two] = [new DatapathBytes(agent, 'one'), new DatapathBytes(agent, 'two')];
    expect(one.create(1).lines()).toEqual(['install 1', `changeProg 1 #1 ${CWND}=14480`]);
    expect(one.report(1, 1, 5, 99).lines()).toEqual(['install 2', 'changeProg 2 #1']);
    class Late extends Installs {
      override onCreate() {
        this.datapath.install(B);
      }
    }
    expect(two.create(1).report(1, 1, 1, 99).lines()).toEqual([
      'install 1',
      `changeProg 1 #1 ${CWND}=14480`,
      'install 2',
      'changeProg 2 #1',
    ]);
    const other = new DatapathBytes(new Agent({ algorithms: { late: Late, installs: Installs } }), 'three');
    other.create(1);
    const fresh = new DatapathBytes(other.agent, 'four').create(1, 'installs');
    expect(fresh.lines()).toEqual(['install 1', 'install 2', `changeProg 2 #1 ${CWND}=14480`]);
  });

  it('are sent again on READY, and the flows from before are closed', () => {
    const dp = start().create(1).create(2);
    dp.lines();
    dp.told();
    expect(dp.ready().told()).toEqual(['flowClosed', 'flowClosed', 'datapathReady']);
    expect(log.slice(-2)).toEqual(['close 1', 'close 2']);
    expect(dp.wait(50_000).lines()).toEqual(['install 1', 'install 2']);
    expect(dp.report(1, 1, 1, 1).told()).toEqual(['unknownFlow']);
  });

  it('beyond the datapath’s table are refused, and the flow keeps its window', () => {
    class Many extends AlgBase {
      override onCreate() {
        for (let i = 0; i < 20; i += 1) this.datapath.install(B.replace('(when true', `(when (> Micros ${i})`));
      }
      override onReport() {}
    }
    const dp = new DatapathBytes(new Agent({ algorithms: { many: Many } })).create(1);
    expect(dp.events.at(-1)).toMatchObject({
      kind: 'algorithmFailed',
      code: 'MOORING_ERR_AGENT_PROGRAM_TABLE_FULL',
      detail: { programSlots: 9 },
    });
    const lines = dp.lines();
    expect(lines.filter((line) => line.startsWith('install'))).toHaveLength(9);
    expect(lines.at(-1)).toBe(`changeProg 9 #1 ${CWND}=14480`);
    expect(() => new Agent({ algorithms: { d: Declares }, programSlots: 1 })).toThrowError(/declare 2 programs/);
  });

  it('larger than the transport takes are refused with the size', () => {
    const dp = start({ maxInstallBytes: 40, algorithms: { i: Installs }, default: 'i' }).create(1);
    expect(dp.events.at(-1)).toMatchObject({ code: 'MOORING_ERR_AGENT_PROGRAM_TOO_LARGE', detail: { maxBytes: 40 } });
  });
});

describe('the algorithms of an agent', () => {
  it('give the first to flows that ask for none, where no default is named', () => {
    const dp = new DatapathBytes(new Agent({ algorithms: { declares: Declares, installs: Installs } })).create(1);
    expect(dp.told()).toEqual(['datapathFound', 'flowCreated']);
    expect([...dp.agent.flows()][0]).toMatchObject({ algorithm: 'declares' });
  });

  it('tell a program that is not declared which are, or that none is', () => {
    const refused = (declared: Record<string, string>) => {
      class Wrong extends AlgBase {
        override datapathPrograms() {
          return declared;
        }
        override onCreate() {
          this.datapath.setProgram('c');
        }
        override onReport() {}
      }
      const agent = new Agent({ algorithms: { wrong: Wrong } });
      const { events } = agent.handle(
        encodeMessage({ type: 'create', sid: 1, initCwnd: 1, mss: 1, srcIp: 1, srcPort: 1, dstIp: 1, dstPort: 1 }),
        'peer',
        0,
      );
      return events.find(({ kind }) => kind === 'algorithmFailed');
    };
    expect(refused({ a: A, b: B })).toMatchObject({ message: "setProgram('c'): wrong declares a, b." });
    expect(refused({})).toMatchObject({ message: expect.stringMatching(/wrong declares no programs; return them/) });
  });
});

describe('a flow', () => {
  it('hears its reports, answers them, and is closed by the empty report', () => {
    const dp = start().create(3);
    dp.lines();
    expect(dp.report(3, 1, 1448, 0).lines()).toEqual([`updateField #3 ${CWND}=15928`]);
    expect(dp.report(3, 1, 10, 98).lines()).toEqual([`updateField #3 0:0=3 ${CWND}=20000 ${RATE}=1000000`]);
    dp.report(3, 1, 0, 0).end(3);
    expect(log).toEqual([
      'create 3',
      'report 3 acked 1448 Cwnd 14480 Rate 0',
      'report 3 acked 10 Cwnd 15928 Rate 0',
      'report 3 acked 0 Cwnd 20000 Rate 1000000',
      'close 3',
    ]);
    expect(dp.told()).toEqual(['datapathFound', 'flowCreated', 'flowClosed']);
    expect(dp.end(3).told()).toEqual(['unknownFlow']);
    expect(dp.agent.stats()).toMatchObject({ flows: 0, flowsCreated: 1, flowsClosed: 1, reports: 3 });
  });

  it('keeps window and rate set before a program change, inside the CHANGEPROG', () => {
    const dp = start().create(1, 'declares');
    expect(dp.lines().at(-1)).toBe(`changeProg 2 #1 ${RATE}=5`);
    expect(dp.report(1, 2, 7).lines()).toEqual([`changeProg 1 #1 0:0=9 ${CWND}=1`]);
  });

  it('never sees a report of an older program, nor one of the wrong shape', () => {
    const dp = start().create(1, 'declares').report(1, 2, 7);
    dp.told();
    expect(dp.report(1, 2, 8).events).toMatchObject([
      {
        kind: 'staleReport',
        code: 'MOORING_ERR_AGENT_STALE_REPORT',
        programUid: 2,
        expectedUid: 1,
        fields: 1,
        expectedFields: 2,
      },
    ]);
    dp.told();
    expect(dp.report(1, 1, 8).events).toMatchObject([
      { kind: 'staleReport', programUid: 1, expectedUid: 1, fields: 1, expectedFields: 2 },
    ]);
    // uid not 0: a report without fields is no close.
    expect(dp.report(1, 1).told()).toEqual(['staleReport', 'staleReport']);
    expect(dp.agent.stats()).toMatchObject({ flows: 1, reports: 1 });
  });

  it('created twice closes the first', () => {
    const dp = start().create(1).create(1);
    expect(log).toEqual(['create 1', 'close 1', 'create 1']);
    expect(dp.told()).toEqual(['datapathFound', 'flowCreated', 'flowClosed', 'flowCreated']);
    expect(dp.agent.stats().flows).toBe(1);
  });

  it('gets the algorithm it names, else the default; the same number at two datapaths is two flows', () => {
    const agent = new Agent({ algorithms: { installs: Installs, declares: Declares }, default: 'declares' });
    const one = new DatapathBytes(agent, 'one').create(1, 'installs').create(2, 'vegas').create(3);
    const two = new DatapathBytes(agent, 'two').create(1);
    expect([...agent.flows()].map(({ address, sockId, algorithm }) => `${address} ${sockId} ${algorithm}`)).toEqual([
      'one 1 installs',
      'one 2 declares',
      'one 3 declares',
      'two 1 declares',
    ]);
    one.take(agent.disconnect('one', 5));
    expect(one.told().slice(-4)).toEqual(['datapathGone', 'flowClosed', 'flowClosed', 'flowClosed']);
    expect(agent.stats()).toMatchObject({ flows: 1, datapaths: 1 });
    expect(two.report(1, 2, 5).lines().at(-1)).toMatch(/^changeProg 1 #1/);
  });

  it('updated outside a callback is sent at the next tick, and not after its end', () => {
    const flows: Installs[] = [];
    class Kept extends Installs {
      override onCreate() {
        super.onCreate();
        flows.push(this);
      }
    }
    const dp = start({ algorithms: { kept: Kept }, default: 'kept' }).create(1);
    dp.lines();
    flows[0]!.datapath.updateField('Cwnd', 5);
    flows[0]!.datapath.updateField('Cwnd', 6);
    expect(dp.wait(0).lines()).toEqual([`updateField #1 ${CWND}=6`]);
    dp.end(1).create(1);
    dp.lines();
    flows[0]!.datapath.updateField('Cwnd', 7);
    expect(dp.wait(0).lines()).toEqual([]);
  });
});

describe('a datapath that lost its programs', () => {
  it('gets them again, with every flow’s program and values, while a flow is silent', () => {
    const dp = start().create(1);
    dp.say({ type: 'measure', sid: 9, programUid: 0, fields: [] });
    dp.lines();
    dp.told();
    expect(dp.wait(999_000).lines()).toEqual([]);
    expect(dp.wait(1_000).lines()).toEqual(['install 1', 'install 2', `changeProg 1 #1 ${CWND}=14480`]);
    expect(dp.events).toMatchObject([{ kind: 'programsResent', programUids: [1], attempt: 1 }]);
    dp.told();
    expect(dp.report(1, 1, 5, 0).lines()).toEqual([`updateField #1 ${CWND}=14485`]);
    expect(dp.wait(60e6).lines()).toEqual([]);
  });

  it('is given up after three times and told once', () => {
    const dp = start().create(1);
    dp.told();
    dp.wait(60e6);
    expect(dp.told()).toEqual(['programsResent', 'programsResent', 'programsResent', 'datapathSilent']);
    expect(dp.agent.nextWakeupUs()).toBe(Number.POSITIVE_INFINITY);
  });

  it('is not wiped under flows that report: a single program goes again alone', () => {
    const dp = start().create(1).report(1, 1, 0, 0).report(1, 1, 5, 99);
    dp.lines();
    dp.told();
    expect(dp.wait(1e6).lines()).toEqual(['install 2', `changeProg 2 #1 ${CWND}=14480`]);
    expect(dp.report(1, 2, 7).wait(60e6).lines()).toEqual([]);
    expect(dp.told()).toEqual(['programsResent']);
  });

  it('is not bothered for a flow that is only idle', () => {
    const dp = start().create(1).report(1, 1, 0, 0).create(2);
    dp.told();
    dp.lines();
    expect(dp.wait(60e6).told()).toEqual([]);
    // Its CHANGEPROG may have been lost, so that is repeated; nobody's programs are.
    expect(dp.lines()).toEqual(Array(3).fill(`changeProg 1 #2 ${CWND}=14480`));
    expect(dp.agent.nextWakeupUs()).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('poke', () => {
  it('speaks to a datapath that was there first', () => {
    const dp = start();
    dp.take(dp.agent.poke(dp.address, 0));
    expect(dp.lines()).toEqual(['install 1', 'install 2']);
    expect(dp.create(1).lines()).toEqual([`changeProg 1 #1 ${CWND}=14480`]);
    const bare = start({ algorithms: { i: Installs }, default: 'i' });
    bare.take(bare.agent.poke(bare.address, 0));
    expect(bare.lines()).toEqual(['install 1']);
    expect(bare.create(1).lines()).toEqual(['install 2', `changeProg 2 #1 ${CWND}=14480`]);
  });
});

describe('an agent of a datapath with inputs of its own', () => {
  class Reader extends AlgBase {
    override onCreate() {
      this.datapath.install('(def (Report (x 0))) (when true (:= Report.x Flow.delivery_rate) (report))');
    }
    override onReport() {}
  }

  it('compiles programs with their names, and refuses a list that is none when it is made', () => {
    const primitives = [{ name: 'Flow.delivery_rate', index: 15 }];
    const failed = (agent: Agent) => {
      const create = encodeMessage({
        type: 'create',
        sid: 1,
        initCwnd: 1,
        mss: 1,
        srcIp: 1,
        srcPort: 1,
        dstIp: 1,
        dstPort: 1,
      });
      return agent.handle(create, 'a', 1).events.filter(({ kind }) => kind === 'algorithmFailed');
    };
    expect(failed(new Agent({ algorithms: { reader: Reader }, primitives }))).toEqual([]);
    expect(failed(new Agent({ algorithms: { reader: Reader } }))).toHaveLength(1);
    expect(() => new Agent({ algorithms: { reader: Reader }, primitives: [{ name: 'x', index: 15 }] })).toThrow(
      /no name/,
    );
  });
});
