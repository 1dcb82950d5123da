import { SaxesParser } from 'saxes';
import { describe, expect, test } from 'vitest';
import { curvePath, type Mark, plotScene, rangeText, sceneToSvg, timeText, valueText } from '../../src/draw/index.js';
import { DARK, LIGHT } from '../../src/palette/index.js';
import { memorySource, type Quantity, type SeriesColumns } from '../../src/run/index.js';

function columns(
  times: readonly number[],
  values: readonly (number | null)[],
  from: number,
  to: number,
  pixels: number,
) {
  const quantity: Quantity = 'cwnd';
  const source = memorySource([
    {
      ...{ quantity, owner: 0, timeUs: Float64Array.from(times) },
      values: Float64Array.from(values, (value) => value ?? Number.NaN),
    },
  ]);
  return source.query({ quantity, owner: 0, fromUs: from, toUs: to, pixels }) as SeriesColumns;
}

const same = (value: number): number => value;
const minus = (value: number): number => -value;

describe('a curve through columns', () => {
  test('breaks where values are unknown, and only there', () => {
    const path = curvePath(columns([0, 10, 20, 30], [1, null, 3, 4], 0, 40, 8), 'step', same, minus);
    expect(path).toEqual([0, -1, Number.NaN, Number.NaN, 20, -3, 30, -4]);
  });

  test('reaches to what is beyond both edges', () => {
    const path = curvePath(columns([0, 10, 20, 30], [1, 2, 3, 4], 12, 28, 4), 'step', same, minus);
    expect(path).toEqual([10, -2, 20, -3, 30, -4]);
  });

  test('shows the least and the greatest of what shares a pixel', () => {
    const many = Array.from({ length: 1000 }, (_, i) => i);
    const values = many.map((i) => (i === 503 ? 99 : i === 504 ? -99 : 0));
    const path = curvePath(columns(many, values, 0, 999, 10), 'step', same, minus);
    expect(path).toContain(-99);
    expect(path).toContain(99);
  });

  test('has the value of a bin over the time before its end', () => {
    const path = curvePath(columns([10, 20], [1, 3], 0, 20, 20), 'bin', same, minus);
    expect(path).toEqual([10, -1, 10, -3, 20, -3]);
  });
});

describe('a plot', () => {
  const content = {
    ...{ quantity: 'window', unit: 'bytes' as const },
    curves: [
      {
        label: 'a <b>',
        kind: 'step' as const,
        colour: LIGHT.series[0],
        columns: columns([0, 5e6, 1e7], [10, 20, 30], 0, 1e7, 100),
      },
    ],
    levels: [{ label: 'capacity', value: 40_000 }],
    events: [{ shape: 'cross' as const, timeUs: Float64Array.of(1e6, 1e6 + 1, 5e6), colour: LIGHT.series[0] }],
  };
  const frame = { fromUs: 0, toUs: 1e7, size: { width: 640, height: 300 }, theme: LIGHT, title: 'Window' };
  const scene = plotScene(content, frame);
  const words = (marks: readonly Mark[]): string[] =>
    marks.flatMap((mark) => (mark.kind === 'text' ? [mark.text] : []));

  test('names its quantity with its unit, and its time', () => {
    expect(words(scene.marks)).toEqual(expect.arrayContaining(['window, kB', '10 s', 'capacity', 'a <b>', 'Window']));
  });

  test('points lie where the data says', () => {
    expect(scene.timeOf(scene.xOf(3e6))).toBeCloseTo(3e6, 3);
    expect(scene.xOf(0)).toBe(scene.area.x);
    expect(scene.yOf(0)).toBe(scene.area.y + scene.area.height);
  });

  test('draws one shape for events that no eye tells apart, and each that stands alone', () => {
    const clip = scene.marks.find(({ kind }) => kind === 'clip') as Extract<Mark, { kind: 'clip' }>;
    const shapes = clip.marks.find(({ kind }) => kind === 'shapes') as Extract<Mark, { kind: 'shapes' }>;
    expect(shapes.path).toHaveLength(4);
  });

  test('as SVG is XML, its text text, names from outside no markup', () => {
    const svg = sceneToSvg(scene, LIGHT.page);
    const texts: string[] = [];
    const parser = new SaxesParser();
    parser.on('text', (text) => texts.push(text));
    parser.on('error', (error) => {
      throw error;
    });
    parser.write(svg).close();
    expect(texts).toEqual(expect.arrayContaining(['a <b>', 'window, kB']));
    expect(svg).not.toContain('NaN');
  });

  test('stacks: the upper edge is the sum, whatever is missing counts nothing', () => {
    const one = columns([5, 10], [1, 1], 0, 10, 10);
    const late = columns([5, 10], [null, 2], 0, 10, 10);
    const stacked = plotScene(
      {
        ...content,
        ...{ levels: [], events: [] },
        curves: [one, late].map((of) => ({ ...content.curves[0]!, kind: 'bin' as const, columns: of, stacked: true })),
      },
      { ...frame, toUs: 10, theme: DARK },
    );
    const clip = stacked.marks.find(({ kind }) => kind === 'clip') as Extract<Mark, { kind: 'clip' }>;
    const areas = clip.marks.filter((mark): mark is Extract<Mark, { kind: 'area' }> => mark.kind === 'area');
    const top = (path: readonly number[]): number => Math.min(...path.filter((_, i) => i % 2 === 1));
    expect(top(areas[0]!.path)).toBeCloseTo(stacked.yOf(1), 6);
    expect(top(areas[1]!.path)).toBeCloseTo(stacked.yOf(3), 6);
  });
});

test('values are told with their unit; what is not known is no zero', () => {
  expect(valueText(1_500_000, 'bytes/s')).toBe('12.0 Mbit/s');
  expect(valueText(1_500_000, 'bytes/s', { rate: 'B/s' })).toBe('1.50 MB/s');
  expect(valueText(40_000, 'us')).toBe('40.0 ms');
  expect(valueText(0.0194, 'ratio')).toBe('1.94 %');
  expect(valueText(0, 'packets')).toBe('0');
  expect([valueText(null, 'us'), valueText(Number.NaN, 'bytes')]).toEqual(['–', '–']);
});

test('times are as fine as their range', () => {
  expect(timeText(12_345_678, 30e6)).toBe('12.35 s');
  expect(timeText(12_345_678, 1000)).toBe('12.345678 s');
  expect(rangeText(0, 30e6)).toBe('0 to 30 s');
  expect(rangeText(4_134_000, 10_423_000)).toBe('4.134 to 10.423 s');
});
