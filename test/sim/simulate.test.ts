import { describe, expect, test, vi } from 'vitest';
import { AlgBase, type AlgorithmObject, Cubic, createFlowHandler, Reno } from '../../src/algorithms/index.js';
import {
  type Change,
  createSimulation,
  jainIndex,
  presetScenario,
  type RunNotice,
  resultToJson,
  type Scenario,
  simulate,
} from '../../src/sim/index.js';
import { windowCuts } from './physics.js';

const scenario: Scenario = {
  rate: '12Mbit',
  rtt: '40ms',
  queue: '1bdp',
  loss: 0.001,
  flows: [
    { algorithm: 'cubic', count: 2 },
    { algorithm: 'builtin:reno', rtt: '60ms' },
  ],
  duration: '8s',
  seed: 3,
};

function text(result: ReturnType<typeof simulate>): string {
  const { scenario: _, ...rest } = resultToJson(result, { series: true });
  return JSON.stringify(rest);
}

test('JSON holds the columns and distributions as they are', () => {
  const result = simulate(scenario);
  const { cdfs } = JSON.parse(JSON.stringify(resultToJson(result, { series: true })));
  expect(cdfs.rttUs.share).toEqual(Array.from(result.cdfs.rttUs.share));
});

describe('the same scenario and seed give the same bytes', () => {
  const once = text(simulate(scenario));
  test('again', () => expect(text(simulate(scenario)) === once).toBe(true));
  test('on both engines', () => {
    expect(text(simulate({ ...scenario, engine: 'interpreter' })) === once).toBe(true);
  });
  test('in steps of any width', () => {
    const simulation = createSimulation(scenario);
    for (let timeUs = 0; !simulation.done; timeUs += 7_003) simulation.runUntil(timeUs);
    expect(text(simulation.result()) === once).toBe(true);
  });
  test('and another seed others', () => expect(text(simulate({ ...scenario, seed: 4 })) === once).toBe(false));
});

test('a run can be looked at and changed on the way', () => {
  const simulation = createSimulation({ ...scenario, loss: 0, duration: '20s' });
  simulation.runUntil(10_000_000);
  expect(simulation.done).toBe(false);
  const before = simulation.series().links[0]!.deliveryRateBytesPerSecond.at(-2)!;
  simulation.change({ kind: 'linkRate', link: 0, rateBytesPerSecond: 375_000 });
  simulation.runUntil(20_000_000);
  const after = simulation.series().links[0]!.deliveryRateBytesPerSecond.at(-2)!;
  expect(before / after).toBeGreaterThan(3);
  expect(simulation.done).toBe(true);
});

test.each([
  [{ kind: 'linkRate', link: 1, rateBytesPerSecond: 1 }, /links 0/],
  [{ kind: 'linkRate', link: 0, rateBytesPerSecond: Number.NaN }, /rateBytesPerSecond/],
  [{ kind: 'linkDelay', link: 0, delayUs: -1 }, /delayUs/],
  [{ kind: 'loss', link: 0, probability: 2 }, /at most 1/],
  [{ kind: 'nonsense', link: 0, rateBytesPerSecond: 1 }, /kind: there are linkRate, .*nonsense/],
  [{ link: 0, rateBytesPerSecond: 1 }, /kind: there are/],
  [{ kind: 'linkRate', link: 0 }, /rateBytesPerSecond: must be/],
  [{ kind: 'linkRate', link: 0, rateBps: 1 }, /rateBps: does not belong/],
  [{ kind: 'linkDown', link: 0, down: 1 }, /true or false/],
] as const)('the change %j is refused', (change, message) => {
  expect(() => createSimulation(scenario).change(change as Change)).toThrowError(message);
});

test('progress is told, and a signal stops the run', () => {
  const seen: number[] = [];
  simulate(scenario, { onProgress: (timeUs) => seen.push(timeUs) });
  expect(seen.length).toBe(100);
  expect(seen.at(-1)).toBe(8_000_000);
  const stop = new AbortController();
  const run = () => simulate(scenario, { signal: stop.signal, onProgress: () => stop.abort(new Error('enough')) });
  expect(run).toThrowError('enough');
});

