import { describe, expect, it } from 'vitest';
import { Agent, type AgentEvent, type AgentOptions, createLedger } from '../../src/agent/index.js';
import { AlgBase, type Algorithm } from '../../src/algorithms/index.js';
import { DatapathBytes } from './datapath-bytes.js';

// What the agent does about silence, lost programs and failures, line by line: when, how often, with what.

const A = '(def (Report (volatile acked 0)) (gain 2)) (when true (:= Report.acked gain) (report))';
const B = '(def (Report (volatile rtt 0)) (floor 1)) (when true (:= Report.rtt floor) (report))';
const CWND = '2:4';
const RATE = '2:5';
const SECOND = 1_000_000;

/** Runs A; a report of 2 switches to B, one of 3 sets a register, one of 4 does nothing, one of 5 fails. */
class Obeys extends AlgBase {
  override onCreate(): void {
    this.datapath.install(A, { fields: { Cwnd: 20_000 } });
  }
  override onReport(r: { u64(name: string): bigint; has(name: string): boolean }): void {
    switch (r.has('acked') ? Number(r.u64('acked')) : 4) {
      case 2:
        this.datapath.install(B);
        return;
      case 3:
        this.datapath.updateFields({ gain: 7, Rate: 900 });
        return;
      case 5:
        throw new Error('five');
    }
  }
}

const start = (options: Partial<AgentOptions> = {}) =>
  new DatapathBytes(new Agent({ algorithms: { obeys: Obeys }, ...options }));

/** When each event came, seconds after `sinceUs`, as the agent's timers run. */
function timesOf(dp: DatapathBytes, us: number, sinceUs = dp.nowUs): string[] {
  const told: string[] = [];
  const until = dp.nowUs + us;
  while (dp.nowUs < until) {
    dp.wait(Math.min(SECOND / 4, until - dp.nowUs));
    for (const event of dp.events.splice(0)) told.push(`${(dp.nowUs - sinceUs) / SECOND} ${inWords(event)}`);
  }
  return told;
}

const inWords = (event: AgentEvent) =>
  event.kind === 'programsResent'
    ? `${event.kind} ${event.programUids.join(',')} attempt ${event.attempt}`
    : event.kind === 'datapathSilent'
      ? `${event.kind} ${event.programUids.join(',')}`
      : event.kind;

const clear = (dp: DatapathBytes): DatapathBytes => {
  dp.lines();
  dp.told();
  return dp;
};

