import { expect, test } from 'vitest';
import { createProgress } from '../../src/cli/sim/progress.js';

// The clock is the test's; what a stream is told is kept.

async function progressOn(stream: Partial<NodeJS.WriteStream>, quietMs: number) {
  let nowMs = 0;
  let written = '';
  const write = (text: string): boolean => {
    written += text;
    return true;
  };
  const kept = { columns: 120, rows: 40, on: () => undefined, ...stream, write };
  const progress = await createProgress(kept as unknown as NodeJS.WriteStream, { quietMs, now: () => nowMs });
  return {
    progress,
    at(ms: number, timeUs: number) {
      nowMs = ms;
      written = '';
      progress.show({ timeUs, durationUs: 60e6, events: ms * 1500, names: ['aimd'] });
      return written;
    },
  };
}

test('where nothing can be redrawn: a line now and then, none for a short run', async () => {
  const { at } = await progressOn({ isTTY: false }, 1000);
  expect(at(0, 0)).toBe('');
  expect(at(4000, 6e6)).toBe('');
  expect(at(5000, 15e6)).toBe('15.0 s of 60.0 s (25 %)   1.5 M events/s   15.0 s left\n');
  expect(at(6000, 18e6)).toBe('');
  expect(at(10_000, 30e6)).toBe('30.0 s of 60.0 s (50 %)   1.5 M events/s   10.0 s left\n');
});

test('on a terminal: a bar after a second, with what is left, and a dash while nothing is known', async () => {
  const { at } = await progressOn({ isTTY: true }, 1000);
  expect(at(0, 0)).toBe('');
  expect(at(900, 1e6)).toBe('');
  expect(at(1200, 0)).toContain('0.0 s of 60.0 s (0 %)   1.5 M events/s   – left');
  expect(at(2000, 30e6)).toMatch(/█{12}░{12} 30\.0 s of 60\.0 s \(50 %\) {3}1\.5 M events\/s {3}2\.00 s left/);
});
