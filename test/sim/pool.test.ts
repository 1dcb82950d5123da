import { beforeAll, describe, expect, it } from 'vitest';
import { compileAssembly } from './assembly.js';

const SOURCE = `
import { giveBlockBack, takeBlock } from './sim/state/pool';
export function take(): usize { return takeBlock(); }
export function giveBack(at: usize): void { giveBlockBack(at); }
`;

interface Pool {
  take(): number;
  giveBack(at: number): void;
  memory: WebAssembly.Memory;
}

const BLOCK = 32;

describe('the pool of packets', () => {
  let pool: () => Pool;
  beforeAll(async () => {
    pool = await compileAssembly<Pool>(SOURCE);
  });

  it('hands out no block twice, each whole and in its place', () => {
    const { take, giveBack } = pool();
    const held = new Set<number>();
    let seed = 1;
    for (let step = 0; step < 60_000; step += 1) {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      // Grows to thousands, shrinks to few, again and again.
      const grows = Math.floor(step / 10_000) % 2 === 0;
      if (held.size === 0 || seed >>> 16 < (grows ? 50_000 : 20_000)) {
        const at = take();
        expect(at % BLOCK).toBe(0);
        expect(held.has(at)).toBe(false);
        held.add(at);
      } else {
        const at = [...held].at(seed % Math.min(held.size, 50))!;
        held.delete(at);
        giveBack(at);
      }
    }
  }, 60_000);

  it('puts packets that leave one after the other one beside the other, in whatever order they came back', () => {
    const { take, giveBack } = pool();
    const window = 20_000;
    const waiting = Array.from({ length: window }, take);
    let beside = 0;
    let last = 0;
    const rounds = 10;
    for (let sent = 0; sent < rounds * window; sent += 1) {
      // Every other packet ends at the receiver, half a window before the rest: what a free list makes a jumble of.
      giveBack(waiting.shift()!);
      if (sent % 2 === 0) giveBack(waiting.splice(window >> 1, 1)[0]!);
      else waiting.push(take());
      const at = take();
      waiting.push(at);
      // The next block, or the next but a few that are not free yet.
      if (at > last && at - last <= 8 * BLOCK) beside += 1;
      last = at;
    }
    expect(waiting.length).toBe(window);
    expect(beside / (rounds * window)).toBeGreaterThan(0.99);
  }, 60_000);

  it('goes through no more memory than a few times what is in use', () => {
    const { take, giveBack, memory } = pool();
    const crowd = Array.from({ length: 100_000 }, take);
    const most = memory.buffer.byteLength;
    for (const at of crowd) giveBack(at);
    const few = 100;
    const waiting = Array.from({ length: few }, take);
    const next = (): number => {
      giveBack(waiting.shift()!);
      const at = take();
      waiting.push(at);
      return at;
    };
    for (let sent = 0; sent < 3_000_000; sent += 1) next();
    const used = new Set(Array.from({ length: 100_000 }, next));
    expect(used.size).toBeLessThan(16 * few);
    expect(memory.buffer.byteLength).toBe(most);
  }, 60_000);
});