test('an algorithm that throws is a failure of the result, told once for all its flows', () => {
  class Throws extends AlgBase {
    override onCreate(): void {
      throw new Error('boom');
    }
    override onReport(): void {}
  }
  const { failures, flows } = simulate({
    ...scenario,
    flows: [{ algorithm: Throws, count: 3, handshake: false, jitter: 0 }],
  });
  expect(failures).toEqual([
    {
      algorithm: 'Throws',
      phase: 'create',
      code: 'MOORING_ERR_AGENT_ALGORITHM_THREW',
      message: 'boom',
      times: 3,
      flow: 0,
      timeUs: 0,
      place: expect.stringMatching(/simulate\.test\.ts:\d+:\d+$/),
    },
  ]);
  expect(flows).toHaveLength(3);
});

test('where compiling is refused the run tells so once, and the interpreter gives the same numbers', () => {
  const compiled = simulate(scenario);
  expect(compiled.notices).toEqual([]);
  const heard: RunNotice[] = [];
  const refuses = vi.spyOn(WebAssembly, 'Module').mockImplementation(function refuse() {
    throw new Error('refused by the host');
  });
  try {
    const run = createSimulation(scenario, { onNotice: (notice) => heard.push(notice) });
    expect(run.notices).toEqual([]);
    run.runUntil(1e6);
    expect(run.notices).toEqual(heard);
    run.runUntil(Number.POSITIVE_INFINITY);
    expect(refuses).toHaveBeenCalledTimes(1);
    const result = run.result();
    expect(result.notices).toEqual([
      { code: 'MOORING_ERR_WASM_UNAVAILABLE', message: expect.stringContaining('interpreter') },
    ]);
    expect(heard).toEqual(result.notices);
    expect(text({ ...result, notices: [] })).toBe(text(compiled));
    // Asked for, the interpreter is no news.
    expect(simulate({ ...scenario, engine: 'interpreter' }).notices).toEqual([]);
  } finally {
    refuses.mockRestore();
  }
});

test('cubic and reno leave a slow start that ended far beyond the buffer (the cut was made once and never again)', () => {
  for (const algorithm of ['cubic', 'reno']) {
    const { summary } = simulate({
      rate: '10Mbit',
      rtt: '30ms',
      queue: '20bdp',
      flows: [{ algorithm }],
      duration: '30s',
    });
    expect(summary.goodputBytesPerSecond * 8).toBeGreaterThan(9e6);
    expect(summary.lossRate).toBeLessThan(0.1);
  }
});

test.each([
  ['cubic', '0us'],
  ['cubic', '5ms'],
  ['reno', '5ms'],
  ['reno', '20ms'],
] as const)(
  '%s cuts its window once for a window of losses, with an agent that takes %s (it cut again for losses of the window it had cut)',
  (algorithm, reaction) => {
    const result = simulate({
      rate: '10Mbit',
      rtt: '40ms',
      queue: '1bdp',
      flows: [{ algorithm }],
      agent: { reaction },
      duration: '40s',
      series: { bin: '10ms' },
    });
    // The losses that end slow start are more than one window's.
    const cuts = windowCuts(result).map((bin) => result.series.timeUs[bin]! / 1e6);
    const later = cuts.filter((second) => second > 5);
    expect(later.length).toBeGreaterThan(10);
    for (const [index, second] of later.slice(1).entries()) expect(second - later[index]!).toBeGreaterThan(2);
  },
);

test.each([
  [1, 10, 9.61],
  [10, 10, 9.61],
  [1, 100, 95.87],
  [10, 100, 95.92],
])(
  'cubic over reports uses the link as in ns-3.37, within 2 percent: %i flows, %i Mbit/s, %f Mbit/s',
  (count, rateMbit, ns3) => {
    // The dumbbell of the physics tests, which compare the built-in sender.
    const { summary } = simulate({
      rate: `${rateMbit}Mbit`,
      rtt: '40ms',
      queue: '1bdp',
      duration: '60s',
      series: false,
      flows: [{ algorithm: 'cubic', count }],
    });
    expect(Math.abs((summary.goodputBytesPerSecond * 8) / 1e6 / ns3 - 1)).toBeLessThan(0.02);
  },
);

