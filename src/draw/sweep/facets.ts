import type { SweepKey, SweepMeasure } from '../../sweep/index.js';
import { acrossAxis, upAxis } from '../axes.js';
import type { Area, Mark, Scene } from '../scene.js';
import { valueText } from '../units.js';
import {
  groupStyle,
  runWords,
  type SweepContent,
  type SweepFrame,
  type SweepPlace,
  titleMarks,
  widthOf,
} from './frame.js';
import { type PlacedRun, thinned } from './thinned.js';

// Each run a point, one measure against another, in a panel for each value of a key. All panels have one scale.

export interface FacetsContent extends SweepContent {
  readonly x: SweepMeasure;
  readonly y: SweepMeasure;
  /** Tells points apart by colour and shape; null: they are all one. */
  readonly group: SweepKey | null;
  /** A panel for each of its values; null: one panel. */
  readonly facet: SweepKey | null;
}

export interface FacetsScene extends Scene {
  readonly places: readonly SweepPlace[];
  /** Runs that are drawn, of those both of whose measures are known. */
  readonly drawn: number;
  readonly known: number;
}

const LEFT = 56;
const RIGHT = 12;
const TOP = 8;
/** With a title and what tells points apart. */
const HEADED = 50;
const NAMED = 18;
const BOTTOM = 38;
const GAP = 16;
const NARROW = 220;
const ALONE_HEIGHT = 320;
const PANEL_HEIGHT = 170;
/** Points of many are small. */
const MANY = 1_500;
const LARGE_PX = 7;
const SMALL_PX = 3.5;
/** More panels are not looked at side by side. */
export const MOST_FACETS = 24;
/** A scale over more than this is one of factors. */
const WIDE = 20;

export function facetsHeight({ facet, runs }: FacetsContent, width: number): number {
  const count = Math.max(1, facetPlaces(facet, runs).length);
  const rows = Math.ceil(count / columnsOf(count, width));
  return TOP + rows * ((count === 1 ? ALONE_HEIGHT : PANEL_HEIGHT) + (facet ? NAMED : 0)) + (rows - 1) * GAP + BOTTOM;
}

/** Values of a key that runs have, by their places, as many as there are panels. */
function facetPlaces(facet: SweepKey | null, runs: Uint32Array): number[] {
  if (facet === null) return [-1];
  const met = new Set<number>();
  for (const run of runs) met.add(facet.places[run]!);
  return [...met].sort((a, b) => a - b).slice(0, MOST_FACETS);
}

function columnsOf(count: number, width: number): number {
  return Math.max(1, Math.min(count, Math.floor((width - LEFT - RIGHT + GAP) / NARROW)));
}

