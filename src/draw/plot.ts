import type { Theme } from '../palette/index.js';
import type { SeriesColumns, SeriesKind, Unit } from '../run/index.js';
import { upAxis } from './axes.js';
import type { Area, Mark, Scene, Shape, Size } from './scene.js';
import { ticksOf, tickText } from './ticks.js';
import { BITS, type Units } from './units.js';

// One plot over time: curves out of columns of pixels, levels across it, events along its upper edge, and axes with
// quantity and unit.

export interface PlotCurve {
  readonly label: string;
  readonly columns: SeriesColumns;
  readonly kind: SeriesKind;
  readonly colour: string;
  readonly dash?: readonly number[];
  readonly width?: number;
  readonly alpha?: number;
  /** Drawn on top of the one before, as an area: shares of a whole. */
  readonly stacked?: boolean;
}

/** A value that holds all the time: a capacity, a base round trip. */
export interface Level {
  readonly label: string;
  readonly value: number;
}

/** Events along the upper edge, a shape each. */
export interface EventRow {
  readonly shape: Shape;
  readonly timeUs: Float64Array;
  readonly colour: string;
  /** 0 is the upper one. */
  readonly row?: number;
}

export interface PlotContent {
  readonly quantity: string;
  readonly unit: Unit;
  readonly curves: readonly PlotCurve[];
  readonly levels: readonly Level[];
  readonly events?: readonly EventRow[];
  /** From the least value instead of 0. */
  readonly fromLeast?: boolean;
  /** Each step up is as many times more. Values that are not above 0 stand at the lower edge. */
  readonly log?: boolean;
}

export interface PlotFrame {
  readonly fromUs: number;
  readonly toUs: number;
  readonly size: Size;
  readonly theme: Theme;
  readonly units?: Units;
  /** With title and legend inside, as a picture of its own has them. */
  readonly title?: string;
}

/** What a scene of a plot knows of its axes, for pointers. */
export interface PlotScene extends Scene {
  readonly yOf: (value: number) => number;
  readonly timeOf: (x: number) => number;
  readonly xOf: (us: number) => number;
}

const LEFT = 56;
const RIGHT = 12;
const TOP = 10;
const BOTTOM = 24;
const HEADED = 44;
const TEXT = 11;
/** Width of a letter, about. */
const LETTER = 5.8;
const EVENT_SIZE = 7;

/** Where the data of a plot of this size stands; views over one time line share its left and right edge. */
export function plotArea({ width, height }: Size, headed = false): Area {
  const top = headed ? HEADED : TOP;
  return {
    x: LEFT,
    y: top,
    width: Math.max(1, width - LEFT - RIGHT),
    height: Math.max(1, height - top - BOTTOM),
  };
}

export function plotScene(content: PlotContent, frame: PlotFrame): PlotScene {
  const { size, theme, fromUs, toUs, units = BITS, title } = frame;
  const area = plotArea(size, title !== undefined);
  const stacks = stacked(content.curves);
  const [least, most] = valueRange(content, stacks);
  const isLog = content.log === true && most > 0;
  const [low, high] = isLog ? logRange(content, most) : [least, most];
  const perUs = area.width / Math.max(toUs - fromUs, 1e-9);
  const xOf = (us: number): number => area.x + (us - fromUs) * perUs;
  const timeOf = (x: number): number => fromUs + (x - area.x) / perUs;
  const share = isLog
    ? (value: number): number => Math.log(Math.max(value, low) / low) / Math.log(high / low)
    : (value: number): number => (value - low) / (high - low);
  const yOf = (value: number): number => area.y + area.height - share(value) * area.height;
  const inside: Mark[] = [
    ...stacks.map(
      ({ curve, base, top }): Mark => ({
        kind: 'area',
        path: bandPath(curve.columns, base, top, { xOf, yOf, fromUs }),
        colour: curve.colour,
        alpha: 0.75,
      }),
    ),
    ...content.levels.map(
      ({ value }): Mark => ({
        ...{ kind: 'line', colour: theme.muted, width: 1, dash: [5, 4] },
        path: [area.x, yOf(value), area.x + area.width, yOf(value)],
      }),
    ),
    ...content.curves
      .filter((curve) => !curve.stacked)
      .map(
        ({ columns, kind, colour, dash, alpha, width = 1.5 }): Mark => ({
          ...{ kind: 'line', path: curvePath(columns, kind, xOf, yOf), colour, width },
          ...(dash && dash.length > 0 ? { dash } : {}),
          ...(alpha === undefined ? {} : { alpha }),
        }),
      ),
    ...(content.events ?? []).map(
      ({ shape, timeUs, colour, row = 0 }): Mark => ({
        ...{ kind: 'shapes', shape, colour, size: EVENT_SIZE },
        path: eventPath(timeUs, xOf, area.y + EVENT_SIZE * (1 + 1.4 * row)),
      }),
    ),
  ];
  const labels = content.levels.flatMap(({ label, value }): Mark[] => {
    const y = yOf(value) - 5 > area.y + 10 ? yOf(value) - 5 : yOf(value) + 14;
    const right = area.x + area.width - 4;
    const width = label.length * LETTER + 6;
    return [
      // Words over curves are read on a ground of their own.
      { kind: 'rect', x: right - width + 3, y: y - 10, width, height: 13, colour: theme.page, alpha: 0.85 },
      { kind: 'text', text: label, colour: theme.muted, size: TEXT, anchor: 'end', x: right, y },
    ];
  });
  return {
    ...{ width: size.width, height: size.height, area, xOf, yOf, timeOf },
    marks: [
      ...timeAxis(area, { fromUs, toUs, xOf }, theme),
      ...upAxis(area, { low, high, at: yOf, quantity: content.quantity, unit: content.unit, units, log: isLog }, theme),
      { kind: 'clip', area, marks: inside },
      ...labels,
      ...(title === undefined ? [] : heading(title, content.curves, area, theme)),
    ],
  };
}

