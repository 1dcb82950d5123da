import { decodeMessage, decodeMessages, encodeMessage, type FieldUpdate } from 'mooring';
import { describe, expect, it } from 'vitest';
import type { HostEvent } from '../../../src/node/agent/events.js';
import { SendQueue } from '../../../src/node/agent/send-queue.js';
import type { SendResult } from '../../../src/node/transports/transport.js';

/** A window for flow 1 whose value is the message's number. */
const update = (value: number, sid = 1) =>
  encodeMessage({ type: 'updateField', sid, updates: [{ registerType: 2, index: 4, value }] });
const windowOf = (bytes: Uint8Array) => bytes[bytes.length - 8]! + 256 * bytes[bytes.length - 7]!;
const change = (sid: number, programUid: number, updates: FieldUpdate[] = []) =>
  encodeMessage({ type: 'changeProg', sid, programUid, updates });
const install = (programUid: number) =>
  encodeMessage({ type: 'install', sid: 0, programUid, events: 0, instructions: 0, rows: new Uint8Array(0) });
const control = (index: number, value: number): FieldUpdate => ({ registerType: 8, index, value });
const cwnd = (value: number): FieldUpdate => ({ registerType: 2, index: 4, value });
const types = (messages: Uint8Array[] = []) =>
  messages.map((bytes) => {
    const decoded = decodeMessage(bytes);
    if (!decoded.ok) return decoded.code;
    const { message } = decoded;
    if (message.type === 'install') return `install ${message.programUid}`;
    return 'sid' in message ? `${message.type} ${message.sid}` : message.type;
  });

/** Datapaths that take as many messages as they have room for. */
function world() {
  const room = new Map<string, number>();
  const told: HostEvent[] = [];
  const gone: string[] = [];
  const heard = new Map<string, Uint8Array[]>();
  const absent = new Set<string>();
  const queue = new SendQueue(
    (to, bytes): SendResult => {
      if (absent.has(to)) return 'gone';
      if (bytes.length > 1000) return 'tooLong';
      const left = room.get(to) ?? Number.POSITIVE_INFINITY;
      if (left === 0) return 'full';
      room.set(to, left - 1);
      heard.set(to, [...(heard.get(to) ?? []), bytes]);
      return 'sent';
    },
    1000,
    (event) => told.push(event),
    (to) => gone.push(to),
  );
  const dropped = () => told.reduce((sum, event) => sum + (event.kind === 'sendQueueFull' ? event.dropped : 0), 0);
  return { queue, room, told, gone, heard, absent, dropped };
}

describe('what is sent to a datapath that does not read', () => {
  it('waits, one message a flow, the latest values of each, in the order they began to wait', () => {
    const { queue, room, heard, told } = world();
    room.set('slow', 2);
    for (let i = 0; i < 10; i += 1) for (const sid of [1, 2]) queue.put('slow', update(i, sid), 0);
    room.set('slow', 100);
    queue.retry(queue.retryAtUs);
    expect(heard.get('slow')!.map(windowOf)).toEqual([0, 0, 9, 9]);
    expect(types(heard.get('slow'))).toEqual(['updateField 1', 'updateField 2', 'updateField 1', 'updateField 2']);
    expect(queue.retryAtUs).toBe(Number.POSITIVE_INFINITY);
    expect(told).toEqual([]);
  });

  it('never loses a switch of program, and its values are those set last', () => {
    const { queue, room, heard } = world();
    room.set('slow', 0);
    queue.put('slow', update(1), 0);
    queue.put('slow', change(1, 2, [control(0, 5), control(1, 6)]), 0);
    queue.put('slow', encodeMessage({ type: 'updateField', sid: 1, updates: [control(0, 7), cwnd(3)] }), 0);
    room.set('slow', 100);
    queue.retry(queue.retryAtUs);
    expect(heard.get('slow')).toEqual([change(1, 2, [cwnd(3), control(0, 7), control(1, 6)])]);
  });

  it('keeps the window over a switch, and no register of the program before', () => {
    const { queue, room, heard } = world();
    room.set('slow', 0);
    queue.put('slow', change(1, 2, [control(0, 5), cwnd(9)]), 0);
    queue.put('slow', change(1, 3, [control(1, 4)]), 0);
    room.set('slow', 100);
    queue.retry(queue.retryAtUs);
    expect(heard.get('slow')).toEqual([change(1, 3, [cwnd(9), control(1, 4)])]);
  });

  it('has programs before the flows that name them, and none that uid 1 would wipe away', () => {
    const { queue, room, heard } = world();
    room.set('slow', 0);
    queue.put('slow', change(7, 2), 0);
    queue.put('slow', install(3), 0);
    for (const uid of [1, 2, 3, 2]) queue.put('slow', install(uid), 0);
    room.set('slow', 100);
    queue.retry(queue.retryAtUs);
    expect(types(heard.get('slow'))).toEqual(['install 1', 'install 3', 'install 2', 'changeProg 7']);
  });

  it('is nothing of a flow that ended: its number may be another flow', () => {
    const { queue, room, heard } = world();
    room.set('slow', 0);
    queue.put('slow', change(1, 2, [cwnd(9)]), 0);
    queue.forget('slow', 1);
    queue.put('slow', change(1, 3), 0);
    room.set('slow', 100);
    queue.retry(queue.retryAtUs);
    expect(heard.get('slow')).toEqual([change(1, 3)]);
  });

  it('is bounded by the flows there are; what newer values took the place of is counted, and told after a second', () => {
    const { queue, room, told, heard, dropped } = world();
    room.set('slow', 0);
    for (let i = 0; i < 3000; i += 1) queue.put('slow', update(i), i);
    expect(told).toEqual([]);
    queue.retry(1_100_000);
    expect(told).toEqual([{ kind: 'sendQueueFull', address: 'slow', dropped: 2999 }]);
    for (let i = 0; i < 5; i += 1) queue.put('slow', update(i), 1_100_000);
    room.set('slow', 10_000);
    queue.retry(1_300_000);
    expect(heard.get('slow')).toHaveLength(1);
    expect(dropped()).toBe(2999 + 5);
  });

  it('keeps nobody else waiting', () => {
    const { queue, room, heard } = world();
    room.set('slow', 0);
    for (let i = 0; i < 2000; i += 1) {
      queue.put('slow', update(i), i);
      queue.put('quick', update(i), i);
    }
    expect(heard.get('quick')).toHaveLength(2000);
  });

  it('is tried again with pauses that grow to 100 ms and begin anew when something went', () => {
    const { queue, room } = world();
    room.set('slow', 0);
    for (let i = 0; i < 3; i += 1) queue.put('slow', update(i, i), 0);
    const pauses: number[] = [];
    for (let now = 0; pauses.length < 10; ) {
      pauses.push(queue.retryAtUs - now);
      now = queue.retryAtUs;
      queue.retry(now);
    }
    expect(pauses).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 32_000, 64_000, 100_000, 100_000]);
    room.set('slow', 1);
    const now = queue.retryAtUs;
    queue.retry(now);
    expect(queue.retryAtUs - now).toBe(500);
  });

  it('is given up when the datapath is gone, which is told once', () => {
    const { queue, room, told, gone, absent, heard } = world();
    room.set('slow', 0);
    for (let i = 0; i < 2000; i += 1) queue.put('slow', update(i), i);
    absent.add('slow');
    queue.retry(queue.retryAtUs);
    expect(gone).toEqual(['slow']);
    expect(queue.retryAtUs).toBe(Number.POSITIVE_INFINITY);
    expect(heard.has('slow')).toBe(false);
    expect(told).toEqual([]);
  });

  it('is told where it is too long for the transport, and does not hold up the rest', () => {
    const { queue, room, told, heard } = world();
    room.set('slow', 0);
    queue.put('slow', update(1), 0);
    queue.put(
      'slow',
      change(
        3,
        1,
        Array.from({ length: 90 }, (_, i) => control(i, 1)),
      ),
      0,
    );
    queue.put('slow', update(2, 2), 0);
    room.set('slow', 10);
    queue.retry(queue.retryAtUs);
    expect(heard.get('slow')!.map(windowOf)).toEqual([1, 2]);
    expect(told).toEqual([{ kind: 'messageTooLong', address: 'slow', bytes: 16 + 90 * 13, maxBytes: 1000 }]);
  });
});

