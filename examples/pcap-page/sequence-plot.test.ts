import { expect, test } from 'vitest';
import { bytesOf, type Layer } from './sequence-plot.js';

const layers: readonly Layer[] = [
  { label: 'window', shape: 'step', colour: [0, 0, 0] },
  { label: 'data', shape: 'span', colour: [0, 0, 0] },
];
const marks = (...all: ReadonlyArray<readonly [layer: number, from: number, to: number]>) => ({
  timeUs: all.map((_, index) => index),
  layer: all.map(([layer]) => layer),
  from: all.map(([, from]) => from),
  to: all.map(([, , to]) => to),
});

test('the graph is of the data, however far above it the window is', () => {
  expect(bytesOf(marks([1, 0, 1000], [0, 2 ** 30, 2 ** 30]), layers)).toEqual({ bottom: 0, top: 1500 });
});

test('a window near the data is shown whole', () => {
  expect(bytesOf(marks([1, 0, 1000], [0, 1200, 1200]), layers)).toEqual({ bottom: 0, top: 1200 });
});

test('lines alone, one mark and none have a range too', () => {
  expect(bytesOf(marks([0, 500, 500], [0, 900, 900]), layers)).toEqual({ bottom: 500, top: 900 });
  expect(bytesOf(marks([1, 7, 7]), layers)).toEqual({ bottom: 7, top: 8 });
  expect(bytesOf(marks(), layers)).toEqual({ bottom: 0, top: 1 });
});
