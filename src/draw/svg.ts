// Charts as SVG, by hand: what a chart of ours needs is lines, bars, points, axes and a legend, and a library for it would
// bring a DOM of its own. Coordinates are pixels, rounded to a tenth.

import { LIGHT } from '../palette/index.js';
import type { Curve, Figure, Panel } from './figure.js';
import { ticksOf, tickText } from './ticks.js';

const WIDTH = 960;
const PANEL = 250;
const SCATTER = 420;
const LEFT = 66;
const RIGHT = 18;
const ABOVE = 46;
const BELOW = 40;
const TITLE = 34;
/** Width of a letter of the legend, about. */
const LETTER = 6.6;
const POINT_RADIUS = 4.5;
const FONT = "system-ui, 'DejaVu Sans', 'Liberation Sans', Arial, sans-serif";

/** A picture of its own: no script, no font, nothing from elsewhere. */
export function figureToSvg({ title, panels }: Figure): string {
  const head = title === '' ? 8 : TITLE;
  const heights = panels.map(heightOf);
  const height = heights.reduce((sum, of) => sum + of, head) + 4;
  let y = head;
  const parts = panels.map((panel, index) => {
    const drawn = `<g transform="translate(0 ${y})">${drawPanel(panel, heights[index]!)}</g>`;
    y += heights[index]!;
    return drawn;
  });
  const titled = title === '' ? '' : text(WIDTH / 2, 22, title, { anchor: 'middle', size: 15, weight: 600 });
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="${FONT}">` +
    `<rect width="100%" height="100%" fill="${LIGHT.page}"/>${titled}${parts.join('')}</svg>\n`
  );
}

/** Where values stand inside a panel. */
interface Scale {
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
}

function heightOf({ curves }: Panel): number {
  return curves.some(({ shape }) => shape === 'points') ? SCATTER : PANEL;
}

function drawPanel(panel: Panel, height: number): string {
  const [lowX, highX] = xRange(panel);
  const [lowY, highY] = yRange(panel);
  const bottom = height - BELOW;
  const scale: Scale = {
    x: (value) => LEFT + ((value - lowX) / (highX - lowX)) * (WIDTH - LEFT - RIGHT),
    y: (value) => bottom - ((value - lowY) / (highY - lowY)) * (bottom - ABOVE),
  };
  const xTicks = ticksOf(lowX, highX, 10);
  const yTicks = ticksOf(lowY, highY, (bottom - ABOVE) / 34);
  const grid = [
    ...xTicks.map((value) => line(scale.x(value), ABOVE, scale.x(value), bottom)),
    ...yTicks.map((value) => line(LEFT, scale.y(value), WIDTH - RIGHT, scale.y(value))),
  ];
  const labels = [
    ...xTicks.map((value) => text(scale.x(value), bottom + 16, tickText(value, xTicks), { anchor: 'middle' })),
    ...yTicks.map((value) => text(LEFT - 8, scale.y(value) + 4, tickText(value, yTicks), { anchor: 'end' })),
    text((LEFT + WIDTH - RIGHT) / 2, bottom + 33, panel.xLabel, { anchor: 'middle' }),
    `<g transform="translate(14 ${round((ABOVE + bottom) / 2)}) rotate(-90)">${text(0, 0, panel.yLabel, { anchor: 'middle' })}</g>`,
    text(LEFT, 18, panel.title, { size: 14, weight: 600 }),
  ];
  const count = panel.curves.length;
  const curves = panel.curves.map((curve, index) => drawCurve(curve, panel.x, scale, { index, count }));
  return `<g stroke="${LIGHT.grid}">${grid.join('')}</g>${curves.join('')}${labels.join('')}${legend(panel.curves)}`;
}

// Points keep off the edges.
function xRange({ x, curves }: Panel): [number, number] {
  const [low, high] = rangeOf(x);
  const room = curves.some(({ shape }) => shape === 'points') ? (high - low) * 0.05 : 0;
  const from = low < 0 ? low - room : Math.max(0, low - room);
  return high + room > from ? [from, high + room] : [from, from + 1];
}

function yRange({ curves, yMin = 0 }: Panel): [number, number] {
  const high = curves.reduce((most, { values }) => Math.max(most, rangeOf(values)[1]), yMin);
  return [yMin, high > yMin ? yMin + (high - yMin) * 1.05 : yMin + 1];
}

function rangeOf(values: ArrayLike<number | null>): [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i];
    if (value === null || value === undefined || !Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return low <= high ? [low, high] : [0, 0];
}

function drawCurve(
  { values, colour, dash, shape = 'line', pointPx }: Curve,
  x: ArrayLike<number>,
  scale: Scale,
  { index, count }: { readonly index: number; readonly count: number },
): string {
  const at = (i: number): [number, number] => [scale.x(x[i]!), scale.y(values[i]!)];
  const known = Array.from({ length: Math.min(x.length, values.length) }, (_, i) => i).filter(
    (i) => values[i] !== null && Number.isFinite(values[i]),
  );
  if (shape === 'points') {
    const circles = known
      .map(at)
      .map(([cx, cy]) => `<circle cx="${round(cx)}" cy="${round(cy)}" r="${pointPx ? pointPx / 2 : POINT_RADIUS}"/>`);
    if (pointPx) return `<g fill="${colour}">${circles.join('')}</g>`;
    return `<g fill="${colour}66" stroke="${colour}" stroke-width="1.5">${circles.join('')}</g>`;
  }
  if (shape === 'bars') {
    const room = x.length > 1 ? scale.x(x[1]!) - scale.x(x[0]!) : 24;
    const width = Math.max(1.5, Math.min(24, (0.9 * room) / count));
    const bars = known
      .filter((i) => values[i]! > 0)
      .map((i) => {
        const [cx, cy] = at(i);
        const left = cx - (count * width) / 2 + index * width;
        return `<rect x="${round(left)}" y="${round(cy)}" width="${round(width)}" height="${round(scale.y(0) - cy)}"/>`;
      });
    return `<g fill="${colour}">${bars.join('')}</g>`;
  }
  const dashed = dash ? ` stroke-dasharray="${dash.join(' ')}"` : '';
  const path = shape === 'steps' ? stepPath(known.map(at)) : linePath(known, at);
  return `<path d="${path}" fill="none" stroke="${colour}" stroke-width="1.5" stroke-linejoin="round" stroke-linecap="${dash ? 'butt' : 'round'}"${dashed}/>`;
}

// Of the values that share a column of pixels the first, the least, the greatest and the last are drawn: the line looks the
// same, and the picture does not grow with the run. Where a value is unknown the line has a gap.
function linePath(known: readonly number[], at: (i: number) => [number, number]): string {
  const runs: number[][] = [];
  for (const i of known) {
    const run = runs.at(-1);
    if (run && run.at(-1) === i - 1) run.push(i);
    else runs.push([i]);
  }
  return runs
    .map((run) => {
      const points = thinned(run.map(at));
      // A value between two unknown ones is a dot.
      if (points.length === 1) points.push([points[0]![0] + 1, points[0]![1]]);
      return points.map(([x, y], i) => `${i ? 'L' : 'M'}${round(x)} ${round(y)}`).join('');
    })
    .join('');
}

function thinned(points: readonly [number, number][]): [number, number][] {
  const kept: [number, number][] = [];
  for (let from = 0; from < points.length; ) {
    const column = Math.floor(points[from]![0]);
    let to = from;
    let low = from;
    let high = from;
    for (; to < points.length && Math.floor(points[to]![0]) === column; to += 1) {
      if (points[to]![1] < points[low]![1]) low = to;
      if (points[to]![1] > points[high]![1]) high = to;
    }
    const chosen = [...new Set([from, Math.min(low, high), Math.max(low, high), to - 1])].sort((a, b) => a - b);
    kept.push(...chosen.map((i) => points[i]!));
    from = to;
  }
  return kept;
}

function stepPath(points: readonly [number, number][]): string {
  return points.map(([x, y], i) => (i ? `H${round(x)}V${round(y)}` : `M${round(x)} ${round(y)}`)).join('');
}

// Below the title; what finds no room is left to the colours.
function legend(curves: readonly Curve[]): string {
  const parts: string[] = [];
  let x = LEFT;
  for (const { label, colour, dash } of curves) {
    const width = 30 + label.length * LETTER;
    if (x + width > WIDTH - RIGHT) break;
    const dashed = dash ? ` stroke-dasharray="${dash.join(' ')}"` : '';
    parts.push(
      `<path d="M${round(x)} 34h16" stroke="${colour}" stroke-width="2.5"${dashed}/>${text(x + 21, 38, label, {})}`,
    );
    x += width;
  }
  return parts.join('');
}

interface TextStyle {
  readonly anchor?: 'middle' | 'end';
  readonly size?: number;
  readonly weight?: number;
}

function text(x: number, y: number, words: string, { anchor, size = 12, weight }: TextStyle): string {
  const anchored = anchor ? ` text-anchor="${anchor}"` : '';
  const heavy = weight ? ` font-weight="${weight}"` : '';
  return `<text x="${round(x)}" y="${round(y)}" font-size="${size}" fill="${LIGHT.text}"${anchored}${heavy}>${escapedText(words)}</text>`;
}

function line(x1: number, y1: number, x2: number, y2: number): string {
  return `<path d="M${round(x1)} ${round(y1)}L${round(x2)} ${round(y2)}"/>`;
}

// Names come from files: markup in them is text, and what XML has no place for is left out.
export function escapedText(words: string): string {
  return [...words]
    .filter((letter) => letter >= ' ' && letter !== '\u007f' && !/[\ud800-\udfff\ufffe\uffff]/u.test(letter))
    .join('')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
