import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Flow } from '../../src/agent/flow.js';
import { FlowTable } from '../../src/agent/flow-table.js';

describe('the table of flows', () => {
  it('is a Map, whatever the numbers', () => {
    const sockId = fc.oneof(
      fc.nat(20),
      fc.nat(5000),
      fc.nat(0xffff_ffff),
      fc.constantFrom(1023, 1024, 1025, 0xffff_ffff),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(sockId, fc.boolean()), { maxLength: 200 }), (steps) => {
        const [table, map] = [new FlowTable(), new Map<number, Flow>()];
        for (const [id, add] of steps) {
          if (add && !map.has(id)) {
            const flow = { sockId: id } as Flow;
            table.add(flow);
            map.set(id, flow);
          } else if (!add) {
            table.delete(id);
            map.delete(id);
          }
          expect(table.get(id)).toBe(map.get(id));
        }
        expect(table.size).toBe(map.size);
        expect(new Set(table.values())).toEqual(new Set(map.values()));
      }),
    );
  });
});
