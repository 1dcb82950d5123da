import { describe, expect, test } from 'vitest';
import { createRng } from '../../src/base/index.js';
import {
  BITS,
  facetsHeight,
  facetsScene,
  heatMapCells,
  heatMapHeight,
  heatMapScene,
  type Mark,
  matrixCells,
  matrixHeight,
  matrixScene,
  sceneToSvg,
} from '../../src/draw/index.js';
import { thinned } from '../../src/draw/sweep/thinned.js';
import { DARK, LIGHT } from '../../src/palette/index.js';
import { filterRuns, type Sweep, sweepOf, tableOfRows } from '../../src/sweep/index.js';

const ALGORITHMS = ['cubic', 'bbr', 'reno'];
const RATES = ['1Mbit', '10Mbit'];
const RTTS = ['10ms', '40ms', '160ms'];

/** Two runs of each, of which one of bbr at 160 ms knows nothing; reno was never run at 160 ms. */
function sweep(): Sweep {
  let run = 0;
  const rows = ALGORITHMS.flatMap((alg, a) =>
    RATES.flatMap((rate, b) =>
      RTTS.flatMap((rtt, c) =>
        alg === 'reno' && c === 2
          ? []
          : [1, 2].map((seed) => ({
              ...{ run: run++, alg, rate, rtt, repeat: seed, seed, flow: 0 },
              runThroughputBytesPerSecond:
                alg === 'bbr' && c === 2 && seed === 2 ? null : (10 ** b * (10 - a) + seed) * 1e4,
              runRttP95Us: 10_000 * (c + 1) + 100 * a + seed,
            })),
      ),
    ),
  );
  return sweepOf(tableOfRows(rows), { base: null });
}

const runs = sweep();
const all = Uint32Array.from({ length: runs.length }, (_, run) => run);
const [throughput, delay] = runs.measures as [Sweep['measures'][number], Sweep['measures'][number]];
const [alg, rate, rtt] = runs.keys as [Sweep['keys'][number], Sweep['keys'][number], Sweep['keys'][number]];
const frame = { size: { width: 900, height: 500 }, theme: LIGHT, units: BITS };

function words(marks: readonly Mark[]): string[] {
  return marks.flatMap((mark) => (mark.kind === 'text' ? [mark.text] : mark.kind === 'clip' ? words(mark.marks) : []));
}

function panels(marks: readonly Mark[]) {
  return marks.flatMap((mark) => (mark.kind === 'clip' ? [mark] : []));
}

