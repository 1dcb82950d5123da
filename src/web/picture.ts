import type { Mark, Scene, Shape } from '../draw/index.js';
import type { TimeScale } from './gestures.js';

// What a figure shows, and the points of it that a reader chooses.

/** An entry of a figure's key: how it is drawn, what it is, and its value where the reader points. */
export interface KeyEntry {
  readonly label: string;
  readonly colour: string;
  readonly dash?: readonly number[];
  readonly filled?: boolean;
  /** Of points: what each is drawn as. */
  readonly shape?: Shape;
  /** The value at an instant, as text. */
  readonly valueAt: (us: number) => Promise<string>;
  /** Instants of samples beside one, for a reader who steps through them. */
  readonly beside: (us: number) => Promise<{ readonly before: number | null; readonly after: number | null }>;
}

/** What a figure shows for a state and a size. */
export interface Picture {
  readonly scene: Scene;
  readonly scale: TimeScale;
  readonly key: readonly KeyEntry[];
  /** Of a plot that is not over time: what is pointed at and stepped through. */
  readonly points?: readonly PlotPoint[];
  /** Points in a row, where they are the cells of a grid: arrows go up and down as well. */
  readonly columns?: number;
}

export interface PlotPoint {
  readonly x: number;
  readonly y: number;
  readonly text: string;
  /** Of a cell, which is pointed at wherever it is; 0 or none for a point. */
  readonly width?: number;
  readonly height?: number;
  /** Flow that a click on it opens. */
  readonly flow?: number;
}

/** Pixels about a point that are taken for it. */
const REACH = 14;

/** The point, or the cell, that is meant at a place of the picture; -1 where there is none. */
export function nearestPoint({ points = [] }: Picture, x: number, y: number): number {
  let [best, found] = [REACH, -1];
  points.forEach((point, i) => {
    const { width = 0, height = 0 } = point;
    const [dx, dy] = [Math.abs(point.x - x), Math.abs(point.y - y)];
    const distance = dx <= width / 2 && dy <= height / 2 ? 0 : Math.hypot(dx, dy);
    if (distance < best && (width === 0 || distance === 0)) [best, found] = [distance, i];
  });
  return found;
}

/** How the chosen one is marked. */
export function pointMark({ x, y, width = 0, height = 0 }: PlotPoint, colour: string): Mark {
  if (width === 0) return { kind: 'shapes', shape: 'circle', path: [x, y], colour, size: 9 };
  const [left, right, upper, lower] = [x - width / 2, x + width / 2, y - height / 2, y + height / 2];
  return {
    kind: 'line',
    path: [left, upper, right, upper, right, lower, left, lower, left, upper],
    colour,
    width: 2.5,
  };
}
