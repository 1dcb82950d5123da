import type { Estimate } from '../../base/index.js';
import { onRamp, rampColour, type Theme } from '../../palette/index.js';
import { type Bins, binsOf, cellMeans, type KeyUnit, type SweepKey, type SweepMeasure } from '../../sweep/index.js';
import type { Area, Mark, Scene } from '../scene.js';
import { scaledUnit, valueText } from '../units.js';
import {
  fitted,
  isWord,
  type SweepContent,
  type SweepFrame,
  type SweepPlace,
  sizeText,
  titleMarks,
  widthOf,
} from './frame.js';

// The mean of a measure for each pair of values of two keys, as colours with a scale beside them, and as numbers where there
// is room.

export interface HeatMapContent extends SweepContent {
  readonly across: SweepKey;
  readonly down: SweepKey;
  readonly measure: SweepMeasure;
}

export interface HeatMapScene extends Scene {
  readonly places: readonly SweepPlace[];
  /** Cells in a row of `places`. */
  readonly columns: number;
}

const RIGHT = 12;
const BOTTOM = 40;
const LEGEND = 44;
const LEGEND_WIDE = 180;
const STEPS = 60;
const TEXT = 11;
const ROW = 30;
const FINE_ROW = 16;
const LEAST_HEIGHT = 160;
/** A cell holds a number from this size on. */
const ROOM = { width: 40, height: 16 } as const;

export function heatMapHeight({ down }: Pick<HeatMapContent, 'down'>): number {
  const { count } = binsOf(down);
  return Math.max(LEAST_HEIGHT, count * (count > 12 ? FINE_ROW : ROW)) + LEGEND + BOTTOM;
}

/** What a heat map says, before it is drawn: lines as they stand, the upper first. */
export interface HeatMapCells {
  readonly across: Bins;
  readonly down: Bins;
  /** In words, with the key before it. */
  readonly columns: readonly string[];
  readonly rows: readonly string[];
  readonly cells: readonly (readonly HeatMapCell[])[];
}

export interface HeatMapCell extends Estimate {
  readonly run: number | null;
  readonly filter: string | null;
}

export function heatMapCells({ sweep, runs, across, down, measure }: HeatMapContent): HeatMapCells {
  const [x, y] = [binsOf(across), binsOf(down)];
  const { only, estimate } = cellMeans(sweep, runs, x, y, measure);
  // Sizes rise upwards, as on any axis; words are read downwards.
  const order = Array.from({ length: y.count }, (_, line) => (down.sizes ? y.count - 1 - line : line));
  const columns = Array.from({ length: x.count }, (_, bin) => binWords(x, bin));
  return {
    ...{ across: x, down: y, columns },
    rows: order.map((row) => binWords(y, row)),
    cells: order.map((row) =>
      columns.map((_, column) => {
        const cell = row * x.count + column;
        const found = estimate(cell);
        const filter = [binFilter(x, column), binFilter(y, row)].filter((one) => one !== '').join(' ');
        return { ...found, run: only[cell]! >= 0 ? only[cell]! : null, filter: found.n > 0 ? filter : null };
      }),
    ),
  };
}

export function heatMapScene(content: HeatMapContent, frame: SweepFrame): HeatMapScene {
  const { measure } = content;
  const { size, theme, units, title } = frame;
  const { across: x, down: y, rows, columns, cells } = heatMapCells(content);
  const labels = binTexts(y);
  const left = Math.min(size.width * 0.35, 30 + Math.max(26, ...labels.map(widthOf)));
  const top = LEGEND + (title === undefined ? 0 : 20);
  const area: Area = {
    x: left,
    y: top,
    width: Math.max(40, size.width - left - RIGHT),
    height: Math.max(40, size.height - top - BOTTOM),
  };
  const known = cells.flat().flatMap(({ mean }) => (mean === null ? [] : [mean]));
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const share = (value: number): number => (high > low ? (value - low) / (high - low) : 0.5);
  const most = Math.max(Math.abs(low), Math.abs(high));
  const { factor } = scaledUnit(measure.unit, most, units);
  const [width, height] = [area.width / x.count, area.height / y.count];
  const marks: Mark[] = [];
  const places = cells.flatMap((line, row) =>
    line.map(({ mean, ci95, n, run, filter }, column): SweepPlace => {
      const at = { x: area.x + column * width, y: area.y + row * height, width, height };
      const text = mean === null ? '' : numberText(mean * factor, most * factor);
      marks.push(...cellMarks(at, mean === null ? null : share(mean), theme, text));
      const about = ci95 === null ? '' : ` ± ${valueText(ci95, measure.unit, units)}`;
      return {
        ...{ x: at.x + width / 2, y: at.y + height / 2, width, height, run, filter },
        text: `${columns[column]}, ${rows[row]}: ${measure.title} ${valueText(mean, measure.unit, units)}${about}, n ${n}`,
      };
    }),
  );
  return {
    ...{ width: size.width, height: size.height, area, places, columns: x.count },
    marks: [
      ...titleMarks(title, left, theme),
      ...legend(measure, low, high, area, frame),
      ...marks,
      ...downLabels(y, labels, area, theme),
      ...acrossLabels(x, area, theme),
    ],
  };
}

