import { encodeMessage } from 'mooring';
import { describe, expect, it } from 'vitest';
import { Outgoing, type Sent } from '../../../src/node/datapath/outgoing.js';

const create = (sid: number) =>
  encodeMessage({ type: 'create', sid, initCwnd: 1, mss: 1, srcIp: 0, srcPort: 0, dstIp: 0, dstPort: 0 });
const report = (sid: number, value: number) => encodeMessage({ type: 'measure', sid, programUid: 1, fields: [value] });
const end = (sid: number) => encodeMessage({ type: 'measure', sid, programUid: 0, fields: [] });
const ready = encodeMessage({ type: 'ready', id: 7 });

/** An agent whose queue has room for so many. */
function agent(room: number) {
  const got: Uint8Array[] = [];
  const it = {
    got,
    room,
    gone: false,
    take(message: Uint8Array): Sent {
      if (it.gone) return 'gone';
      if (it.room === 0) return 'full';
      it.room -= 1;
      got.push(message);
      return 'sent';
    },
  };
  return it;
}

describe('what an agent has no room for', () => {
  it('waits, CREATEs and ends before reports, each in the order it came', () => {
    const it = agent(0);
    const outgoing = new Outgoing((message) => it.take(message));
    expect(outgoing.send(report(1, 1), true)).toBe('full');
    expect(outgoing.send(report(2, 1), true)).toBe('full');
    expect(outgoing.send(create(3), false)).toBe('full');
    expect(outgoing.send(end(4), false)).toBe('full');
    it.room = 3;
    expect(outgoing.drain()).toBe(3);
    expect(it.got).toEqual([create(3), end(4), report(1, 1)]);
    // Whoever comes now has no better place than who waits.
    it.room = 1;
    expect(outgoing.send(report(5, 1), true)).toBe('full');
    expect(outgoing.drain()).toBe(1);
    expect(it.got.at(-1)).toEqual(report(2, 1));
  });

  it('is one message a flow: the newer report keeps the place, a flow that ends reports nothing more', () => {
    const it = agent(0);
    const outgoing = new Outgoing((message) => it.take(message));
    for (const message of [report(1, 1), report(2, 1), report(1, 2)]) outgoing.send(message, true);
    outgoing.send(end(2), false);
    it.room = 9;
    expect(outgoing.drain()).toBe(2);
    expect(it.got).toEqual([end(2), report(1, 2)]);
    expect(outgoing.isWaiting).toBe(false);
    expect(outgoing.send(report(1, 3), true)).toBe('sent');
  });

  it('is forgotten where nobody is, and before READY', () => {
    const it = agent(0);
    const outgoing = new Outgoing((message) => it.take(message));
    outgoing.send(create(1), false);
    outgoing.send(ready, false);
    it.room = 9;
    expect(outgoing.drain()).toBe(1);
    expect(it.got).toEqual([ready]);
    it.room = 0;
    outgoing.send(create(1), false);
    it.gone = true;
    expect(outgoing.drain()).toBeUndefined();
    expect(outgoing.isWaiting).toBe(false);
    expect(outgoing.send(create(1), false)).toBe('gone');
  });
});