describe('programs nobody reports with', () => {
  const thrice = [
    '1 programsResent 1 attempt 1',
    '3 programsResent 1 attempt 2',
    '7 programsResent 1 attempt 3',
    '15 datapathSilent 1',
  ];

  it('are sent again after 1, 2 and 4 times silentUs, and given up 8 times silentUs later', () => {
    expect(timesOf(clear(start().create(1)), 100 * SECOND)).toEqual(thrice);
    const slow = clear(start({ silentUs: 2 * SECOND }).create(1));
    expect(timesOf(slow, 3 * SECOND)).toEqual(['2 programsResent 1 attempt 1']);
  });

  it('once a flow has reported, are counted anew: the next program gets all its attempts', () => {
    const dp = clear(start().create(1));
    dp.wait(4 * SECOND);
    expect(dp.told()).toEqual(['programsResent', 'programsResent']);
    dp.report(1, 1, 2);
    dp.lines();
    expect(timesOf(dp, 100 * SECOND)).toEqual(thrice.map((line) => line.replace(/ 1( |$)/, ' 2$1')));
  });

  it('are not begun anew by flows that come after the datapath was given up', () => {
    const dp = clear(start().create(1));
    dp.wait(100 * SECOND);
    clear(dp.create(2));
    expect(dp.agent.nextWakeupUs()).toBe(Number.POSITIVE_INFINITY);
    // A report proves it alive.
    dp.report(2, 1, 2);
    expect(timesOf(clear(dp), 4 * SECOND)).toHaveLength(2);
  });

  it('are not waited for once no flow runs them', () => {
    const dp = clear(start().create(1).end(1));
    dp.told();
    expect(timesOf(dp, 100 * SECOND)).toEqual([]);
    expect(dp.agent.nextWakeupUs()).toBe(Number.POSITIVE_INFINITY);
  });

  it('are not sent again before a flow has been silent for silentUs, whoever was before it', () => {
    const dp = start().create(1);
    dp.wait(SECOND / 2).create(2);
    clear(dp.end(1));
    const [first] = timesOf(dp, 3 * SECOND);
    expect(first).toMatch(/ programsResent 1 attempt 1$/);
    expect(Number.parseFloat(first!)).toBeGreaterThanOrEqual(1);
    expect(Number.parseFloat(first!)).toBeLessThanOrEqual(2);
  });

  it('keep their pauses while flows come: one that is too young yet waits for the next', () => {
    const dp = start().create(1);
    clear(dp.wait(4 * SECOND).end(1));
    dp.wait(2.5 * SECOND)
      .create(2)
      .told();
    // At 7 s flow 2 is half a second old; the pause is 4 s by then.
    expect(timesOf(dp, 6 * SECOND, dp.nowUs - 6.5 * SECOND)).toEqual(['11 programsResent 1 attempt 3']);
  });

  it('all go again where nobody reports at all: the table is emptied, so that none stands in it twice', () => {
    class Second extends Obeys {
      override onCreate(): void {
        this.datapath.install(B);
      }
    }
    const agent = new Agent({ algorithms: { obeys: Obeys, second: Second } });
    new DatapathBytes(agent, 'other').create(1);
    const dp = clear(new DatapathBytes(agent).create(1, 'second'));
    dp.wait(SECOND);
    expect(dp.lines()).toEqual(['install 1', 'install 2', 'changeProg 2 #1']);
  });

  it('all go again where the one missing is uid 1, or the table has no place for a second copy', () => {
    // Uid 1 is missing, uid 2 is reported with: INSTALL of uid 1 empties the table, so both go.
    class Both extends Obeys {
      override onCreate(): void {
        this.datapath.install(this.datapath.sockId === 1 ? A : B);
      }
    }
    const first = start({ algorithms: { both: Both } })
      .create(1)
      .create(2)
      .report(2, 2, 1);
    clear(first).wait(SECOND);
    expect(first.lines()).toEqual(['install 1', 'install 2', 'changeProg 1 #1', 'changeProg 2 #2']);
    // Uid 2 is missing: alone, where there is a place; with all, where two of two are taken.
    for (const [programSlots, lines] of [
      [3, ['install 2', 'changeProg 2 #2']],
      [2, ['install 1', 'install 2', 'changeProg 1 #1', 'changeProg 2 #2']],
    ] as const) {
      const dp = start({ algorithms: { both: Both }, programSlots })
        .create(1)
        .create(2)
        .report(1, 1, 4);
      clear(dp).wait(SECOND);
      expect(dp.lines()).toEqual(lines);
    }
  });

  it('are missed again when a report has the number of the program and the shape of another', () => {
    const dp = clear(start().create(1).report(1, 1, 4));
    expect(timesOf(dp, 20 * SECOND)).toEqual([]);
    dp.report(1, 1, 4, 4, 4);
    expect(dp.told()).toEqual(['staleReport']);
    expect(timesOf(dp, SECOND)).toEqual(['1 programsResent 1 attempt 1']);
    expect(dp.lines()).toEqual(['install 1', `changeProg 1 #1 ${CWND}=20000`]);
  });
});

