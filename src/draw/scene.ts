// What is drawn, as values: one list that a canvas paints and that is written as SVG. Coordinates are CSS pixels from the
// upper left corner; colours are those of a theme.

/** Points one after another: x, y, x, y, …; NaN begins anew. */
export type Path = readonly number[];

export type Mark =
  | {
      readonly kind: 'line';
      readonly path: Path;
      readonly colour: string;
      readonly width: number;
      readonly dash?: readonly number[];
      readonly alpha?: number;
    }
  | { readonly kind: 'area'; readonly path: Path; readonly colour: string; readonly alpha?: number }
  | {
      readonly kind: 'rect';
      readonly x: number;
      readonly y: number;
      readonly width: number;
      readonly height: number;
      readonly colour: string;
      readonly alpha?: number;
    }
  /** One shape at each point. The shape says what happened, its colour to whom. */
  | {
      readonly kind: 'shapes';
      readonly shape: Shape;
      readonly path: Path;
      readonly colour: string;
      readonly size: number;
    }
  | {
      readonly kind: 'text';
      readonly x: number;
      readonly y: number;
      readonly text: string;
      readonly colour: string;
      readonly size: number;
      readonly anchor?: 'start' | 'middle' | 'end';
      readonly weight?: number;
      /** Upwards, from the lower end. */
      readonly turned?: boolean;
    }
  /** What lies outside is not shown. */
  | { readonly kind: 'clip'; readonly area: Area; readonly marks: readonly Mark[] };

/** Loss ×, timeout ▽, ECN mark ◇, retransmission R, note ⚑, a sample ○ or ▪. */
export type Shape = 'cross' | 'triangle' | 'diamond' | 'letter' | 'flag' | 'circle' | 'square';

export interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Scene {
  readonly width: number;
  readonly height: number;
  readonly marks: readonly Mark[];
  /** Where data stands, between the axes: what a pointer points into. */
  readonly area: Area;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The lines of a shape of `size` about 0, 0, and whether it is filled: one outline for both painters. */
export function shapeOutline(
  shape: Shape,
  size: number,
): { readonly paths: readonly Path[]; readonly closed: boolean } {
  const r = size / 2;
  switch (shape) {
    case 'cross':
      return {
        closed: false,
        paths: [
          [-r, -r, r, r],
          [-r, r, r, -r],
        ],
      };
    case 'triangle':
      return { closed: true, paths: [[-r, -r, r, -r, 0, r]] };
    case 'diamond':
      return { closed: true, paths: [[0, -r, r, 0, 0, r, -r, 0]] };
    case 'letter':
      return { closed: false, paths: [[-r / 2, r, -r / 2, -r, r / 2, -r, r / 2, 0, -r / 2, 0, r / 2, r]] };
    case 'flag':
      return { closed: false, paths: [[-r / 2, r, -r / 2, -r, r, -r / 2, -r / 2, 0]] };
    case 'square':
      return { closed: true, paths: [[-r, -r, r, -r, r, r, -r, r]] };
    case 'circle':
      return {
        closed: true,
        paths: [Array.from({ length: 24 }, (_, i) => r * (i % 2 ? Math.sin : Math.cos)(((i >> 1) * Math.PI) / 6))],
      };
  }
}