interface XScale {
  readonly fromUs: number;
  readonly toUs: number;
  readonly xOf: (us: number) => number;
}

/** Grid, ticks and labels of time below; shared by every view over time. */
export function timeAxis(area: Area, { fromUs, toUs, xOf }: XScale, theme: Theme): Mark[] {
  const seconds = ticksOf(fromUs / 1e6, toUs / 1e6, Math.max(2, area.width / 90));
  const bottom = area.y + area.height;
  return seconds.flatMap((value, i): Mark[] => {
    const x = xOf(value * 1e6);
    const last = i === seconds.length - 1;
    return [
      { kind: 'line', path: [x, area.y, x, bottom], colour: theme.grid, width: 1 },
      {
        ...{ kind: 'text', x, y: bottom + 16, colour: theme.muted, size: TEXT },
        // The last one says the unit of all.
        text: tickText(value, seconds) + (last ? ' s' : ''),
        anchor: x > area.x + area.width - 16 ? 'end' : 'middle',
      },
    ];
  });
}

function heading(title: string, curves: readonly PlotCurve[], area: Area, theme: Theme): Mark[] {
  let x = area.x;
  const entries = curves.flatMap(({ label, colour, dash }): Mark[] => {
    const at = x;
    x += 30 + label.length * 6.2;
    return [
      { kind: 'line', path: [at, 32, at + 18, 32], colour, width: 2, ...(dash && dash.length > 0 ? { dash } : {}) },
      { kind: 'text', x: at + 23, y: 36, text: label, colour: theme.text, size: TEXT },
    ];
  });
  return [{ kind: 'text', x: area.x, y: 18, text: title, colour: theme.text, size: 13, weight: 600 }, ...entries];
}

/**
 * The line through columns: one known sample is a point, several are the span from their least to their greatest and then the
 * last. A column that knows none of its samples breaks the line; one without samples does not.
 */
export function curvePath(
  { fromUs, toUs, min, max, last, lastUs, count, unknown, before, after }: SeriesColumns,
  kind: SeriesKind,
  xOf: (us: number) => number,
  yOf: (value: number) => number,
): number[] {
  const path: number[] = [];
  const width = (toUs - fromUs) / count.length;
  let open = before !== null;
  let [x, y] = [0, 0];
  const put = (toX: number, toY: number): void => {
    // A bin's value is that of the time before its end.
    if (kind === 'bin' && open && path.length > 0) path.push(x, toY);
    path.push(toX, toY);
    [x, y] = [toX, toY];
    open = true;
  };
  if (before) put(xOf(before.timeUs), yOf(before.value));
  for (let i = 0; i < count.length; i += 1) {
    if (count[i] === 0) {
      if (unknown[i]! > 0 && open) {
        path.push(Number.NaN, Number.NaN);
        open = false;
      }
      continue;
    }
    if (!open && path.length === 0 && kind === 'bin') open = true;
    if (count[i]! > 1) {
      const middle = xOf(fromUs + (i + 0.5) * width);
      const [low, high] = [yOf(min[i]!), yOf(max[i]!)];
      const downFirst = Math.abs(y - low) < Math.abs(y - high);
      path.push(middle, downFirst ? low : high, middle, downFirst ? high : low);
      [x, y] = [middle, downFirst ? high : low];
      open = true;
    }
    put(xOf(lastUs[i]!), yOf(last[i]!));
  }
  if (after && open) put(xOf(after.timeUs), yOf(after.value));
  return path;
}

