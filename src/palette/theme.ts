/** Colours of a page and of what is drawn on it, for light or dark. */
export interface Theme {
  readonly page: string;
  /** Behind what stands apart from the page: tiles, panels. */
  readonly card: string;
  readonly text: string;
  readonly muted: string;
  /** Between cells, around cards. */
  readonly line: string;
  /** Behind curves. */
  readonly grid: string;
  /** What can be pressed, and what has the focus. */
  readonly act: string;
  /** On `act`. */
  readonly onAct: string;
  readonly good: string;
  readonly warn: string;
  readonly bad: string;
  /** Behind a part that is set off from the rest, such as what is brushed. */
  readonly band: string;
  /** Six, so far apart that every kind of sight tells them; what is beyond them has a dash (`seriesDash`). */
  readonly series: readonly [string, string, string, string, string, string];
}

export const LIGHT: Theme = {
  page: '#ffffff',
  card: '#f6f7f9',
  text: '#212529',
  muted: '#5c656d',
  line: '#dde1e6',
  grid: '#e9ecef',
  act: '#1643ce',
  onAct: '#ffffff',
  good: '#237a33',
  warn: '#8f5a00',
  bad: '#c1121f',
  band: '#e4e9fb',
  series: ['#1643ce', '#f3601a', '#15a58f', '#973776', '#af71f8', '#4f4300'],
};

export const DARK: Theme = {
  page: '#14171a',
  card: '#1d2125',
  text: '#dee2e6',
  muted: '#98a1aa',
  line: '#343a40',
  grid: '#262b30',
  act: '#72a6ef',
  onAct: '#14171a',
  good: '#69db7c',
  warn: '#f8dc20',
  bad: '#ff8787',
  band: '#22304a',
  series: ['#72a6ef', '#ed8c62', '#88f2dd', '#b14c84', '#7c4cef', '#f8dc20'],
};

/** Of a map of colours, the least first: each lighter than the one before, in light and dark alike. */
export const RAMP = ['#2b1055', '#2f3e8f', '#1f6f93', '#1f9687', '#58b868', '#a9d34d', '#f6e95c'] as const;

/** Words on dark colours of a map, and on light ones: nothing between white and black is read on those in the middle. */
export const ON_RAMP = ['#ffffff', '#000000'] as const;

const DASHES: readonly (readonly number[])[] = [[], [7, 3], [2, 2]];

/** The colour of the curve number `index`, 0 …; after six they begin again, with another dash. */
export function seriesColour(theme: Theme, index: number): string {
  return theme.series[index % theme.series.length]!;
}

/** The dash of the curve number `index`, as a canvas and SVG take it; none for the first six. */
export function seriesDash(index: number): readonly number[] {
  return DASHES[Math.floor(index / LIGHT.series.length) % DASHES.length]!;
}