test('cubic and reno hear of a round trip in every report (in recovery they heard of an endless one)', () => {
  for (const Base of [Cubic, Reno]) {
    const roundTrips: number[] = [];
    const listens: AlgorithmObject = {
      newFlow(datapath, info) {
        const flow = createFlowHandler(Base, datapath, info);
        return {
          onCreate: () => flow.onCreate?.(),
          onReport(r: Parameters<Cubic['onReport']>[0]) {
            if (r.timeout === 0) roundTrips.push(r.rtt);
            flow.onReport(r as never);
          },
        };
      },
    };
    simulate({ rate: '10Mbit', rtt: '40ms', queue: '3bdp', flows: [{ algorithm: listens }], duration: '10s' });
    expect(roundTrips.length).toBeGreaterThan(50);
    expect(Math.min(...roundTrips)).toBeGreaterThan(40_000);
    expect(Math.max(...roundTrips)).toBeLessThan(200_000);
  }
});

test('the bufferbloat preset bloats: short flows wait for the upload', () => {
  const { summary } = simulate({ ...presetScenario('bufferbloat'), duration: '30s' });
  expect(summary.queueDelayUs.p95).toBeGreaterThan(300_000);
  expect(summary.fctUs.count).toBeGreaterThan(20);
});

test('the delivery rate of a flow stays below that of its link while recovery fills gaps (it spiked when one closed)', () => {
  const sizeBytes = 20_000_100;
  const { series, flows } = simulate({
    rate: '50Mbit',
    rtt: '40ms',
    queue: '1bdp',
    flows: [{ algorithm: 'builtin:cubic', sizeBytes, slowStart: 'standard' }],
    duration: '10s',
    series: { bin: '20ms' },
  });
  expect(flows[0]!.packetsLost).toBeGreaterThan(10);
  const rates = series.flows[0]!.deliveryRateBytesPerSecond;
  expect(Math.max(...rates)).toBeLessThan((50e6 / 8) * 1.01);
  const bytes = rates.reduce((sum, rate) => sum + rate * (series.binUs / 1e6), 0);
  expect(Math.round(bytes)).toBe(sizeBytes);
});

test("Jain's index is 1 for equal shares and 1/n for one that has all", () => {
  expect(jainIndex([5, 5, 5, 5])).toBe(1);
  expect(jainIndex([8, 0, 0, 0])).toBe(0.25);
  expect(jainIndex([0, 0])).toBeNull();
});

test('a statistic of nothing is null, in the columns NaN', () => {
  const result = simulate({
    rtt: '40ms',
    flows: [{ algorithm: 'builtin:reno', start: '990ms', jitter: 0 }],
    duration: '1s',
    series: { bin: '100ms' },
  });
  const nothing = { min: null, mean: null, p50: null, p95: null, p99: null, max: null };
  expect(result.summary).toMatchObject({ rttUs: nothing, fctUs: { ...nothing, count: 0 }, jain: null, lossRate: 0 });
  expect(result.flows[0]?.rttUs).toEqual(nothing);
  expect(Array.from(result.series.flows[0]!.srttUs)).toEqual(new Array(9).fill(Number.NaN));
  const json = JSON.parse(JSON.stringify(resultToJson(result, { series: true })));
  expect(json.summary.rttUs.mean).toBeNull();
  expect(json.series.flows[0].srttUs[0]).toBeNull();
});

test('shares of what never was are null: no packet sent, no time measured', () => {
  const { summary, links } = createSimulation({ flows: [{ algorithm: 'builtin:reno' }] }).result();
  expect([summary.lossRate, summary.jain, summary.utilisation, links[0]?.utilisation]).toEqual([
    null,
    null,
    null,
    null,
  ]);
});
