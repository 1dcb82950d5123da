import { encodeMessage } from 'mooring';
import { describe, expect, it } from 'vitest';
import type { HostEvent } from '../../../src/node/agent/events.js';
import { SendQueue } from '../../../src/node/agent/send-queue.js';
import type { SendResult } from '../../../src/node/transports/transport.js';

/** A window for flow 1 whose value is the message's number. */
const update = (value: number) =>
  encodeMessage({ type: 'updateField', sid: 1, updates: [{ registerType: 2, index: 4, value }] });
const windowOf = (bytes: Uint8Array) => bytes[bytes.length - 8]! + 256 * bytes[bytes.length - 7]!;
const program = encodeMessage({ type: 'changeProg', sid: 1, programUid: 1, updates: [] });

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
  it('waits in order, and goes when there is room', () => {
    const { queue, room, heard, told } = world();
    room.set('slow', 2);
    for (let i = 0; i < 10; i += 1) queue.put('slow', update(i), 0);
    expect(heard.get('slow')!.map(windowOf)).toEqual([0, 1]);
    room.set('slow', 3);
    queue.retry(queue.retryAtUs);
    expect(heard.get('slow')!.map(windowOf)).toEqual([0, 1, 2, 3, 4]);
    room.set('slow', 100);
    queue.retry(queue.retryAtUs);
    expect(heard.get('slow')!.map(windowOf)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(queue.retryAtUs).toBe(Number.POSITIVE_INFINITY);
    expect(told).toEqual([]);
  });

  it('is bounded: windows are dropped, counted and told, programs are kept longer', () => {
    const { queue, room, told, heard, dropped } = world();
    room.set('slow', 0);
    for (let i = 0; i < 3000; i += 1) queue.put('slow', update(i), i);
    queue.put('slow', program, 3000);
    // Once at the first, and again only when a second has passed.
    expect(told).toEqual([{ kind: 'sendQueueFull', address: 'slow', dropped: 1 }]);
    queue.retry(1_100_000);
    expect(told).toHaveLength(2);
    expect(dropped()).toBe(3000 - 1024);
    for (let i = 0; i < 5; i += 1) queue.put('slow', update(i), 1_100_000);
    room.set('slow', 10_000);
    queue.retry(1_300_000);
    expect(heard.get('slow')).toHaveLength(1025);
    expect(heard.get('slow')!.at(-1)).toEqual(program);
    expect(dropped()).toBe(3000 - 1024 + 5);
    room.set('slow', 0);
    for (let i = 0; i < 70_000; i += 1) queue.put('slow', program, 2_500_000);
    queue.retry(4_000_000);
    expect(dropped()).toBe(3000 - 1024 + 5 + 70_000 - 65_536);
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
    for (let i = 0; i < 3; i += 1) queue.put('slow', update(i), 0);
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

  it('is given up when the datapath is gone, which is told once, after what was dropped', () => {
    const { queue, room, told, gone, absent, heard, dropped } = world();
    room.set('slow', 0);
    for (let i = 0; i < 2000; i += 1) queue.put('slow', update(i), i);
    absent.add('slow');
    queue.retry(queue.retryAtUs);
    expect(gone).toEqual(['slow']);
    expect(dropped()).toBe(2000 - 1024);
    expect(queue.retryAtUs).toBe(Number.POSITIVE_INFINITY);
    expect(heard.has('slow')).toBe(false);
    expect(told.every(({ kind }) => kind === 'sendQueueFull')).toBe(true);
  });

  it('is told where it is too long for the transport, and does not hold up the rest', () => {
    const { queue, room, told, heard } = world();
    room.set('slow', 0);
    queue.put('slow', update(1), 0);
    queue.put('slow', new Uint8Array(1001), 0);
    queue.put('slow', update(2), 0);
    room.set('slow', 10);
    queue.retry(queue.retryAtUs);
    expect(heard.get('slow')!.map(windowOf)).toEqual([1, 2]);
    expect(told).toEqual([{ kind: 'messageTooLong', address: 'slow', bytes: 1001, maxBytes: 1000 }]);
  });
});