function cellMarks(at: Area, share: number | null, theme: Theme, text: string): Mark[] {
  const inside = { x: at.x + 0.5, y: at.y + 0.5, width: Math.max(1, at.width - 1), height: Math.max(1, at.height - 1) };
  if (share === null)
    return [
      { kind: 'rect', ...inside, colour: theme.card },
      // Nothing is known is no colour of the scale.
      {
        kind: 'line',
        path: [at.x + 3, at.y + at.height - 3, at.x + at.width - 3, at.y + 3],
        colour: theme.line,
        width: 1.5,
      },
    ];
  const hasRoom = at.width >= Math.max(ROOM.width, widthOf(text) + 6) && at.height >= ROOM.height;
  return [
    { kind: 'rect', ...inside, colour: rampColour(share) },
    ...(hasRoom
      ? [
          {
            ...{ kind: 'text' as const, x: at.x + at.width / 2, y: at.y + at.height / 2 + 4 },
            ...{ text, colour: onRamp(share), size: TEXT, anchor: 'middle' as const },
          },
        ]
      : []),
  ];
}

/** Digits as the greatest needs them, so that numbers of one map are read beside one another. */
function numberText(value: number, most: number): string {
  return value.toFixed(most >= 100 ? 0 : most >= 10 ? 1 : most >= 1 ? 2 : 3);
}

/** The colours and what they stand for, least and greatest at the ends. */
function legend(measure: SweepMeasure, low: number, high: number, area: Area, { theme, units }: SweepFrame): Mark[] {
  const { label } = scaledUnit(measure.unit, Math.max(Math.abs(low), Math.abs(high)), units);
  const words = `mean ${measure.title}${label === '' ? '' : `, ${label}`}`;
  const y = area.y - 26;
  const width = Math.min(LEGEND_WIDE, area.width * 0.5);
  if (!Number.isFinite(low))
    return [{ kind: 'text', x: area.x, y: y + 9, text: words, colour: theme.muted, size: TEXT }];
  const from = area.x;
  return [
    ...Array.from(
      { length: STEPS },
      (_, i): Mark => ({
        ...{ kind: 'rect', x: from + (i * width) / STEPS, y, width: width / STEPS + 0.5, height: 9 },
        colour: rampColour((i + 0.5) / STEPS),
      }),
    ),
    { kind: 'text', x: from, y: y + 20, text: valueText(low, measure.unit, units), colour: theme.muted, size: TEXT },
    {
      ...{ kind: 'text', x: from + width, y: y + 20, text: valueText(high, measure.unit, units), colour: theme.muted },
      ...{ size: TEXT, anchor: 'end' },
    },
    { kind: 'text', x: from, y: y - 5, text: words, colour: theme.muted, size: TEXT },
  ];
}

function downLabels(bins: Bins, labels: readonly string[], area: Area, theme: Theme): Mark[] {
  const height = area.height / bins.count;
  const step = Math.max(1, Math.ceil(13 / height));
  const texts = labels.flatMap((text, i): Mark[] => {
    if (i % step > 0) return [];
    const line = bins.key.sizes ? bins.count - 1 - i : i;
    // An edge stands at its edge, a value in the middle of its row.
    const y = area.y + (line + (bins.edges ? 1 : 0.5)) * height + 4;
    return [
      {
        kind: 'text',
        x: area.x - 6,
        y,
        text: fitted(text, area.x - 28),
        colour: theme.text,
        size: TEXT,
        anchor: 'end',
      },
    ];
  });
  return [
    ...texts,
    {
      ...{ kind: 'text', x: 11, y: area.y + area.height / 2, text: bins.key.name, turned: true },
      ...{ colour: theme.muted, size: TEXT, anchor: 'middle' },
    },
  ];
}

function acrossLabels(bins: Bins, area: Area, theme: Theme): Mark[] {
  const labels = binTexts(bins);
  const width = area.width / bins.count;
  const widest = Math.min(90, Math.max(...labels.map(widthOf)));
  const step = Math.max(1, Math.ceil((widest + 8) / width));
  const bottom = area.y + area.height;
  const texts = labels.flatMap((text, i): Mark[] => {
    if (i % step > 0) return [];
    const x = area.x + (i + (bins.edges ? 0 : 0.5)) * width;
    return [
      {
        ...{ kind: 'text', x, y: bottom + 15, text: fitted(text, Math.max(widest, step * width)) },
        ...{ colour: theme.text, size: TEXT, anchor: 'middle' },
      },
    ];
  });
  return [
    ...texts,
    {
      ...{ kind: 'text', x: area.x + area.width / 2, y: bottom + 31, text: bins.key.name },
      ...{ colour: theme.muted, size: TEXT, anchor: 'middle' },
    },
  ];
}

/** Values, or the lower edges of parts of a range. */
function binTexts({ key, edges, count }: Bins): string[] {
  return edges ? edges.slice(0, count).map((edge) => sizeText(key, edge)) : [...key.values];
}

function binWords({ key, edges }: Bins, bin: number): string {
  if (!edges) return `${key.name} ${key.values[bin]}`;
  return `${key.name} ${sizeText(key, edges[bin]!)} to ${sizeText(key, edges[bin + 1]!)}`;
}

/** What leaves the runs of a bin; nothing where a filter cannot say it. */
function binFilter({ key, edges, count }: Bins, bin: number): string {
  const value = key.values[bin]!;
  if (!edges) return isWord(value) ? `${key.name}=${value}` : '';
  const unit = key.name === 'queue' && key.unit === 'none' ? 'bdp' : UNITS[key.unit];
  const last = bin === count - 1;
  return `${key.name}>=${edges[bin]}${unit} ${key.name}${last ? '<=' : '<'}${edges[bin + 1]}${unit}`;
}

/** As a filter reads what sizes are in. */
const UNITS: Readonly<Record<KeyUnit, string>> = {
  ...{ 'bytes/s': 'B/s', us: 'us', bytes: 'B', packets: 'pkt', ratio: '', none: '' },
};