describe('a flow whose program is said again', () => {
  it('gets its window, its rate and every control register with it', () => {
    const dp = clear(start().create(1).report(1, 1, 3).create(2));
    // The datapath restarts its table: a report of the wrong shape tells.
    dp.report(1, 1, 4, 4, 4);
    clear(dp).wait(SECOND);
    expect(dp.lines()).toEqual([
      'install 1',
      `changeProg 1 #1 0:0=7 ${CWND}=20000 ${RATE}=900`,
      `changeProg 1 #2 ${CWND}=20000`,
    ]);
  });

  it('gets no register of the program it ran before', () => {
    class Switches extends AlgBase {
      override onCreate(): void {
        this.datapath.install(A, { fields: { gain: 9, Cwnd: 20_000 } });
        this.datapath.install(B);
      }
      override onReport(): void {}
    }
    const dp = start({ algorithms: { switches: Switches } }).create(1);
    expect(dp.lines()).toEqual(['install 1', 'install 2', `changeProg 2 #1 ${CWND}=20000`]);
    dp.wait(SECOND);
    expect(dp.lines().at(-1)).toBe(`changeProg 2 #1 ${CWND}=20000`);
  });

  it('alone, where others report with it, is told again after 1, 2 and 4 times silentUs and no more', () => {
    const dp = clear(start().create(1).report(1, 1, 4).create(2));
    const at: number[] = [];
    for (let step = 1; step <= 400; step += 1) {
      dp.wait(SECOND / 4);
      for (const line of dp.lines()) {
        expect(line).toBe(`changeProg 1 #2 ${CWND}=20000`);
        at.push(step / 4);
      }
    }
    expect(at).toEqual([1, 3, 7]);
    expect(dp.told()).toEqual([]);
  });

  it('by another agent of the same ledger, says its program and values again at its next tick', () => {
    const ledger = createLedger();
    const one = new DatapathBytes(new Agent({ algorithms: { obeys: Obeys }, ledger }));
    const two = new DatapathBytes(new Agent({ algorithms: { obeys: Obeys }, ledger }));
    one.create(1).lines();
    two.create(2).report(2, 1, 3);
    clear(two).wait(SECOND / 2);
    expect(two.lines()).toEqual([]);
    one.wait(SECOND);
    expect(one.lines()).toEqual(['install 1', `changeProg 1 #1 ${CWND}=20000`]);
    two.wait(0);
    expect(two.lines()).toEqual([`changeProg 1 #2 0:0=7 ${CWND}=20000 ${RATE}=900`]);
    two.wait(0);
    expect(two.lines()).toEqual([]);
  });
});

describe('a datapath that starts again', () => {
  it('has no program that was reported with before: they are missed and counted anew', () => {
    const dp = start().create(1).report(1, 1, 4).ready();
    dp.create(1);
    expect(timesOf(clear(dp), 100 * SECOND)).toHaveLength(4);
    // Given up; and once more.
    dp.ready().create(1);
    expect(timesOf(clear(dp), 100 * SECOND)).toHaveLength(4);
  });

  it('with nothing waiting is left alone', () => {
    const dp = clear(start({ readyDelayUs: 0 }).create(1).ready());
    expect(dp.agent.nextWakeupUs()).toBe(Number.POSITIVE_INFINITY);
  });

  it('that was gone gets its programs again when it comes back', () => {
    const dp = start().create(1);
    dp.take(dp.agent.disconnect(dp.address, dp.nowUs));
    dp.lines();
    expect(dp.create(1).lines()).toEqual(['install 1', `changeProg 1 #1 ${CWND}=20000`]);
  });
});

describe('a flow whose algorithm failed', () => {
  it('keeps its rate out of force only where one was set', () => {
    const plain = clear(start().create(1));
    plain.report(1, 1, 5);
    expect(plain.lines()).toEqual(['install 2', `changeProg 2 #1 ${CWND}=14480`]);
    const paced = clear(start().create(1).report(1, 1, 3));
    paced.report(1, 1, 5);
    expect(paced.lines()).toEqual(['install 2', `changeProg 2 #1 ${CWND}=14480 ${RATE}=4294967295`]);
  });

  it('in close is sent nothing, and is closed once', () => {
    let closed = 0;
    class Closes extends Obeys {
      override close(): void {
        closed += 1;
        throw new Error('in close');
      }
    }
    const dp = clear(start({ algorithms: { closes: Closes } }).create(1));
    dp.end(1);
    expect(dp.lines()).toEqual([]);
    expect(closed).toBe(1);
  });

  it('is not counted as silent: its program reports nothing', () => {
    const dp = start().create(1).report(1, 1, 5);
    expect(timesOf(clear(dp), 100 * SECOND)).toEqual([]);
  });
});

describe('a flow whose algorithm failed while the table was full', () => {
  it('keeps its program with the initial window, and is not told it again', () => {
    class Second extends Obeys {
      override onCreate(): void {
        super.onCreate();
        if (this.datapath.sockId === 2) throw new Error('two');
      }
    }
    const dp = clear(
      start({ algorithms: { second: Second }, programSlots: 1 })
        .create(1)
        .report(1, 1, 4),
    );
    dp.create(2);
    expect(dp.lines()).toEqual([`changeProg 1 #2 ${CWND}=14480`]);
    dp.wait(100 * SECOND);
    expect(dp.lines()).toEqual([]);
  });
});

