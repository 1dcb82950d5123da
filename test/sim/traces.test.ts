import { describe, expect, it } from 'vitest';
import { isTraceName, linkTrace, presetScenario, simulate, TRACES, traceText } from '../../src/sim/index.js';

/** Chances in each stretch of a trace, as Mbit/s. */
function rates(stampsMs: readonly number[], everyMs: number): number[] {
  const counts = new Array<number>(Math.ceil(stampsMs.at(-1)! / everyMs)).fill(0);
  for (const ms of stampsMs.slice(0, -1)) counts[Math.floor((ms - 1) / everyMs)]! += 1;
  return counts.map((count) => (count * 12) / everyMs);
}

describe('traces of links', () => {
  it.each(TRACES.map(({ name }) => name))('%s is a trace of a minute that its seed decides', (name) => {
    const trace = linkTrace(name);
    expect(isTraceName(name)).toBe(true);
    expect(trace.every((ms, index) => Number.isInteger(ms) && ms >= (trace[index - 1] ?? 1))).toBe(true);
    expect(trace.at(-1)).toBe(60_000);
    expect(linkTrace(name, { seed: 1 })).toEqual(trace);
    expect(linkTrace(name, { seed: 2 })).not.toEqual(trace);
    expect(new Set(rates(trace, 1000)).size).toBeGreaterThan(20);
  });

  it('move as they say', () => {
    const [lte, drive] = [rates(linkTrace('lte'), 1000), rates(linkTrace('lte-drive', { durationMs: 600_000 }), 20)];
    expect(Math.max(...lte)).toBeLessThanOrEqual(40.1);
    expect(Math.min(...lte)).toBeGreaterThan(0.2);
    // Of 24 handovers or so, each longer than three stretches.
    const gaps = drive.filter((rate, index) => rate === 0 && drive[index + 1] === 0 && drive[index + 2] === 0);
    expect(gaps.length).toBeGreaterThan(24);
    const wifi = rates(linkTrace('wifi'), 1);
    expect(wifi.filter((rate) => rate === 0).length / wifi.length).toBeGreaterThan(0.4);
    expect(Math.max(...wifi)).toBeLessThanOrEqual(130 * 0.65 + 12);
    const mmwave = rates(linkTrace('mmwave'), 100);
    const low = mmwave.filter((rate) => rate < 60).length / mmwave.length;
    expect(low).toBeGreaterThan(0.02);
    expect(low).toBeLessThan(0.25);
    const leo = rates(linkTrace('leo'), 15_000);
    expect(leo.every((rate) => rate > 35 && rate < 200)).toBe(true);
    expect(rates(linkTrace('leo'), 1).slice(15_001, 15_018)).toEqual(new Array(17).fill(0));
  });

  it('are links of a simulation, and files for mahimahi', () => {
    const trace = linkTrace('lte', { durationMs: 5_000 });
    const { summary } = simulate({
      links: [{ trace, delay: '20ms', queue: '200pkt' }],
      flows: [{ algorithm: 'builtin:cubic' }],
      duration: '10s',
    });
    expect(summary.utilisation).toBeGreaterThan(0.8);
    expect(traceText([1, 2, 2])).toBe('1\n2\n2\n');
    expect(presetScenario('cellular').links![0]!.trace).toEqual(linkTrace('lte', { seed: 4 }));
  });

  it('of no process and of no length are refused', () => {
    expect(() => linkTrace('fog' as 'lte')).toThrow(/lte, lte-drive, wifi, mmwave, leo, not "fog"/);
    for (const durationMs of [0, 1.5, 600_001, Number.NaN])
      expect(() => linkTrace('lte', { durationMs })).toThrow(/durationMs/);
  });
});
