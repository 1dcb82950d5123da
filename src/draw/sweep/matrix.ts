import type { Estimate } from '../../base/index.js';
import { binsOf, cellMeans, pairedDifferences, type SweepKey, type SweepMeasure } from '../../sweep/index.js';
import type { Area, Mark, Scene } from '../scene.js';
import { scaledUnit, type Units, valueText } from '../units.js';
import { fitted, isWord, type SweepContent, type SweepFrame, type SweepPlace, titleMarks, widthOf } from './frame.js';

// A × B: the values of one key beside those of another, each cell its mean with the 95 % interval. A key beside itself is
// head to head: row minus column, over runs that are alike in everything else, the seed with it.

export interface MatrixContent extends SweepContent {
  readonly down: SweepKey;
  readonly across: SweepKey;
  readonly measure: SweepMeasure;
}

export interface MatrixScene extends Scene {
  readonly places: readonly SweepPlace[];
  readonly columns: number;
}

/** What a matrix says, before it is drawn. */
export interface MatrixCells {
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  readonly isHeadToHead: boolean;
  readonly cells: readonly (readonly MatrixCell[])[];
  /** Values beyond those that are shown. */
  readonly left: number;
}

export interface MatrixCell extends Estimate {
  /** Head to head: pairs in which the row has more; null for a plain mean. */
  readonly more: number | null;
  readonly run: number | null;
  readonly filter: string | null;
}

/** More do not fit beside each other. */
const MOST = 16;
const RIGHT = 12;
const TOP = 46;
const ROW = 38;
const BELOW = 8;
const TEXT = 12;
const SMALL = 10.5;

export function matrixCells({ sweep, runs, down, across, measure }: MatrixContent): MatrixCells {
  if (down.name === across.name) {
    const { places, cells } = pairedDifferences(sweep, runs, down, measure);
    const names = places.map((place) => down.values[place]!);
    return {
      ...{ rows: names, columns: names, isHeadToHead: true, left: down.values.length - names.length },
      cells: cells.map((row, a) =>
        row.map((cell, b) => ({
          ...cell,
          run: null,
          filter: a !== b && isWord(names[a]!) && isWord(names[b]!) ? `${down.name}=${names[a]},${names[b]}` : null,
        })),
      ),
    };
  }
  const [x, y] = [binsOf(across), binsOf(down)];
  const { only, estimate } = cellMeans(sweep, runs, x, y, measure);
  const rows = [...down.values].slice(0, MOST);
  const columns = [...across.values].slice(0, MOST);
  return {
    ...{ rows, columns, isHeadToHead: false },
    left: Math.max(0, down.values.length - MOST, across.values.length - MOST),
    cells: rows.map((row, a) =>
      columns.map((column, b) => {
        const cell = a * x.count + b;
        return {
          ...estimate(cell),
          more: null,
          run: only[cell]! >= 0 ? only[cell]! : null,
          filter: isWord(row) && isWord(column) ? `${down.name}=${row} ${across.name}=${column}` : null,
        };
      }),
    ),
  };
}

/** Whether a key has few enough values to stand in a matrix. */
export function fitsMatrix({ values }: SweepKey): boolean {
  return values.length > 1 && values.length <= MOST;
}

export function matrixHeight({ down }: Pick<MatrixContent, 'down'>): number {
  return TOP + Math.min(MOST, down.values.length) * ROW + BELOW;
}

export function matrixScene(content: MatrixContent, frame: SweepFrame): MatrixScene {
  const { down, across, measure } = content;
  const { size, theme, units, title } = frame;
  const { rows, columns, isHeadToHead, cells } = matrixCells(content);
  const left = Math.min(size.width * 0.3, 16 + Math.max(widthOf(down.name), ...rows.map(widthOf)));
  const top = TOP + (title === undefined ? 0 : 20);
  const area: Area = {
    ...{ x: left, y: top, width: Math.max(40, size.width - left - RIGHT) },
    height: Math.max(20, size.height - top - BELOW),
  };
  const [width, height] = [area.width / Math.max(1, columns.length), area.height / Math.max(1, rows.length)];
  const known = cells.flat().flatMap(({ mean }) => (mean === null ? [] : [mean]));
  const most = Math.max(0, ...known.map(Math.abs));
  const { label } = scaledUnit(measure.unit, most, units);
  const unit = label === '' ? '' : `, ${label}`;
  const words = isHeadToHead
    ? `${measure.title}, row minus column${unit}: pairs alike in all else`
    : `mean ${measure.title}${unit}, with its 95 % interval`;
  const marks: Mark[] = [
    ...titleMarks(title, left, theme),
    { kind: 'text', x: 4, y: top - 32, text: fitted(words, size.width - 8), colour: theme.muted, size: 11 },
    { kind: 'text', x: 4, y: top - 8, text: fitted(down.name, left - 8), colour: theme.muted, size: 11 },
    ...columns.map(
      (name, i): Mark => ({
        ...{ kind: 'text', x: area.x + (i + 0.5) * width, y: top - 8, anchor: 'middle', size: TEXT },
        ...{
          text: fitted(isHeadToHead ? `− ${name}` : `${i === 0 ? `${across.name} ` : ''}${name}`, width - 4),
          colour: theme.text,
        },
      }),
    ),
    ...rows.map(
      (name, i): Mark => ({
        ...{ kind: 'text', x: area.x - 6, y: area.y + (i + 0.5) * height + 4, anchor: 'end', size: TEXT },
        ...{ text: fitted(name, left - 10), colour: theme.text },
      }),
    ),
  ];
  const places = cells.flatMap((row, a) =>
    row.map((cell, b): SweepPlace => {
      const at = { x: area.x + b * width, y: area.y + a * height, width, height };
      const isSelf = isHeadToHead && a === b;
      marks.push(...cellMarks(at, cell, { measure, most, isHeadToHead, isSelf, frame }));
      return {
        ...{
          x: at.x + width / 2,
          y: at.y + height / 2,
          width,
          height,
          run: cell.run,
          filter: isSelf ? null : cell.filter,
        },
        text: isSelf ? `${rows[a]}: itself` : cellText(rows[a]!, columns[b]!, cell, { down, across, measure }, units),
      };
    }),
  );
  return { ...{ width: size.width, height: size.height, area, places, columns: columns.length }, marks };
}