describe('facets', () => {
  const content = { sweep: runs, runs: all, x: delay, y: throughput, group: alg, facet: rtt };

  test('have a panel for each value, a colour and a shape for each group, a place for each run that is known', () => {
    const { marks, places, known, drawn } = facetsScene(content, frame);
    expect(panels(marks)).toHaveLength(3);
    expect(words(marks)).toEqual(
      expect.arrayContaining(['rtt 10ms', 'rtt 40ms', 'rtt 160ms', 'p95 RTT, ms', 'throughput, Mbit/s']),
    );
    expect(known).toBe(runs.length - 2);
    expect([places.length, drawn]).toEqual([known, known]);
    expect(places.map(({ run }) => run)).not.toContain(null);
    const drawnAs = panels(marks)[0]!.marks.map((mark) => ('shape' in mark ? [mark.shape, mark.colour] : []));
    expect(drawnAs).toEqual([
      ['circle', LIGHT.series[0]],
      ['square', LIGHT.series[1]],
      ['triangle', LIGHT.series[2]],
    ]);
  });

  test('have one scale: the same numbers lie as high in each panel, and every point within its own', () => {
    const { marks, places } = facetsScene(content, frame);
    const areas = panels(marks).map(({ area }) => area);
    for (const { x, y, run } of places) {
      const area = areas[rtt.places[run!]!]!;
      expect(x).toBeGreaterThanOrEqual(area.x);
      expect(x).toBeLessThanOrEqual(area.x + area.width);
      expect(y).toBeGreaterThanOrEqual(area.y);
      expect(y).toBeLessThanOrEqual(area.y + area.height);
    }
    const heightOf = (of: number): number => {
      const { y, run } = places.find((place) => place.run === of)!;
      return y - areas[rtt.places[run!]!]!.y;
    };
    // cubic at 1 Mbit/s gives the same in all three.
    expect(heightOf(2)).toBeCloseTo(heightOf(0), 9);
  });

  test('a place says what was varied and both numbers, with their units', () => {
    const { places } = facetsScene(content, frame);
    expect(places[0]!.text).toBe('alg cubic, rate 1Mbit, rtt 10ms, seed 1: throughput 880 kbit/s, p95 RTT 10.0 ms');
  });

  test('narrow, the panels stand under one another', () => {
    const narrow = facetsScene(content, { ...frame, size: { width: 360, height: facetsHeight(content, 360) } });
    const areas = panels(narrow.marks).map(({ area }) => area);
    expect(new Set(areas.map(({ x }) => x)).size).toBe(1);
    expect(facetsHeight(content, 360)).toBeGreaterThan(facetsHeight(content, 900));
  });

  test('of nothing, it is said in each panel, and no scale is made up out of infinity', () => {
    const none = facetsScene({ ...content, runs: filterRuns(runs, 'alg=none').runs, facet: null }, frame);
    expect(words(none.marks)).toContain('no run with both numbers');
    expect(sceneToSvg(none, LIGHT.page)).not.toMatch(/NaN|Infinity/);
  });

  test('as a picture of its own it has its title and its groups by name', () => {
    const alone = facetsScene(content, { ...frame, title: 'Throughput against p95 RTT' });
    expect(words(alone.marks)).toEqual(expect.arrayContaining(['Throughput against p95 RTT', ...ALGORITHMS]));
  });
});

describe('points of many runs', () => {
  const rng = createRng(7);
  const area = { x: 56, y: 8, width: 900, height: 300 };
  const at = Array.from({ length: 100_000 }, () => [56 + 900 * rng.nextUnit(), 8 + 300 * rng.nextUnit()] as const);
  const runsUpTo = (count: number): Uint32Array => Uint32Array.from({ length: count }, (_, run) => run);
  const [xOf, yOf] = [(run: number) => at[run]![0], (run: number) => at[run]![1]];

  test('some are all drawn', () => {
    expect(thinned(runsUpTo(5_000), xOf, yOf, area)).toHaveLength(5_000);
  });

  test('of many, what lies on one place is drawn once, and each group has its share of the places', () => {
    const drawn = thinned(runsUpTo(100_000), xOf, yOf, area);
    expect(drawn.length).toBeLessThanOrEqual(301 * 101);
    expect(drawn.length).toBeGreaterThan(20_000);
    expect(new Set(drawn.map(({ run }) => run)).size).toBe(drawn.length);
    const ofFirst = drawn.filter(({ run }) => run < 25_000).length / drawn.length;
    expect(ofFirst).toBeGreaterThan(0.22);
    expect(ofFirst).toBeLessThan(0.28);
  });

  test('those that are all the same are one', () => {
    const same = () => 100;
    expect(thinned(runsUpTo(6_000), same, same, area)).toHaveLength(1);
  });
});

