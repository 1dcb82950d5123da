/** Colours of a chart, for light and dark pages. Series colours stay apart for colour-blind readers. */
export interface Theme {
  readonly text: string;
  readonly grid: string;
  readonly muted: string;
  readonly series: readonly string[];
}

export const LIGHT: Theme = {
  text: '#343a40',
  grid: '#e9ecef',
  muted: '#868e96',
  series: ['#1c6fd4', '#d9480f', '#2b8a3e', '#9c36b5', '#b58105', '#0c8599', '#c2255c', '#5f3dc4'],
};

export const DARK: Theme = {
  text: '#ced4da',
  grid: '#343a40',
  muted: '#868e96',
  series: ['#74b0f4', '#ff922b', '#69db7c', '#da77f2', '#ffd43b', '#3bc9db', '#f783ac', '#9775fa'],
};

export function seriesColour(theme: Theme, index: number): string {
  return theme.series[index % theme.series.length]!;
}
