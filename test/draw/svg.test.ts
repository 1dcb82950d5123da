import { SaxesParser } from 'saxes';
import { describe, expect, test } from 'vitest';
import { compareCaptures, openCapture } from '../../src/capture/index.js';
import {
  comparisonFigure,
  type Figure,
  figureToSvg,
  overallFigure,
  runFigure,
  seriesFigure,
} from '../../src/draw/index.js';
import { ticksOf, tickText } from '../../src/draw/ticks.js';
import { simulate } from '../../src/sim/index.js';
import { transfer, twoCaptures } from '../capture/two-points.js';

/** Every element of a picture, which must be XML as it stands. */
function elements(svg: string): Array<{ readonly name: string; readonly attributes: Record<string, string> }> {
  const found: Array<{ name: string; attributes: Record<string, string> }> = [];
  const parser = new SaxesParser();
  parser.on('opentag', ({ name, attributes }) =>
    found.push({ name, attributes: attributes as Record<string, string> }),
  );
  parser.on('error', (error) => {
    throw error;
  });
  parser.write(svg).close();
  return found;
}

const one = (values: Array<number | null>, shape?: 'bars' | 'points' | 'steps'): Figure => ({
  title: '',
  panels: [
    {
      ...{ title: 'one', xLabel: 's', yLabel: 'ms', x: values.map((_, i) => i) },
      curves: [{ label: 'a', colour: '#123456', values, ...(shape ? { shape } : {}) }],
    },
  ],
});
const pathOf = (figure: Figure): string =>
  elements(figureToSvg(figure)).find(({ attributes }) => attributes['stroke'] === '#123456')!.attributes['d']!;

describe('axes', () => {
  test('ticks are round, within the range, and told apart by their digits', () => {
    expect(ticksOf(0, 10, 5)).toEqual([0, 2, 4, 6, 8, 10]);
    expect(ticksOf(0.3, 1.1, 4).map((value, _, all) => tickText(value, all))).toEqual(['0.4', '0.6', '0.8', '1.0']);
    expect(ticksOf(-5, 5, 4).map((value, _, all) => tickText(value, all))).toEqual(['-5', '0', '5']);
    expect(ticksOf(7, 7, 4)).toEqual([7]);
    expect(ticksOf(0, 3e9, 3)).toEqual([0, 1e9, 2e9, 3e9]);
  });
});

describe('curves', () => {
  test('what is unknown is a gap; a value alone is a dot', () => {
    expect(pathOf(one([1, 2, null, 3, null, 4, 5])).match(/M/g)).toHaveLength(3);
    expect(pathOf(one([null, 3, null]))).toMatch(/^M[\d.]+ [\d.]+L[\d.]+ [\d.]+$/);
    expect(pathOf(one([]))).toBe('');
  });

  test('a long run is as large as the picture is wide, and keeps its peaks', () => {
    const values = Array.from({ length: 200_000 }, (_, i) => (i === 123_456 ? 1000 : i % 10));
    const path = pathOf(one(values));
    expect(path.split(/[ML]/).length).toBeLessThan(4 * 960);
    const heights = path
      .split(/[ML]/)
      .slice(1)
      .map((point) => Number(point.split(' ')[1]));
    const top = Number(
      pathOf(one([0, 1000]))
        .split('L')[1]!
        .split(' ')[1],
    );
    expect(Math.min(...heights)).toBe(top);
  });

  test('bars, points and steps', () => {
    expect(elements(figureToSvg(one([0, 2, 3], 'bars'))).filter(({ name }) => name === 'rect')).toHaveLength(1 + 2);
    expect(elements(figureToSvg(one([1, null, 3], 'points'))).filter(({ name }) => name === 'circle')).toHaveLength(2);
    expect(pathOf(one([1, 2, 3], 'steps'))).toMatch(/^M[\d. ]+H[\d.]+V[\d.]+H[\d.]+V[\d.]+$/);
  });

  test('names are text, whatever is in them', () => {
    const figure = one([1, 2]);
    const title = '<script>alert("&")</script>\u0000\ud800 Ünï →';
    const svg = figureToSvg({ ...figure, title });
    expect(elements(svg).some(({ name }) => name === 'script')).toBe(false);
    expect(svg).toContain('&lt;script&gt;alert(&quot;&amp;&quot;)&lt;/script&gt; Ünï →</text>');
  });

  test('no number of a picture is unknown, whatever the values are', () => {
    const odd = [Number.NaN, Number.POSITIVE_INFINITY, null, -0, 1e300, 5e-324];
    for (const shape of [undefined, 'bars', 'points', 'steps'] as const) {
      expect(figureToSvg(one(odd, shape))).not.toMatch(/NaN|Infinity|undefined/);
    }
  });
});

describe('figures', () => {
  const captures = twoCaptures(
    transfer({ segments: 200, everyUs: 5000, delayUs: (i) => 20_000 + i * 10, lost: new Set([20]) }),
  );
  const titles = (figure: Figure): string[] => {
    expect(figureToSvg(figure)).not.toMatch(/NaN|Infinity|undefined/);
    elements(figureToSvg(figure));
    return figure.panels.map(({ title }) => title);
  };

  test('a run', () => {
    const result = simulate({ flows: [{ algorithm: 'aimd', count: 9 }], duration: '2s' });
    const figure = runFigure(result);
    expect(titles(figure)).toEqual(expect.arrayContaining(['Congestion window', 'Queue', 'Packets lost, per bin']));
    expect(figure.title).toBe('The first 8 of 9 flows');
    expect(figure.panels[0]!.curves.map(({ label }) => label)).toContain('aimd 0');
  });

  test('a capture, a connection, two captures', async () => {
    const capture = await openCapture(captures[0]);
    expect(titles(overallFigure((await capture.analyse()).overall))).toEqual(['Rate on the wire', 'Packets']);
    const series = await capture.series({ connection: 1 });
    expect(titles(seriesFigure(series))).toEqual(['Rate', 'In flight', 'Round-trip time']);
    expect(seriesFigure(series).title).toBe('Flow 1: 10.0.0.1 1000 → 10.0.0.2 80');
    const found = await compareCaptures(capture, await openCapture(captures[1]));
    const figure = comparisonFigure(found);
    expect(titles(figure)).toEqual([
      'Delay from point to point',
      'Packets lost between the points, per bin',
      'Packets that arrived',
    ]);
    // The bins drawn are fewer, and have the same packets.
    const drawn = Array.from(figure.panels[1]!.curves[0]!.values).reduce<number>((sum, value) => sum + value!, 0);
    expect(drawn).toBe(1);
    const unmatched = await compareCaptures(capture, await openCapture(captures[0].subarray(0, 24)));
    expect(unmatched.clock.status).toBe('unmatched');
    titles(comparisonFigure(unmatched));
  });
});
