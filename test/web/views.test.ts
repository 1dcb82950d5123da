import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openCapture } from '../../src/capture/index.js';
import { BITS, type Mark, sceneToSvg } from '../../src/draw/index.js';
import { DARK, LIGHT } from '../../src/palette/index.js';
import { fromCapture, fromConnection, fromSimulation, fromSweep } from '../../src/run/index.js';
import { simulate } from '../../src/sim/index.js';
import { sweepOf, tableOfRows } from '../../src/sweep/index.js';
import { moved, zoomed } from '../../src/web/gestures.js';
import { createStore, defineView, firstState } from '../../src/web/view.js';
import { VIEWS } from '../../src/web/views.js';
import { ack, Conversation, data } from '../capture/conversation.js';

const run = fromSimulation(
  simulate({
    ...{ rate: '12Mbit', rtt: '40ms', queue: '1bdp', duration: '8s', seed: 2 },
    flows: [{ algorithm: 'builtin:cubic' }, { algorithm: 'bbr', start: '2s' }],
  }),
);
const state = firstState(run, LIGHT);
const size = { width: 640, height: 300 };
const shown = VIEWS.filter((view) => view.needs(run) === true);

/** Views that are not over time: a row a flow. */
const BY_FLOW = new Set(['rtt-cdf', 'rate-delay']);

/** All words of a scene. */
function words(marks: readonly Mark[]): string[] {
  return marks.flatMap((mark) => (mark.kind === 'text' ? [mark.text] : mark.kind === 'clip' ? words(mark.marks) : []));
}

test('every view has an id, a title and a key of its own', () => {
  for (const name of ['id', 'title', 'key'] as const)
    expect(new Set(VIEWS.map((view) => view[name])).size).toBe(VIEWS.length);
  expect(() => defineView({ ...VIEWS[0]! })).toThrow('two views');
});

test('a simulation has all views but those of a capture', () => {
  expect(VIEWS.filter((view) => view.needs(run) !== true).map(({ id }) => id)).toEqual([
    ...['wire', 'one-way', 'above-least', 'between', 'sequence', 'limits', 'facets', 'heat-map', 'matrix', 'runs'],
  ]);
});

describe.each(shown.map((view) => [view.id, view] as const))('%s', (_, view) => {
  test('is a sentence with numbers', async () => {
    const sentence = await view.describe(run, state);
    expect(sentence).toMatch(/^[A-Z0-9].*\d.*\.$/);
    expect(sentence).not.toMatch(/NaN|undefined|Infinity/);
  });

  test('is a table whose rows are as long as its head, without a zero for what is not known', async () => {
    const { columns, rows } = await view.table(run, state);
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.every((row) => row.length === columns.length)).toBe(true);
    expect(rows.flat().filter((cell) => /NaN|undefined|Infinity/.test(cell) || cell === '')).toEqual([]);
  });

  test('is a picture in both lights, with its names', async () => {
    for (const theme of [LIGHT, DARK]) {
      const scene = await view.scene(run, { ...state, theme }, size);
      expect(scene.marks.length).toBeGreaterThan(5);
      expect(words(scene.marks).some((text) => text.endsWith(BY_FLOW.has(view.id) ? ' ms' : ' s'))).toBe(true);
    }
  });

  test('leaves out the flows that are left out', async () => {
    const all = await view.table(run, state);
    const some = await view.table(run, { ...state, hidden: new Set([0]) });
    if (BY_FLOW.has(view.id)) expect(some.rows.length).toBeLessThan(all.rows.length);
    else if (view.id === 'flows' || view.id === 'queue') expect(some.columns).toEqual(all.columns);
    else expect(some.columns.length).toBeLessThan(all.columns.length);
  });
});