export function facetsScene(content: FacetsContent, frame: SweepFrame): FacetsScene {
  const { sweep, runs, x, y, group, facet } = content;
  const { size, theme, units, title } = frame;
  const places = facetPlaces(facet, runs);
  const byPanel = new Map(places.map((place) => [place, [] as number[]]));
  let known = 0;
  for (const run of runs) {
    if (Number.isNaN(x.values[run]!) || Number.isNaN(y.values[run]!)) continue;
    known += 1;
    byPanel.get(facet ? facet.places[run]! : -1)?.push(run);
  }
  const shown = [...byPanel.values()];
  const across = spanOf(x, shown, true);
  const up = spanOf(y, shown, false);
  const columns = columnsOf(places.length, size.width);
  const rows = Math.ceil(Math.max(1, places.length) / columns);
  const top = title === undefined ? TOP : HEADED;
  const named = facet ? NAMED : 0;
  const width = (size.width - LEFT - RIGHT - (columns - 1) * GAP) / columns;
  const height = (size.height - top - BOTTOM - rows * named - (rows - 1) * GAP) / rows;
  const marks: Mark[] = title === undefined ? [] : [...titleMarks(title, LEFT, theme), ...legend(group, theme)];
  const found: SweepPlace[] = [];
  let drawn = 0;
  places.forEach((place, i) => {
    const [column, row] = [i % columns, Math.floor(i / columns)];
    const area: Area = {
      x: LEFT + column * (width + GAP),
      y: top + named + row * (height + named + GAP),
      width,
      height: Math.max(20, height),
    };
    const xOf = scaleOf(across, area.x, area.width);
    const yAt = scaleOf(up, area.y, area.height);
    const yOf = (value: number): number => 2 * area.y + area.height - yAt(value);
    const own = byPanel.get(place)!;
    const isLowest = i + columns >= places.length;
    const low = acrossAxis(area, { ...across, at: xOf, quantity: x.title, unit: x.unit, units }, theme);
    const side = upAxis(area, { ...up, at: yOf, quantity: y.title, unit: y.unit, units }, theme);
    // Words stand at the outer panels; inside, the grid does.
    marks.push(...low.filter(({ kind }) => kind === 'line' || isLowest));
    marks.push(...side.filter(({ kind }) => kind === 'line' || column === 0));
    if (facet)
      marks.push({
        ...{ kind: 'text', x: area.x, y: area.y - 6, size: 12, weight: 600 },
        ...{ text: `${facet.name} ${facet.values[place]}`, colour: theme.text },
      });
    const points = thinned(
      own,
      (run) => xOf(x.values[run]!),
      (run) => yOf(y.values[run]!),
      area,
    );
    drawn += points.length;
    marks.push({ kind: 'clip', area, marks: pointMarks(points, group, own.length > MANY, theme) });
    if (own.length === 0)
      marks.push({
        ...{ kind: 'text', x: area.x + area.width / 2, y: area.y + area.height / 2, anchor: 'middle', size: 12 },
        ...{ text: 'no run with both numbers', colour: theme.muted },
      });
    for (const point of points)
      found.push({
        ...{ x: point.x, y: point.y, width: 0, height: 0, run: point.run, filter: null },
        get text() {
          const values = `${y.title} ${valueText(y.values[point.run]!, y.unit, units)}, ${x.title} ${valueText(x.values[point.run]!, x.unit, units)}`;
          return `${runWords(sweep, point.run)}: ${values}`;
        },
      });
  });
  const area: Area = { x: LEFT, y: top, width: size.width - LEFT - RIGHT, height: size.height - top - BOTTOM };
  return { width: size.width, height: size.height, area, marks, places: found, drawn, known };
}

/** Groups by name, for a picture that stands alone. */
function legend(group: SweepKey | null, theme: SweepFrame['theme']): Mark[] {
  let x = LEFT;
  return (group?.values ?? []).flatMap((name, index): Mark[] => {
    const { colour, shape } = groupStyle(theme, index);
    const at = x;
    x += 26 + widthOf(name);
    return [
      { kind: 'shapes', shape, path: [at + 4, 32], colour, size: LARGE_PX },
      { kind: 'text', x: at + 13, y: 36, text: name, colour: theme.text, size: 11 },
    ];
  });
}

function pointMarks(
  points: readonly PlacedRun[],
  group: SweepKey | null,
  isMany: boolean,
  theme: SweepFrame['theme'],
): Mark[] {
  const paths = new Map<number, number[]>();
  for (const { x, y, run } of points) {
    const place = group ? group.places[run]! : 0;
    const path = paths.get(place);
    if (path) path.push(x, y);
    else paths.set(place, [x, y]);
  }
  return [...paths]
    .sort(([a], [b]) => a - b)
    .map(([place, path]) => {
      const { colour, shape } = groupStyle(theme, place);
      // Of many a point is a dot: shapes cannot be told at that size, and cost.
      return {
        kind: 'shapes',
        shape: isMany ? 'square' : shape,
        size: isMany ? SMALL_PX : LARGE_PX,
        colour,
        path,
      };
    });
}

interface Span {
  readonly low: number;
  readonly high: number;
  readonly log: boolean;
}

/** From the least to the greatest with room about them, by factors where they lie far apart; up from 0. */
function spanOf({ values }: SweepMeasure, panels: readonly (readonly number[])[], mayBeLog: boolean): Span {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const runs of panels)
    for (const run of runs) {
      const value = values[run]!;
      if (value < least) least = value;
      if (value > most) most = value;
    }
  if (!(most >= least)) return { low: 0, high: 1, log: false };
  if (mayBeLog && least > 0 && most / least > WIDE) return { low: least / 1.1, high: most * 1.1, log: true };
  const low = mayBeLog ? least : Math.min(0, least);
  const room = 0.06 * (most - low) || Math.abs(most) * 0.06 || 1;
  return { low: mayBeLog ? Math.max(Math.min(0, least), low - room) : low, high: most + room, log: false };
}

function scaleOf({ low, high, log }: Span, from: number, length: number): (value: number) => number {
  const share = log
    ? (value: number) => Math.log(value / low) / Math.log(high / low)
    : (value: number) => (value - low) / (high - low);
  return (value) => from + share(value) * length;
}
