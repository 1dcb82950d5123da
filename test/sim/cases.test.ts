import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { normaliseScenario, type Scenario, SimEngine, simulate } from '../../src/sim/index.js';
import { EXACT, MSS, type Result, runBuiltin, windowCuts } from './physics.js';

// Scenarios the simulator once got wrong, each with what ns-2, ns-3, a kernel or an RFC says of it.

const FILE = '../shared/cases/simulator/cases.jsonl';
const text = existsSync(FILE) ? readFileSync(FILE, 'utf8') : '';
if (text === '') console.log(`cases of the simulator: skipped, ${FILE} is not here`);

interface Case {
  readonly id: string;
  readonly scenario: Scenario;
  readonly expected: string;
}

/** `rateBps` is what version 0.1.0 called bytes per second. */
const cases = text
  .split('\n')
  .filter((line) => line !== '')
  .map((line): Case => JSON.parse(line.replaceAll('"rateBps"', '"rateBytesPerSecond"')));

const CHECKS: Record<string, (scenario: Scenario) => void> = {
  'ecn-double-cut-reno'(scenario) {
    const result = runBuiltin({ ...scenario, series: { bin: '20ms' } });
    const after5s = (bins: Iterable<number>) => [...bins].filter((bin) => result.series.timeUs[bin]! > 5e6);
    const { marks } = result.series.flows[0]!;
    const marked = after5s(marks.keys()).reduce((sum, bin) => sum + marks[bin]!, 0);
    expect(marked).toBeGreaterThan(10);
    expect(after5s(windowCuts(result)).length).toBe(marked);
    expect(goodputMbit(result)).toBeGreaterThanOrEqual(8.4);
  },
  'ecn-red-worse-than-drop'(scenario) {
    expect(goodputMbit(runBuiltin(scenario))).toBeGreaterThan(0.98 * 9.64);
  },
  'tiny-queue-reno': (scenario) => expect(goodputMbit(runBuiltin(scenario))).toBeGreaterThanOrEqual(6.8),
  'tiny-queue-2cubic': (scenario) => expect(goodputMbit(runBuiltin(scenario))).toBeGreaterThanOrEqual(8.2),
  'fast-retransmit-late-reno'(scenario) {
    const { series } = runBuiltin({ ...scenario, series: { bin: '5ms' } });
    const bin = series.links[0]!.drops.findIndex((drops, at) => drops > 0 && series.timeUs[at]! > 5e6);
    const engine = new SimEngine(normaliseScenario(scenario));
    const retransmits = () => engine.result().flows[0]!.retransmits;
    const drops = () => engine.result().links[0]!.drops;
    engine.run(series.timeUs[bin]! - series.binUs);
    const [droppedBefore, sentBefore] = [drops(), retransmits()];
    while (drops() === droppedBefore) engine.run(engine.nowUs + 500);
    const droppedUs = engine.nowUs;
    while (retransmits() === sentBefore) engine.run(engine.nowUs + 500);
    const lateUs = engine.nowUs - droppedUs;
    // A full queue of 33 packets, a round trip, and three segments more.
    expect(lateUs).toBeGreaterThan(80_000);
    expect(lateUs).toBeLessThan(88_000);
  },
  'initial-rto-1s'(scenario) {
    // Of a flow that is established: what its SYN lost counts in its own second.
    const [flow] = scenario.flows;
    const { summary } = runBuiltin({ ...scenario, flows: [{ ...flow!, handshake: false }] });
    expect(summary.fctUs.count).toBe(300);
    expect(summary.fctUs.p95).toBeLessThan(400_000);
  },
  'incast-96x4kB'(scenario) {
    const { summary } = runBuiltin(scenario);
    expect(summary.fctUs.count).toBe(96);
    expect(summary.fctUs.max).toBeLessThan(500_000);
  },
  // What it costs is a floor of `mooring bench sim`.
  'lfn-quadratic': (scenario) => expect(goodputMbit(runBuiltin(scenario))).toBeGreaterThan(50_000),
  'step-outage': (scenario) => expect(goodputMbit(runBuiltin(scenario))).toBeGreaterThanOrEqual(8),
  'step-rate-0': (scenario) => expect(goodputMbit(runBuiltin(scenario))).toBeGreaterThanOrEqual(8.5),
  'repeat-identical'(scenario) {
    const samples = [1, 2, 3, 4].map((seed) => goodputMbit(runBuiltin({ ...scenario, seed })));
    expect(new Set(samples).size).toBe(4);
    const still = { ...scenario, jitter: 0 };
    expect(simulate(still).notices).toEqual([
      { code: 'MOORING_ERR_SIM_SEED_UNUSED', message: expect.stringContaining('every seed') },
    ]);
    expect(simulate({ ...still, seed: 9 }).summary).toEqual(simulate(still).summary);
    expect(simulate(scenario).notices).toEqual([]);
  },
  'reno-abc'(scenario) {
    // Kernel 6.18, a second apart: 72 92 108 122; 67 88 105 120 133; 84 102 117 130; 79 98 113 127.
    const { series } = runBuiltin({ ...scenario, series: { bin: '1s' } });
    const windows = Array.from(series.flows[0]!.cwndBytes, (bytes) => bytes / MSS).slice(1);
    const grown = windows.slice(1).flatMap((window, at) => {
      const before = windows[at]!;
      return window > before && before > 70 ? [{ before, by: window - before }] : [];
    });
    expect(grown.length).toBeGreaterThan(20);
    for (const { before, by } of grown) expect(Math.abs(before + by - kernelAfter(before))).toBeLessThan(0.05 * before);
  },
  'fct-definition'(scenario) {
    const [flow] = scenario.flows;
    const open = { ...scenario, flows: [{ ...flow!, ...EXACT }] };
    const established = runBuiltin(open).flows[0]!;
    expect(Math.round(established.endUs! / 1000)).toBe(41);
    const whole = runBuiltin({ ...open, flows: [{ ...flow!, jitter: 0 }] }).flows[0]!;
    expect(Math.round(whole.fctUs! / 1000)).toBe(81);
    expect(whole.fctUs).toBe(whole.endUs! - whole.startUs!);
  },
};

/** One of them simulates 36 million events, which a busy machine takes its time for. */
const PATIENCE_MS = 180_000;

describe.skipIf(cases.length === 0)('scenarios the simulator once got wrong', () => {
  test.each(cases)('$id', { timeout: PATIENCE_MS }, ({ id, scenario }) => {
    const check = CHECKS[id];
    if (!check) throw new Error('no check is written for this row');
    check(scenario);
  });
});

function goodputMbit({ summary }: Pick<Result, 'summary'>): number {
  return (summary.goodputBytesPerSecond * 8) / 1e6;
}

/** The kernel's window a second after it was `before`, between the seconds that were recorded. */
function kernelAfter(before: number): number {
  const known = [
    [67, 88],
    [72, 92],
    [79, 98],
    [84, 102],
    [88, 105],
    [98, 113],
    [105, 120],
    [108, 122],
    [120, 133],
  ] as const;
  const above = known.findIndex(([from]) => from >= before);
  const [from, to] = known[above < 0 ? known.length - 1 : above]!;
  return to - (from - before) * 0.8;
}
