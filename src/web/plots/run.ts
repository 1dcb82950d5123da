import type { Cdf, FlowSeries, LinkSeries, Series } from '../../sim/index.js';
import { type Chart, type Curve, createChart } from './chart.js';
import { currentTheme, seriesColour, type Theme } from './theme.js';

/** The plots of one run; they can be shown again while it goes on. */
export interface RunPlots {
  show(series: Series): void;
  close(): void;
}

interface Plot {
  readonly title: string;
  readonly yLabel: string;
  curves(series: DrawnSeries, theme: Theme): Curve[];
  /** Left out where it says so: no marks, no threshold. */
  wanted?(series: DrawnSeries): boolean;
}

interface DrawnSeries {
  readonly flows: readonly FlowSeries[];
  readonly links: readonly LinkSeries[];
  readonly names: ReadonlyMap<number, string>;
}

const LINK_DASH = [5, 4];

const PLOTS: readonly Plot[] = [
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

/**
 * Plots of a run over time, in the order people of congestion control read them. Draws `shownFlows`
 * flows, the first eight by default.
 *
 * @example
 * ```ts fragment
 * const plots = createRunPlots(document.body, new Map([[0, 'cubic']]));
 * const { series } = simulate({ flows: [{ algorithm: 'cubic' }], duration: '10s' });
 * plots.show(series);
 * ```
 */
export function createRunPlots(
  parent: HTMLElement,
  names: ReadonlyMap<number, string>,
  shownFlows?: readonly number[],
): RunPlots {
  const charts = new Map<Plot | string, Chart>();
  const sync = `run-${Math.random()}`;
  return {
    show(series) {
      const flows = shownFlows ? series.flows.filter(({ id }) => shownFlows.includes(id)) : series.flows.slice(0, 8);
      const drawn: DrawnSeries = { flows, links: series.links, names };
      const seconds = Array.from(series.timeUs, (us) => us * 1e-6);
      const theme = currentTheme();
      for (const plot of PLOTS) {
        if (!charts.has(plot)) {
          if (plot.wanted && !plot.wanted(drawn)) continue;
          charts.set(plot, createChart(parent, { title: plot.title, xLabel: 's', yLabel: plot.yLabel, sync }));
        }
        charts.get(plot)?.show(seconds, plot.curves(drawn, theme));
      }
      for (const name of new Set(flows.flatMap(({ notes }) => Object.keys(notes)))) {
        const chart =
          charts.get(name) ?? createChart(parent, { title: `Noted: ${name}`, xLabel: 's', yLabel: name, sync });
        charts.set(name, chart);
        const noting = flows.filter(({ notes }) => notes[name]);
        chart.show(
          seconds,
          perFlow(noting, names, theme, ({ notes }) =>
            Array.from(notes[name]!, (value) => (Number.isNaN(value) ? null : value)),
          ),
        );
      }
    },
    close() {
      for (const chart of charts.values()) chart.close();
      charts.clear();
    },
  };
}

/** A cumulative distribution of durations, in milliseconds. Draws nothing where there are no samples. */
export function drawCdf(parent: HTMLElement, title: string, cdf: Cdf): void {
  if (cdf.value.length === 0) return;
  const chart = createChart(parent, { title, xLabel: 'ms', yLabel: 'share', yMax: 1 });
  const colour = seriesColour(currentTheme(), 0);
  const ms = Array.from(cdf.value, (us) => us * 1e-3);
  chart.show(ms, [{ label: 'share', values: cdf.share, colour, shape: 'steps' }]);
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
    shape,
  }));
}

/** What is unknown, NaN here and null in a report's JSON, is a gap. */
function scaled(values: ArrayLike<number | null>, factor: number): (number | null)[] {
  return Array.from(values, (value) => (value === null || Number.isNaN(value) ? null : value * factor));
}