describe('a heat map', () => {
  const content = {
    sweep: runs,
    runs: filterRuns(runs, 'alg=reno').runs,
    across: rate,
    down: rtt,
    measure: throughput,
  };

  test('has the mean of each cell, sizes rising upwards, and no number where no run is', () => {
    const { rows, columns, cells } = heatMapCells(content);
    expect(rows).toEqual(['rtt 160ms', 'rtt 40ms', 'rtt 10ms']);
    expect(columns).toEqual(['rate 1Mbit', 'rate 10Mbit']);
    expect(cells[0]!.map(({ mean, n, filter }) => [mean, n, filter])).toEqual([
      [null, 0, null],
      [null, 0, null],
    ]);
    expect(cells[2]![0]).toMatchObject({ mean: 95_000, n: 2, filter: 'rate=1Mbit rtt=10ms' });
    expect(filterRuns(runs, `alg=reno ${cells[2]![0]!.filter}`).runs.length).toBe(2);
  });

  test('is drawn with the scale of its colours and their unit; what is not known has none of them', () => {
    const { marks, places, columns } = heatMapScene(content, frame);
    expect(words(marks)).toEqual(
      expect.arrayContaining(['mean throughput, Mbit/s', '760 kbit/s', '6.52 Mbit/s', '0.76', 'rate', 'rtt']),
    );
    expect([places.length, columns]).toEqual([6, 2]);
    expect(places[0]!.text).toBe('rate 1Mbit, rtt 160ms: throughput –, n 0');
    for (const theme of [LIGHT, DARK])
      expect(sceneToSvg(heatMapScene(content, { ...frame, theme }), theme.page)).not.toMatch(/NaN|Infinity/);
  });

  test('is as high as its rows, and draws nothing that is infinite where nothing is known', () => {
    expect(heatMapHeight({ down: rtt })).toBeGreaterThan(200);
    const none = heatMapScene({ ...content, runs: new Uint32Array() }, frame);
    expect(sceneToSvg(none, LIGHT.page)).not.toMatch(/NaN|Infinity/);
  });

  test('of a value drawn out of a range the cells are parts of it, whose filter leaves their runs', () => {
    const drawn = Array.from({ length: 100 }, (_, i) => ({
      ...{
        run: i,
        rate: `${1 + i * 0.37}Mbit`,
        rtt: `${1 + ((i * 7) % 100)}ms`,
        repeat: 1,
        seed: 1,
        flow: 0,
        runJain: i,
      },
    }));
    const designed = sweepOf(tableOfRows(drawn), { base: null });
    const every = Uint32Array.from(drawn.keys());
    const { cells } = heatMapCells({
      ...{ sweep: designed, runs: every, measure: designed.measures[0]! },
      ...{ across: designed.keys[0]!, down: designed.keys[1]! },
    });
    const filled = cells.flat().filter(({ n }) => n > 0);
    expect(filled.reduce((sum, { n }) => sum + n, 0)).toBe(100);
    for (const { filter, n } of filled) expect(filterRuns(designed, filter!).runs.length).toBe(n);
  });
});

describe('a matrix', () => {
  const content = { sweep: runs, runs: all, down: alg, across: alg, measure: throughput };

  test('of a key by itself is head to head, signs and all, and nothing beside itself', () => {
    const { rows, cells, isHeadToHead } = matrixCells(content);
    expect([rows, isHeadToHead]).toEqual([ALGORITHMS, true]);
    expect(cells[0]![0]!.mean).toBeNull();
    expect(cells[0]![1]!.mean).toBe(-cells[1]![0]!.mean!);
    expect(cells[0]![1]).toMatchObject({ n: 10, more: 10, filter: 'alg=cubic,bbr' });
    const { marks, places } = matrixScene(content, frame);
    expect(words(marks)).toContain('throughput, row minus column, kbit/s: pairs alike in all else');
    expect(words(marks).filter((text) => text.startsWith('−')).length).toBeGreaterThan(2);
    expect(places[1]!.text).toContain('cubic minus bbr: throughput +');
    expect(places[0]!.text).toBe('cubic: itself');
  });

  test('of two keys is their means with intervals', () => {
    const { cells, rows, columns } = matrixCells({ ...content, across: rate });
    expect([rows, columns]).toEqual([ALGORITHMS, RATES]);
    expect(cells[2]![1]).toMatchObject({ n: 4, more: null, filter: 'alg=reno rate=10Mbit' });
    const { marks } = matrixScene(
      { ...content, across: rate },
      { ...frame, size: { width: 900, height: matrixHeight(content) } },
    );
    expect(words(marks)).toContain('mean throughput, Mbit/s, with its 95 % interval');
    expect(words(marks).some((text) => text.startsWith('± '))).toBe(true);
  });

  test('narrow, it leaves out what has no room, never a number', () => {
    const { marks } = matrixScene(content, { ...frame, size: { width: 200, height: 200 } });
    expect(words(marks).filter((text) => /^[+−]\d/.test(text))).toHaveLength(6);
  });
});
