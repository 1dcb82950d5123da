import { beforeEach, describe, expect, it } from 'vitest';
import { Agent } from '../../src/agent/index.js';
import { AlgBase, type Timer } from '../../src/algorithms/index.js';
import { DatapathBytes } from './datapath-bytes.js';

const PROGRAM = '(def (Report (volatile acked 0)) (gain 2)) (when true (:= Report.acked Ack.bytes_acked) (report))';

let log: string[] = [];
let flow: AlgBase | undefined;

class Timed extends AlgBase {
  override onCreate(): void {
    flow = this;
    this.datapath.install(PROGRAM);
  }
  override onReport(): void {}
  override close(): void {
    log.push('close');
  }
  say(what: string): () => void {
    return () => log.push(`${what} ${this.datapath.nowUs}`);
  }
}

const start = () =>
  new DatapathBytes(new Agent({ algorithms: { timed: Timed }, readyDelayUs: 0, silentUs: Number.POSITIVE_INFINITY }))
    .ready()
    .create(1);
const timed = () => flow as Timed;

beforeEach(() => {
  log = [];
});

describe('timers of a flow', () => {
  it('are called in the order they are due, once or again and again, and wake the agent for it', () => {
    const dp = start();
    const at = timed().datapath.nowUs;
    timed().datapath.after(5000, timed().say('b'));
    timed().datapath.after(1000, timed().say('a'));
    timed().datapath.every(2000, timed().say('tick'));
    expect(dp.agent.nextWakeupUs()).toBe(at + 1000);
    for (const us of [1000, 1000, 1000, 1000, 1000]) dp.wait(us);
    expect(log).toEqual([`a ${at + 1000}`, `tick ${at + 2000}`, `tick ${at + 4000}`, `b ${at + 5000}`]);
    expect(dp.agent.nextWakeupUs()).toBe(at + 6000);
  });

  it('that the agent comes late for are not made up for', () => {
    const dp = start();
    const at = timed().datapath.nowUs;
    timed().datapath.every(1000, timed().say('tick'));
    dp.agent.tick(at + 10_500);
    dp.agent.tick(at + 10_501);
    dp.agent.tick(at + 11_500);
    expect(log).toEqual([`tick ${at + 10_500}`, `tick ${at + 11_500}`]);
  });

  it('are called with a message, too, where one comes first', () => {
    const dp = start();
    timed().datapath.after(1, timed().say('a'));
    dp.wait(0);
    expect(log).toEqual([]);
    dp.agent.handle(new Uint8Array(0), 'nobody', timed().datapath.nowUs + 3);
    expect(log).toHaveLength(1);
  });

  it('can be cancelled, by themselves as well', () => {
    const dp = start();
    const timers: Timer[] = [];
    for (let i = 0; i < 200; i += 1) timers.push(timed().datapath.after(1000 + i, timed().say(`${i}`)));
    for (const timer of timers.slice(1)) timer.cancel();
    timers[5]!.cancel();
    let left = 3;
    const ticking = timed().datapath.every(10_000, () => {
      left -= 1;
      if (left === 0) ticking.cancel();
    });
    for (let i = 0; i < 10; i += 1) dp.wait(10_000);
    expect([log.length, left]).toEqual([1, 0]);
    expect(dp.agent.nextWakeupUs()).toBe(Number.POSITIVE_INFINITY);
  });

  it('set what they set in one message', () => {
    const dp = start();
    dp.lines();
    timed().datapath.after(1000, () => {
      timed().datapath.updateField('gain', 3);
      timed().datapath.updateField('Cwnd', 20_000);
    });
    dp.wait(1000);
    expect(dp.lines()).toHaveLength(1);
  });

  it('fail their flow when they throw, and are over then', () => {
    const dp = start();
    dp.told();
    timed().datapath.every(1000, () => {
      throw new Error('boom');
    });
    timed().datapath.after(2000, timed().say('late'));
    const { events } = dp.agent.tick(timed().datapath.nowUs + 1000);
    expect(events).toMatchObject([{ kind: 'algorithmFailed', phase: 'timer', message: 'boom', sockId: 1 }]);
    expect(dp.agent.nextWakeupUs()).toBe(Number.POSITIVE_INFINITY);
    dp.wait(5000);
    expect(log).toEqual(['close']);
  });

  it('end with their flow, and a callback that returns a promise is refused', () => {
    const dp = start();
    timed().datapath.after(1000, timed().say('a'));
    dp.agent.close(timed().datapath.nowUs);
    expect(dp.agent.nextWakeupUs()).toBe(Number.POSITIVE_INFINITY);
    const other = start();
    timed().datapath.after(1, (async () => {}) as () => void);
    expect(other.agent.tick(timed().datapath.nowUs + 1).events).toMatchObject([
      { kind: 'algorithmFailed', code: 'MOORING_ERR_AGENT_ASYNC_ALGORITHM' },
    ]);
  });

  it.each([0, 0.5, -1, Number.NaN, Number.POSITIVE_INFINITY, '5'])('are not set for %s µs', (us) => {
    start();
    expect(() => timed().datapath.after(us as number, () => {})).toThrowError(
      expect.objectContaining({ code: 'MOORING_ERR_BAD_ARGUMENT', detail: { argument: 'us' } }),
    );
  });

  it('are 256 at most, counted again when they are over', () => {
    const dp = start();
    for (let i = 0; i < 256; i += 1) timed().datapath.after(1000, () => {});
    expect(() => timed().datapath.after(1000, () => {})).toThrowError(/256 timers/);
    expect(() => timed().datapath.after(1000, undefined as never)).toThrowError(/function/);
    dp.wait(1000);
    timed().datapath.after(1000, () => {});
  });

  it('in great number leave nothing behind when their flows end', () => {
    const dp = start();
    for (let flow = 2; flow < 200; flow += 1) {
      dp.create(flow);
      for (let i = 0; i < 20; i += 1) timed().datapath.every(1000 + i, timed().say('late'));
    }
    dp.agent.close(timed().datapath.nowUs);
    expect(dp.agent.nextWakeupUs()).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('note', () => {
  it('becomes an event with flow, name, value and time', () => {
    const dp = start();
    dp.agent.tick(timed().datapath.nowUs);
    timed().datapath.note('state', 3);
    expect(dp.agent.tick(timed().datapath.nowUs).events).toEqual([
      { kind: 'noted', address: expect.anything(), sockId: 1, name: 'state', value: 3, timeUs: timed().datapath.nowUs },
    ]);
  });

  it.each([
    ['x', Number.NaN],
    ['x', Number.POSITIVE_INFINITY],
    ['x', '1'],
    ['', 1],
    ['x'.repeat(65), 1],
    [5, 1],
  ])('refuses %j %j', (name, value) => {
    start();
    expect(() => timed().datapath.note(name as string, value as number)).toThrowError(
      expect.objectContaining({ code: 'MOORING_ERR_BAD_ARGUMENT' }),
    );
  });

  it('takes 16 names of a flow', () => {
    start();
    for (let i = 0; i < 16; i += 1) timed().datapath.note(`n${i}`, i);
    timed().datapath.note('n3', 4);
    expect(() => timed().datapath.note('n16', 1)).toThrowError(/16 names/);
  });
});