interface CellStyle {
  readonly measure: SweepMeasure;
  readonly most: number;
  readonly isHeadToHead: boolean;
  readonly isSelf: boolean;
  readonly frame: SweepFrame;
}

function cellMarks(at: Area, { mean, ci95 }: MatrixCell, style: CellStyle): Mark[] {
  const { measure, most, isHeadToHead, isSelf, frame } = style;
  const { theme, units } = frame;
  const inside = { x: at.x + 1, y: at.y + 1, width: Math.max(1, at.width - 2), height: Math.max(1, at.height - 2) };
  const [x, y] = [at.x + at.width / 2, at.y + at.height / 2];
  const ground: Mark = { kind: 'rect', ...inside, colour: theme.card };
  if (isSelf || mean === null)
    return [
      ground,
      { kind: 'text', x, y: y + 4, text: isSelf ? '·' : '–', colour: theme.muted, size: TEXT, anchor: 'middle' },
    ];
  const { factor } = scaledUnit(measure.unit, most, units);
  const digits = most * factor >= 100 ? 0 : most * factor >= 10 ? 1 : 2;
  const sign = isHeadToHead && mean > 0 ? '+' : '';
  // What the interval does not tell from none is no difference.
  const isTold = !isHeadToHead || (ci95 !== null && Math.abs(mean) > ci95);
  const colour = mean >= 0 ? theme.series[0] : theme.series[1];
  const share = most > 0 ? Math.abs(mean) / most : 0;
  const text = `${sign}${(mean * factor).toFixed(digits)}`.replace('-', '−');
  const about = ci95 === null ? '' : `± ${(ci95 * factor).toFixed(digits)}`;
  const hasRoom = at.width > widthOf(about) + 8 && at.height >= 30;
  return [
    ground,
    ...(isTold && (isHeadToHead || most > 0)
      ? [{ kind: 'rect' as const, ...inside, colour, alpha: 0.06 + 0.24 * share }]
      : []),
    {
      ...{ kind: 'text', x, y: hasRoom && about !== '' ? y - 1 : y + 4, text, anchor: 'middle' },
      ...{ colour: isTold ? theme.text : theme.muted, size: TEXT, ...(isTold && isHeadToHead ? { weight: 600 } : {}) },
    },
    ...(hasRoom && about !== ''
      ? [
          {
            kind: 'text' as const,
            x,
            y: y + 12,
            text: about,
            colour: theme.muted,
            size: SMALL,
            anchor: 'middle' as const,
          },
        ]
      : []),
  ];
}

/** A cell in words. */
export function cellText(
  row: string,
  column: string,
  { mean, ci95, n, more }: MatrixCell,
  { down, across, measure }: Pick<MatrixContent, 'down' | 'across' | 'measure'>,
  units: Units,
): string {
  const value = (of: number | null): string => valueText(of, measure.unit, units);
  const about = ci95 === null ? '' : ` ± ${value(ci95)}`;
  if (more === null)
    return `${down.name} ${row}, ${across.name} ${column}: ${measure.title} ${value(mean)}${about}, n ${n}`;
  const told = mean === null || ci95 === null || Math.abs(mean) <= ci95 ? '; no difference is told' : '';
  const sign = mean !== null && mean > 0 ? '+' : '';
  return `${row} minus ${column}: ${measure.title} ${sign}${value(mean)}${about}, ${more} of ${n} pairs more${told}`;
}