interface Stack {
  readonly curve: PlotCurve;
  readonly base: Float64Array;
  readonly top: Float64Array;
}

/** Each stacked curve on those before it; what is not known adds nothing. */
function stacked(curves: readonly PlotCurve[]): Stack[] {
  let base: Float64Array | undefined;
  return curves
    .filter((curve) => curve.stacked)
    .map((curve) => {
      const under = base ?? new Float64Array(curve.columns.count.length);
      const values = held(curve.columns);
      base = under.map((value, i) => value + (values[i] || 0));
      return { curve, base: under, top: base };
    });
}

/** The value of each column: that of its last sample, or of the sample that reaches over it. NaN in gaps. */
function held({ last, count, unknown, before, after }: SeriesColumns): Float64Array {
  const values = Float64Array.from(last);
  let next = after ? after.value : Number.NaN;
  for (let i = values.length - 1; i >= 0; i -= 1) {
    // A bin's value is that of the time before its end, so a column without an end in it has that of the next.
    if (count[i]! > 0) next = last[i]!;
    else if (unknown[i]! > 0) next = Number.NaN;
    else values[i] = next;
  }
  return before === null && after === null && values.every(Number.isNaN) ? new Float64Array(values.length) : values;
}

function bandPath(
  { count, toUs }: SeriesColumns,
  base: Float64Array,
  top: Float64Array,
  {
    xOf,
    yOf,
    fromUs,
  }: { readonly xOf: (us: number) => number; readonly yOf: (value: number) => number; readonly fromUs: number },
): number[] {
  const width = (toUs - fromUs) / count.length;
  const path: number[] = [];
  for (let i = 0; i < top.length; i += 1)
    path.push(xOf(fromUs + i * width), yOf(top[i]!), xOf(fromUs + (i + 1) * width), yOf(top[i]!));
  for (let i = base.length - 1; i >= 0; i -= 1)
    path.push(xOf(fromUs + (i + 1) * width), yOf(base[i]!), xOf(fromUs + i * width), yOf(base[i]!));
  return path;
}

function valueRange({ curves, levels, fromLeast }: PlotContent, stacks: readonly Stack[]): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const see = (value: number): void => {
    if (!Number.isFinite(value)) return;
    low = Math.min(low, value);
    high = Math.max(high, value);
  };
  for (const { columns, stacked: isStacked } of curves) {
    if (isStacked) continue;
    columns.min.forEach(see);
    columns.max.forEach(see);
    if (columns.before) see(columns.before.value);
    if (columns.after) see(columns.after.value);
  }
  for (const { top } of stacks) top.forEach(see);
  for (const { value } of levels) see(value);
  if (!(high >= low)) return [0, 1];
  const from = fromLeast ? low - 0.05 * (high - low) : Math.min(0, low);
  return high > from ? [from, from + (high - from) * 1.08] : [from, from + 1];
}

/** From the least that is above 0. */
function logRange({ curves, levels }: PlotContent, most: number): [number, number] {
  let low = most;
  const see = (value: number): void => {
    if (value > 0 && value < low) low = value;
  };
  for (const { columns } of curves) columns.min.forEach(see);
  for (const { value } of levels) see(value);
  return [Math.min(low * 0.93, most / 1.2), most];
}

/** At most one shape in each three pixels: more cannot be told apart, and none of them is left out where it is alone. */
function eventPath(timeUs: Float64Array, xOf: (us: number) => number, y: number): number[] {
  const path: number[] = [];
  let lastX = Number.NEGATIVE_INFINITY;
  for (const us of timeUs) {
    const x = xOf(us);
    if (x - lastX < 3) continue;
    path.push(x, y);
    lastX = x;
  }
  return path;
}
