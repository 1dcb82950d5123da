import { describe, expect, it } from 'vitest';
import { Agent } from '../../src/agent/index.js';
import { AlgBase } from '../../src/algorithms/index.js';
import { DatapathBytes } from './datapath-bytes.js';

/** A datapath that lost everything its agent sent for a flow with this program, after a minute. */
function aMinuteAfter(text: string): DatapathBytes {
  class Installs extends AlgBase {
    override onCreate(): void {
      this.datapath.install(text);
    }
    override onReport(): void {}
  }
  const dp = new DatapathBytes(new Agent({ algorithms: { installs: Installs } })).create(1);
  dp.told();
  dp.lines();
  return dp.wait(60e6);
}

describe('a program is waited for where it reports, and its text is not asked', () => {
  it('a comment `# … (report)` in a program that never reports calls no datapath silent', () => {
    const dp = aMinuteAfter('# this one does not (report)\n(def) (when true (:= Cwnd 30000))');
    expect(dp.told()).toEqual([]);
    expect(dp.lines()).toEqual([]);
  });

  it('`(report # every ACK)` over two lines is a report: a lost INSTALL goes again', () => {
    const dp = aMinuteAfter('(def (Report (acked 0))) (when true (report # every ACK\n))');
    expect(dp.told()).toEqual(['programsResent', 'programsResent', 'programsResent', 'datapathSilent']);
    expect(dp.lines().filter((line) => line.startsWith('install'))).toEqual(Array(3).fill('install 1'));
  });
});

describe('a flow whose algorithm ended its agent', () => {
  it('keeps its initial window, while the others of that agent go on', () => {
    class Counts extends AlgBase {
      override onCreate(): void {
        this.datapath.install('(def (Report (acked 0))) (when true (report))', { fields: { Cwnd: 30_000 } });
      }
      override onReport(): void {}
    }
    const create = (sid: number) => {
      const dp = new DatapathBytes(new Agent({ algorithms: { counts: Counts } }));
      let bytes = new Uint8Array();
      dp.bytes = (given) => {
        bytes = given.slice();
        return dp;
      };
      dp.create(sid);
      return bytes;
    };
    const dp = new DatapathBytes(new Agent({ algorithms: { counts: Counts } }));
    dp.take(dp.agent.quarantine(create(1), dp.address, dp.nowUs));
    expect(dp.events).toMatchObject([
      { kind: 'datapathFound' },
      { kind: 'flowCreated', sockId: 1 },
      { kind: 'algorithmFailed', sockId: 1, code: 'MOORING_ERR_AGENT_BLOCKED' },
    ]);
    dp.take(dp.agent.handle(create(2), dp.address, dp.nowUs));
    expect([...dp.agent.flows()].map(({ sockId, obeying }) => [sockId, obeying])).toEqual([
      [1, false],
      [2, true],
    ]);
    // What is no CREATE is nothing to restore.
    expect(dp.agent.quarantine(new Uint8Array(3), dp.address, dp.nowUs).messages).toEqual([]);
  });
});