describe('of a connection that was captured', async () => {
  const talk = new Conversation().handshake();
  for (let i = 0; i < 60; i += 1) talk.out(100 + i * 10, data(i)).back(140 + i * 10, ack(i + 1));
  talk.out(900, data(60)).out(1200, data(60)).back(1240, ack(61));
  const capture = await openCapture(talk.bytes());
  const { connections } = await capture.limits({ connection: 1 });
  const series = await capture.series({ connection: 1, marks: true });
  const captured = fromConnection(series, ['a.pcap'], connections[0] ?? null);
  const now = firstState(captured, LIGHT);

  test.each(['sequence', 'limits'])('%s is a sentence, a table and a picture', async (id) => {
    const view = VIEWS.find((one) => one.id === id)!;
    expect(view.needs(captured)).toBe(true);
    expect(await view.describe(captured, now)).toMatch(/^[A-Z].*\d.*\.$/);
    const { columns, rows } = await view.table(captured, now);
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.every((row) => row.length === columns.length)).toBe(true);
    const scene = await view.scene(captured, now, size);
    expect(words(scene.marks).some((text) => text.endsWith(' s'))).toBe(true);
  });

  test('its one retransmission has a letter in the picture of all of it', async () => {
    const scene = await VIEWS.find(({ id }) => id === 'sequence')!.scene(captured, now, size);
    expect(words(scene.marks)).toContain('R');
  });
});

describe('of a sweep', () => {
  const rows = ['cubic', 'bbr'].flatMap((alg, a) =>
    ['2Mbit', '8Mbit'].flatMap((rate, b) =>
      [1, 2].map((seed, c) => ({
        ...{ run: 4 * a + 2 * b + c, alg, rate, repeat: seed, seed, flow: 0 },
        ...{
          runThroughputBytesPerSecond: 1e5 * (1 + b) + seed * 1e3,
          runRttP95Us: a === 1 && c === 1 ? null : 4e4 + seed,
        },
      })),
    ),
  );
  const sweep = fromSweep(sweepOf(tableOfRows(rows), { base: null }), { title: 'sw', files: [], command: null });
  const own = VIEWS.filter((view) => view.needs(sweep) === true);
  const now = firstState(sweep, LIGHT);

  test('there are its views, and no other', () => {
    expect(own.map(({ id }) => id)).toEqual(['facets', 'heat-map', 'matrix', 'runs']);
  });

  test.each(own.map((view) => [view.id, view] as const))(
    '%s is a sentence, a table and a picture in both lights',
    async (_, view) => {
      const sentence = await view.describe(sweep, now);
      expect(sentence).toMatch(/^[A-Z0-9].*\d.*\.$/);
      expect(sentence).not.toMatch(/NaN|undefined|Infinity/);
      const { columns, rows: lines } = await view.table(sweep, now);
      expect(lines.length).toBeGreaterThan(1);
      expect(lines.every((line) => line.length === columns.length)).toBe(true);
      expect(lines.flat().filter((cell) => /NaN|undefined|Infinity/.test(cell) || cell === '')).toEqual([]);
      for (const theme of [LIGHT, DARK]) {
        const scene = await view.scene(sweep, { ...now, theme }, size);
        expect(words(scene.marks).length).toBeGreaterThan(4);
      }
    },
  );

  test.each(own.map((view) => [view.id, view] as const))(
    '%s says so where the filter leaves nothing',
    async (_, view) => {
      const none = { ...now, sweep: { ...now.sweep, filter: 'alg=reno' } };
      expect(await view.describe(sweep, none)).toMatch(/\b0\b/);
      const scene = await view.scene(sweep, none, size);
      expect(sceneToSvg(scene, LIGHT.page)).not.toMatch(/NaN|Infinity/);
    },
  );

  test('the list has every run or every combination, and is sorted by a measure with what is not known last', async () => {
    const view = own.find(({ id }) => id === 'runs')!;
    expect((await view.table(sweep, now)).rows).toHaveLength(4);
    const each = { ...now.sweep, together: false, sort: { column: 'rttP95', down: true } };
    const { columns, rows: lines } = await view.table(sweep, { ...now, sweep: each });
    const at = columns.indexOf('p95 RTT');
    expect(lines.map((line) => line[at])).toEqual([
      ...new Array(2).fill('40.0 ms'),
      ...new Array(4).fill('40.0 ms'),
      '–',
      '–',
    ]);
    expect(lines.slice(0, 2).map((line) => line[columns.indexOf('seed')])).toEqual(['2', '2']);
    const cell = { ...each, cell: 'alg=bbr rate=2Mbit', sort: null };
    expect((await view.table(sweep, { ...now, sweep: cell })).rows.map((line) => line[0])).toEqual(['5', '6']);
  });

  test('rates of a sweep switch their unit with the page', async () => {
    const view = own.find(({ id }) => id === 'heat-map')!;
    expect(await view.describe(sweep, { ...now, units: { rate: 'B/s' } })).not.toContain('bit/s');
  });
});