describe('a report', () => {
  // A register whose value in (def …) is a name is set by no DEF; libccp counts DEFs, others count registers.
  it('has as many fields as the program initialises, or as it declares', () => {
    class Lacks extends AlgBase {
      override onCreate(): void {
        this.datapath.install('(def (Report (b 0) (acked foo))) (when true (:= Report.b 1) (report))');
      }
      override onReport(): void {}
    }
    const dp = clear(start({ algorithms: { lacks: Lacks } }).create(1));
    expect(dp.report(1, 1, 5).report(1, 1, 5, 6).told()).toEqual([]);
    expect(dp.report(1, 1).report(1, 1, 5, 6, 7).told()).toEqual(['staleReport', 'staleReport']);
    expect(dp.agent.stats().reports).toBe(2);
  });

  it('says the initial window as Cwnd where none was set', () => {
    const seen: number[] = [];
    class Sees extends AlgBase {
      override onCreate(): void {
        this.datapath.install(A);
      }
      override onReport(r: { readonly Cwnd: number }): void {
        seen.push(r.Cwnd);
        this.datapath.updateField('Cwnd', 30_000);
      }
    }
    start({ algorithms: { sees: Sees } })
      .create(1)
      .report(1, 1, 4)
      .report(1, 1, 4);
    expect(seen).toEqual([14_480, 30_000]);
  });
});

describe('the limits', () => {
  it('are the ledger’s where it holds fewer datapaths, and it may refuse one', () => {
    const small = new Agent({ algorithms: { obeys: Obeys }, ledger: { ...createLedger(), capacity: 1 } });
    new DatapathBytes(small, 'a').create(1);
    expect(new DatapathBytes(small, 'b').create(1).events).toMatchObject([{ kind: 'limitReached', value: 1 }]);
    const refusing = start({ ledger: { ...createLedger(), admits: () => false } });
    expect(refusing.create(1).told()).toEqual(['limitReached']);
  });

  it('are those documented where none is given', () => {
    const agent = new Agent({ algorithms: { obeys: Obeys } });
    for (let at = 0; at < 4096; at += 1) new DatapathBytes(agent, `dp${at}`).create(1);
    expect(new DatapathBytes(agent, 'one more').create(1).events).toEqual([
      { kind: 'limitReached', address: 'one more', limit: 'datapaths', value: 4096 },
    ]);
    expect(agent.stats()).toMatchObject({ datapaths: 4096, flows: 4096 });
  });

  it('of the datapath’s table count uid 1, which goes first', () => {
    class OnlyB extends Obeys {
      override onCreate(): void {
        this.datapath.install(B);
      }
    }
    const algorithms: Record<string, Algorithm> = { obeys: Obeys, onlyB: OnlyB };
    const agent = new Agent({ algorithms, programSlots: 2 });
    new DatapathBytes(agent, 'a').create(1);
    expect(new DatapathBytes(agent, 'b').create(1, 'onlyB').lines()).toEqual([
      'install 1',
      'install 2',
      'changeProg 2 #1',
    ]);
    const tight = new Agent({ algorithms, programSlots: 1 });
    new DatapathBytes(tight, 'a').create(1);
    expect(new DatapathBytes(tight, 'b').create(1, 'onlyB').events.at(-1)).toMatchObject({
      kind: 'algorithmFailed',
      code: 'MOORING_ERR_AGENT_PROGRAM_TABLE_FULL',
    });
  });

  it('free a place when a flow or a datapath goes', () => {
    const dp = start({ maxFlows: 1, maxDatapaths: 1 }).create(1).create(2);
    expect(dp.told().at(-1)).toBe('limitReached');
    expect(dp.end(1).create(2).told().at(-1)).toBe('flowCreated');
    dp.take(dp.agent.disconnect(dp.address, dp.nowUs));
    expect(new DatapathBytes(dp.agent, 'other').create(1).told()).toEqual(['datapathFound', 'flowCreated']);
  });
});