describe('messages in a row', () => {
  const to = (address: string, ...all: Uint8Array[]) => all.map((bytes) => ({ address, bytes }));
  const parts = (bytes: Uint8Array) => types([...decodeMessages(bytes)].map((one) => encodeMessage(ok(one))));
  const ok = (one: ReturnType<typeof decodeMessage>) => {
    if (!one.ok) throw new Error(one.code);
    return one.message;
  };

  it('go to one place as one, in their order, as far as it takes them', () => {
    const { queue, heard } = world();
    const many = Array.from({ length: 60 }, (_, i) => update(i, i + 1));
    queue.putTogether([...to('a', ...many), ...to('b', update(1, 7)), ...to('a', update(2, 99))], 0);
    const sent = heard.get('a')!;
    expect(sent.length).toBeLessThan(5);
    expect(sent.every((bytes) => bytes.length <= 1000)).toBe(true);
    expect(sent.flatMap(parts)).toEqual([...many.map((_, i) => `updateField ${i + 1}`), 'updateField 99']);
    expect(types(heard.get('b'))).toEqual(['updateField 7']);
  });

  it('wait flow by flow where there is no room', () => {
    const { queue, heard, room } = world();
    room.set('a', 0);
    queue.putTogether(to('a', update(1, 1), update(2, 2), update(3, 1)), 0);
    queue.putTogether(to('a', update(4, 2), update(5, 3)), 0);
    expect(heard.get('a')).toBeUndefined();
    room.set('a', 100);
    queue.retry(queue.retryAtUs);
    expect(types(heard.get('a'))).toEqual(['updateField 1', 'updateField 2', 'updateField 3']);
    expect(heard.get('a')!.map(windowOf)).toEqual([3, 4, 5]);
  });

  it('to somebody who has gone are told as that', () => {
    const { queue, absent, gone } = world();
    absent.add('a');
    queue.putTogether(to('a', update(1, 1), update(2, 2)), 0);
    expect(gone).toEqual(['a']);
    expect(queue.retryAtUs).toBe(Number.POSITIVE_INFINITY);
  });

  it('one too long for any place goes alone, and is told', () => {
    const { queue, heard, told } = world();
    const long = install(3);
    const huge = encodeMessage({
      type: 'install',
      sid: 0,
      programUid: 4,
      events: 0,
      instructions: 125,
      rows: new Uint8Array(2000),
    });
    queue.putTogether(to('a', long, huge, update(1, 1)), 0);
    expect(heard.get('a')!.flatMap(parts)).toEqual(['install 3', 'updateField 1']);
    expect(told.map(({ kind }) => kind)).toEqual(['messageTooLong']);
  });
});