test('two runs over one another are told apart by name, and have one colour a flow', async () => {
  const view = VIEWS.find(({ id }) => id === 'window')!;
  const other = fromSimulation(
    simulate({
      ...{ rate: '12Mbit', rtt: '40ms', queue: '4bdp', duration: '8s', seed: 2 },
      flows: [{ algorithm: 'builtin:cubic' }, { algorithm: 'bbr', start: '2s' }],
    }),
  );
  const both = { ...state, pinned: run };
  const { columns } = await view.table(other, both);
  expect(columns.slice(1).map((name) => name.replace(/,.*/, ''))).toEqual([
    ...['A: builtin:cubic', 'A: bbr', 'B: builtin:cubic', 'B: bbr'],
  ]);
  const { marks } = await view.scene(other, both, size);
  const curves = marks
    .flatMap((mark) => (mark.kind === 'clip' ? mark.marks : []))
    .filter((mark) => mark.kind === 'line' && mark.path.length > 100);
  const colours = curves.map((mark) => ('colour' in mark ? mark.colour : ''));
  expect(colours).toEqual([LIGHT.series[0], LIGHT.series[1], LIGHT.series[0], LIGHT.series[1]]);
  expect(curves.map((mark) => ('alpha' in mark ? mark.alpha : undefined))).toEqual([undefined, undefined, 0.72, 0.72]);
});

test('before a flow begins its table says nothing, and 0 nowhere', async () => {
  const view = VIEWS.find(({ id }) => id === 'throughput')!;
  const { columns, rows } = await view.table(run, { ...state, range: { fromUs: 0, toUs: 1.9e6 } });
  const at = columns.findIndex((name) => name.startsWith('bbr'));
  expect(rows.length).toBeGreaterThan(5);
  expect(new Set(rows.map((row) => row[at]))).toEqual(new Set(['–']));
});

test('rates switch their unit in every view at once', async () => {
  const bytes = { ...state, units: { rate: 'B/s' as const } };
  for (const id of ['throughput', 'rate']) {
    const view = VIEWS.find((one) => one.id === id)!;
    expect(await view.describe(run, state)).toContain('bit/s');
    expect(await view.describe(run, bytes)).not.toContain('bit/s');
  }
});

test('a view says why a run has nothing for it', () => {
  const capture = fromCapture({
    totals: { packets: 0, bytes: 0, durationUs: null, startEpochUs: null } as never,
    ...{ overall: { binUs: 1, timeUs: new Float64Array(), packets: new Float64Array(), bytes: new Float64Array() } },
    ...{ connections: [], more: 0, warnings: [], files: ['a.pcap'] },
  });
  const reasons = VIEWS.map((view) => view.needs(capture)).filter((needs) => needs !== true);
  expect(reasons.length).toBe(VIEWS.length - 1);
  expect(reasons.every((reason) => reason.length > 10)).toBe(true);
});

test('what is zoomed and moved stays within the run, and about the pointer', () => {
  const us = fc.integer({ min: 0, max: 1_000_000 });
  fc.assert(
    fc.property(us, us, fc.double({ min: 0.01, max: 50, noNaN: true }), us, (a, b, factor, about) => {
      const span = { fromUs: 0, toUs: 1_000_000 };
      const range = { fromUs: Math.min(a, b), toUs: Math.max(a, b) + 20 };
      const within = { fromUs: Math.min(range.fromUs, 999_980), toUs: Math.min(range.toUs, 1_000_000) };
      for (const next of [zoomed(within, span, factor, about), moved(within, span, about - 500_000)]) {
        expect(next.fromUs).toBeGreaterThanOrEqual(-1e-6);
        expect(next.toUs).toBeLessThanOrEqual(1_000_000 + 1e-6);
        expect(next.toUs).toBeGreaterThan(next.fromUs);
      }
    }),
  );
});

test('a store tells of changes, and of nothing else', () => {
  const store = createStore({ range: 1, units: BITS });
  let told = 0;
  const end = store.subscribe(() => {
    told += 1;
  });
  store.set({ range: 1 });
  expect(told).toBe(0);
  store.set({ range: 2 });
  expect([told, store.get().range]).toEqual([1, 2]);
  end();
  store.set({ range: 3 });
  expect(told).toBe(1);
});
