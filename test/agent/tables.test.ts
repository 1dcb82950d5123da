import { describe, expect, it } from 'vitest';
import { Agent } from '../../src/agent/index.js';
import { Aimd } from '../../src/algorithms/index.js';
import { SharedLedger } from '../../src/node/agent/shared-ledger.js';
import { DatapathBytes } from './datapath-bytes.js';

const MANY = 10_000;

describe('tables keyed by outsiders', () => {
  it.each([
    ['alone', () => undefined],
    ['beside other workers', () => new SharedLedger(SharedLedger.allocate(), 0, 'socket')],
  ])('have room for whoever comes after many who left: %s', (_, ledgerOf) => {
    const ledger = ledgerOf();
    const agent = new Agent({ algorithms: { aimd: Aimd }, ...(ledger ? { ledger } : {}) });
    const kept = new DatapathBytes(agent, 'kept').create(1);
    ledger?.settle();
    for (let i = 0; i < MANY; i += 1) {
      const dp = new DatapathBytes(agent, `/tmp/dp${i}`);
      dp.nowUs = 1000 * (i + 1);
      dp.create(1);
      expect(dp.lines()).toContain(`install 1`);
      dp.end(1);
      ledger?.settle();
      expect(dp.told()).toEqual(['datapathFound', 'flowCreated', 'flowClosed']);
    }
    expect(agent.stats()).toMatchObject({ flows: 1, datapaths: 4096 });
    // One with a flow was never given up, however long it said nothing.
    kept.lines();
    expect(kept.report(1, 1, 1448, 0, 0, 0, 0, 0).told()).not.toContain('unknownFlow');
    // One that was forgotten is a new one, and gets its programs again.
    const back = new DatapathBytes(agent, '/tmp/dp0').create(1);
    expect(back.told()).toEqual(['datapathFound', 'flowCreated']);
    expect(back.lines()).toContain('install 1');
  });

  it('refuse a datapath while each of the others has a flow', () => {
    const agent = new Agent({ algorithms: { aimd: Aimd }, maxDatapaths: 2 });
    new DatapathBytes(agent, 'one').create(1);
    const two = new DatapathBytes(agent, 'two').create(1);
    const three = new DatapathBytes(agent, 'three').create(1);
    expect(three.told()).toEqual(['limitReached']);
    two.end(1);
    expect(three.create(1).told()).toEqual(['datapathFound', 'flowCreated']);
  });

  it('give an entry of the workers’ ledger to another only where none of them has flows of it', () => {
    const memory = SharedLedger.allocate();
    const [reader, one, two] = [2, 0, 1].map(
      (worker) => new SharedLedger(memory, worker, worker === 2 ? 'socket' : 'ring'),
    );
    one!.uidOf('program');
    const number = reader!.numberOf('kept');
    one!.holds('kept', true);
    two!.holds('kept', true);
    one!.holds('kept', false);
    for (let i = 0; i < MANY; i += 1) expect(reader!.admits(`/dp${i}`)).toBe(true);
    expect(reader!.isCurrent(number)).toBe(true);
    expect(one!.datapathOf(number)).toBe('kept');
    two!.holds('kept', false);
    expect(one!.claim('kept', 1)).toBe(true);
    one!.settle();
    for (let i = 0; i < MANY; i += 1) reader!.admits(`/again${i}`);
    // Its number means nobody now, and what it was sent is not taken for sent to its successor.
    expect(reader!.isCurrent(number)).toBe(false);
    expect(one!.datapathOf(number)).toBeUndefined();
    expect(two!.sentTo('kept')).toEqual([]);
    expect(one!.sentTo(`/again${MANY - 1}`)).toEqual([]);
    expect(one!.datapathOf(reader!.numberOf(`/again${MANY - 1}`))).toBe(`/again${MANY - 1}`);
  });

  it('count a worker that was replaced as one without flows', () => {
    const memory = SharedLedger.allocate();
    new SharedLedger(memory, 0, 'socket').holds('crashed', true);
    const successor = new SharedLedger(memory, 0, 'socket');
    const number = successor.numberOf('crashed');
    for (let i = 0; i < MANY; i += 1) successor.admits(`/dp${i}`);
    expect(successor.isCurrent(number)).toBe(false);
  });
});
