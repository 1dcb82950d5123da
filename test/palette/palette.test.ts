import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { DARK, LIGHT, onRamp, paletteCss, rampColour, seriesColour, seriesDash } from '../../src/palette/index.js';
import { contrast, distance, SIGHTS } from './vision.js';

const THEMES = { light: LIGHT, dark: DARK };

describe.each(Object.entries(THEMES))('%s', (_, theme) => {
  test.each(SIGHTS)('any two series colours are 8 apart to %s eyes', (sight) => {
    const pairs = theme.series.flatMap((a, i) => theme.series.slice(i + 1).map((b) => [a, b] as const));
    const near = pairs.filter(([a, b]) => distance(a, b, sight) < 8);
    expect(near).toEqual([]);
  });

  test('series stand out from the page, words can be read on it and on cards', () => {
    expect(theme.series.filter((colour) => contrast(colour, theme.page) < 3)).toEqual([]);
    const words = [theme.text, theme.muted, theme.act, theme.good, theme.warn, theme.bad];
    expect(words.filter((colour) => contrast(colour, theme.page) < 4.5 || contrast(colour, theme.card) < 4.5)).toEqual(
      [],
    );
    expect(contrast(theme.onAct, theme.act)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(theme.text, theme.band)).toBeGreaterThanOrEqual(4.5);
  });
});

test('the computation knows what is known of colours', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
  expect(distance('#000000', '#ffffff', 'normal')).toBeCloseTo(100, 0);
  // Red and green, the pair that protan and deutan eyes are tested with.
  expect(distance('#a5312b', '#5c6b1f', 'normal')).toBeGreaterThan(15);
  expect(distance('#a5312b', '#5c6b1f', 'deutan')).toBeLessThan(12);
  // What charts had before: two of the first four in dark.
  expect(distance('#ff922b', '#69db7c', 'deutan')).toBeLessThan(8);
});

test.each(SIGHTS)('the colours of a map only ever get lighter to %s eyes, and words on them are read', (sight) => {
  const steps = Array.from({ length: 21 }, (_, i) => rampColour(i / 20));
  // How far from black, which all sights have alike.
  const light = steps.map((colour) => distance(colour, '#000000', sight));
  light.slice(1).forEach((value, i) => {
    expect(value).toBeGreaterThan(light[i]!);
  });
  expect(light.at(-1)! - light[0]!).toBeGreaterThan(50);
  steps.forEach((colour, i) => {
    expect(contrast(colour, onRamp(i / 20))).toBeGreaterThanOrEqual(4.5);
  });
  expect([rampColour(-1), rampColour(2)]).toEqual([steps[0], steps[20]]);
});

test('18 curves have 18 styles', () => {
  const styles = Array.from({ length: 18 }, (_, i) => `${seriesColour(LIGHT, i)} ${seriesDash(i)}`);
  expect(new Set(styles).size).toBe(18);
});

test('a page has every colour as a property, in both lights', () => {
  const css = paletteCss();
  for (const { series, ...rest } of [LIGHT, DARK])
    for (const colour of [...series, ...Object.values(rest)]) expect(css).toContain(colour);
  expect(css).toContain('--on-act:');
  expect(css).toContain('--series-6:');
});

test('nobody else has colours', () => {
  const own: string[] = [];
  for (const folder of ['src', 'examples'])
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      if (!/\.(ts|css|html)$/.test(name) || /(^|\/)dist\//.test(name)) continue;
      const file = join(folder, name);
      if (file === join('src', 'palette', 'theme.ts')) continue;
      const text = readFileSync(file, 'utf8');
      for (const [colour] of text.matchAll(/#(?:[0-9a-f]{6}|[0-9a-f]{3})(?=['";\s])/g)) own.push(`${file}: ${colour}`);
    }
  expect(own).toEqual([]);
});
