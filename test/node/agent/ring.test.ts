import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MessageRing } from '../../../src/node/agent/ring.js';

describe('the queue between threads', () => {
  it('gives what was put, in order, round and round', () => {
    const message = fc.tuple(fc.uint8Array({ maxLength: 60 }), fc.nat(255));
    const step = fc.oneof(message, fc.constant('take' as const));
    fc.assert(
      fc.property(fc.array(step, { minLength: 50, maxLength: 300 }), (steps) => {
        const memory = MessageRing.allocate(256);
        const [writer, reader] = [new MessageRing(memory), new MessageRing(memory)];
        const expected: Array<[number[], number]> = [];
        const into = new Uint8Array(100);
        for (const each of steps) {
          if (each !== 'take') {
            if (writer.put(each[0], each[1])) expected.push([[...each[0]], each[1]]);
            continue;
          }
          const length = reader.take(into, 0);
          const next = expected.shift();
          expect(length).toBe(next ? next[0].length : -1);
          if (next) expect([[...into.subarray(0, length)], reader.datapath]).toEqual(next);
        }
      }),
    );
  });

  it('refuses what does not fit and counts what is given up', () => {
    const ring = new MessageRing(MessageRing.allocate(64));
    expect(ring.put(new Uint8Array(40), 0)).toBe(true);
    expect(ring.put(new Uint8Array(40), 0)).toBe(false);
    ring.drop();
    expect(ring.dropped).toBe(1);
  });
});
