/** One curve: a value for each entry of the chart's x, null where there is none. */
export interface Curve {
  readonly label: string;
  readonly values: ArrayLike<number | null>;
  readonly colour: string;
  readonly dash?: readonly number[];
  /** `line` unless said: bars for counts, points for scatter plots, steps for CDFs. */
  readonly shape?: 'line' | 'bars' | 'points' | 'steps';
  /** How wide points are, in pixels; there may be too many for the usual. */
  readonly pointPx?: number;
}

/** One chart: curves over one x. */
export interface Panel {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly x: ArrayLike<number>;
  readonly curves: readonly Curve[];
  /** The y axis starts here; by default at 0. */
  readonly yMin?: number;
}

/** Charts one above the other. */
export interface Figure {
  readonly title: string;
  readonly panels: readonly Panel[];
}
