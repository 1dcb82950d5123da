import { LIGHT, seriesColour, seriesDash, type Theme } from '../palette/index.js';
import type { FlowSeries, LinkSeries, SimulationResult } from '../sim/index.js';
import type { Curve, Figure } from './figure.js';

/** One plot of a run over time. */
export interface Plot {
  readonly title: string;
  readonly yLabel: string;
  curves(series: DrawnSeries, theme: Theme): Curve[];
  /** Left out where it says so: no marks, no threshold. */
  wanted?(series: DrawnSeries): boolean;
}

/** What a plot of a run draws. */
export interface DrawnSeries {
  readonly flows: readonly FlowSeries[];
  readonly links: readonly LinkSeries[];
  readonly names: ReadonlyMap<number, string>;
}

const LINK_DASH = [5, 4];

/** The plots of a run, in the order people of congestion control read them. */
export const RUN_PLOTS: readonly Plot[] = [
  {
    title: 'Congestion window',
    yLabel: 'kB',
    curves: ({ flows, names }, theme) => [
      ...perFlow(flows, names, theme, (flow) => scaled(flow.cwndBytes, 1e-3)),
      ...flows.flatMap((flow, index) =>
        flow.ssthreshBytes.some((value) => value > 0)
          ? [
              {
                label: `${names.get(flow.id)} ssthresh`,
                values: scaled(flow.ssthreshBytes, 1e-3),
                colour: seriesColour(theme, index),
                dash: [3, 3],
              },
            ]
          : [],
      ),
    ],
  },
  {
    title: 'Round-trip time (smoothed)',
    yLabel: 'ms',
    curves: ({ flows, names }, theme) => perFlow(flows, names, theme, (flow) => scaled(flow.srttUs, 1e-3)),
  },
  {
    title: 'Queue',
    yLabel: 'kB',
    curves: ({ links }, theme) =>
      links.map((link, index) => ({
        label: links.length > 1 ? `link ${link.id}` : 'bottleneck',
        values: scaled(link.queueBytes, 1e-3),
        colour: seriesColour(theme, index),
      })),
  },
  {
    title: 'Throughput',
    yLabel: 'Mbit/s',
    curves: ({ flows, links, names }, theme) => [
      ...perFlow(flows, names, theme, (flow) => scaled(flow.deliveryRateBytesPerSecond, 8e-6)),
      ...links.map((link) => ({
        label: links.length > 1 ? `link ${link.id}` : 'link',
        values: scaled(link.deliveryRateBytesPerSecond, 8e-6),
        colour: theme.muted,
        dash: LINK_DASH,
      })),
    ],
  },
  {
    title: 'Pacing rate',
    yLabel: 'Mbit/s',
    wanted: ({ flows }) => flows.some((flow) => flow.pacingRateBytesPerSecond.some((value) => value > 0)),
    curves: ({ flows, names }, theme) =>
      perFlow(flows, names, theme, (flow) => scaled(flow.pacingRateBytesPerSecond, 8e-6)),
  },
  {
    title: 'In flight',
    yLabel: 'kB',
    curves: ({ flows, names }, theme) => perFlow(flows, names, theme, (flow) => scaled(flow.inFlightBytes, 1e-3)),
  },
  {
    title: 'Packets lost, per bin',
    yLabel: 'packets',
    curves: ({ flows, names }, theme) => perFlow(flows, names, theme, (flow) => flow.losses, 'bars'),
  },
  {
    title: 'ECN marks, per bin',
    yLabel: 'packets',
    wanted: ({ flows }) => flows.some((flow) => flow.marks.some((value) => value > 0)),
    curves: ({ flows, names }, theme) => perFlow(flows, names, theme, (flow) => flow.marks, 'bars'),
  },
];

/** Flows drawn, at most; those beyond the colours are dashed. */
const FLOWS_DRAWN = 8;

/** A run as one picture: its plots one above the other. */
export function runFigure({ flows: all, series }: SimulationResult): Figure {
  const names = new Map(all.map(({ id, name }) => [id, `${name} ${id}`]));
  const flows = series.flows.slice(0, FLOWS_DRAWN);
  const drawn = { flows, links: series.links, names };
  const x = Array.from(series.timeUs, (us) => us * 1e-6);
  const plots = [...RUN_PLOTS, ...notesPlots(flows)].filter(({ wanted }) => wanted?.(drawn) ?? true);
  const rest = series.flows.length - flows.length;
  return {
    title: rest > 0 ? `The first ${flows.length} of ${series.flows.length} flows` : '',
    panels: plots.map(({ title, yLabel, curves }) => ({ title, xLabel: 's', yLabel, x, curves: curves(drawn, LIGHT) })),
  };
}

/** A plot for each name under which algorithms noted values. */
export function notesPlots(flows: readonly FlowSeries[]): Plot[] {
  return [...new Set(flows.flatMap(({ notes }) => Object.keys(notes)))].map((name) => ({
    title: `Noted: ${name}`,
    yLabel: name,
    curves: (drawn, theme) =>
      perFlow(
        drawn.flows.filter(({ notes }) => notes[name]),
        drawn.names,
        theme,
        ({ notes }) => scaled(notes[name]!, 1),
      ),
  }));
}

function perFlow(
  flows: readonly FlowSeries[],
  names: ReadonlyMap<number, string>,
  theme: Theme,
  column: (flow: FlowSeries) => ArrayLike<number | null>,
  shape: 'line' | 'bars' = 'line',
): Curve[] {
  return flows.map((flow, index) => ({
    label: names.get(flow.id) ?? `flow ${flow.id}`,
    values: column(flow),
    colour: seriesColour(theme, index),
    ...(seriesDash(index).length > 0 ? { dash: seriesDash(index) } : {}),
    shape,
  }));
}

/** What is unknown, NaN here and null in a report's JSON, is a gap. */
function scaled(values: ArrayLike<number | null>, factor: number): (number | null)[] {
  return Array.from(values, (value) => (value === null || Number.isNaN(value) ? null : value * factor));
}
