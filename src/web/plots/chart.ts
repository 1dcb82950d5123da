import uPlot from 'uplot';
import type { Curve } from '../../draw/index.js';
import { seriesColour, seriesDash } from '../../palette/index.js';
import { installPlotStyles } from './styles.js';
import { currentTheme } from './theme.js';

/** How a chart looks and what it is tied to. */
export interface ChartOptions {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  /** Charts with the same key move their cursors and zooms together. */
  readonly sync?: string;
  readonly heightPx?: number;
  /** The y axis starts here; by default at 0. */
  readonly yMin?: number | null;
  readonly yMax?: number;
  /** What stands at 1, 2, … of an x that is no quantity. */
  readonly xNames?: readonly string[];
}

/** A curve of a chart; one without a colour has that of its place. */
export type ChartCurve = Omit<Curve, 'colour'> & { readonly colour?: string };

/** A chart on the page. */
export interface Chart {
  /** Shows other data; the curves may be others too. */
  show(x: ArrayLike<number>, curves: readonly ChartCurve[]): void;
  close(): void;
}

const AXIS_FONT = '12px system-ui, sans-serif';

/**
 * Puts a chart into `parent`. It fills the width it is given and follows it.
 *
 * @example
 * ```ts fragment
 * const chart = createChart(document.body, { title: 'RTT', xLabel: 's', yLabel: 'ms' });
 * chart.show([0, 1, 2], [{ label: 'flow 0', values: [40, 44, null] }]);
 * ```
 */
export function createChart(parent: HTMLElement, options: ChartOptions): Chart {
  installPlotStyles();
  const figure = document.createElement('figure');
  figure.className = 'chart';
  const caption = document.createElement('figcaption');
  caption.textContent = options.title;
  const box = document.createElement('div');
  figure.append(caption, box);
  parent.append(figure);

  let plot: uPlot | undefined;
  let shape = '';
  const height = options.heightPx ?? 220;
  const width = (): number => Math.max(240, figure.clientWidth);
  const observer = new ResizeObserver(() => plot?.setSize({ width: width(), height }));
  observer.observe(figure);

  return {
    show(x, given) {
      const curves = given.map(coloured);
      const data = [x, ...curves.map((curve) => curve.values)] as unknown as uPlot.AlignedData;
      const wanted = JSON.stringify(curves.map(({ label, colour, dash, shape: kind }) => [label, colour, dash, kind]));
      if (plot && wanted === shape) {
        plot.setData(data);
        return;
      }
      plot?.destroy();
      shape = wanted;
      plot = new uPlot(plotOptions(options, curves, width(), height), data, box);
    },
    close() {
      observer.disconnect();
      plot?.destroy();
      figure.remove();
    },
  };
}

function coloured(curve: ChartCurve, index: number): Curve {
  const dash = curve.colour === undefined ? seriesDash(index) : [];
  return { colour: seriesColour(currentTheme(), index), ...(dash.length > 0 ? { dash } : {}), ...curve };
}

function plotOptions(chart: ChartOptions, curves: readonly Curve[], width: number, height: number): uPlot.Options {
  const theme = currentTheme();
  const axis: uPlot.Axis = {
    stroke: theme.text,
    font: AXIS_FONT,
    labelFont: AXIS_FONT,
    grid: { stroke: theme.grid, width: 1 },
    ticks: { stroke: theme.grid, width: 1 },
  };
  return {
    width,
    height,
    cursor: chart.sync ? { sync: { key: chart.sync, setSeries: false }, drag: { x: true, y: false } } : {},
    legend: { live: true },
    scales: {
      x: { time: false, range: xRange(chart, curves) },
      y: { range: (_plot, low, high) => yRange(chart, low, high) },
    },
    axes: [
      { ...axis, label: chart.xLabel, labelSize: 18, size: 30, ...namedTicks(chart.xNames) },
      { ...axis, label: chart.yLabel, labelSize: 20, size: 58 },
    ],
    series: [
      { label: chart.xLabel, value: (_plot, value) => chart.xNames?.[value - 1] ?? shown(value) },
      ...curves.map((curve) => series(curve, curves.length)),
    ],
  };
}

function namedTicks(names: readonly string[] | undefined): Pick<uPlot.Axis, 'splits' | 'values'> {
  return names ? { splits: () => names.map((_, index) => index + 1), values: () => [...names] } : {};
}

function series(curve: Curve, count: number): uPlot.Series {
  const common: uPlot.Series = {
    label: curve.label,
    stroke: curve.colour,
    width: 1.5,
    value: (_plot, value) => shown(value),
    points: { show: false },
    spanGaps: false,
  };
  if (curve.dash) common.dash = [...curve.dash];
  const { bars, stepped } = uPlot.paths;
  switch (curve.shape ?? 'line') {
    case 'bars':
      return {
        ...common,
        fill: curve.colour,
        width: 0,
        paths: bars!({ size: [0.9, 24, 2], align: count > 1 ? -1 : 0 }),
      };
    case 'steps':
      return { ...common, paths: stepped!({ align: 1 }) };
    case 'points':
      return { ...common, paths: () => null, points: pointsOf(curve) };
    default:
      return common;
  }
}

function pointsOf({ colour, pointPx }: Curve): uPlot.Series.Points {
  if (pointPx !== undefined) return { show: true, size: pointPx, width: 0, fill: colour };
  return { show: true, size: 9, width: 1.5, fill: `${colour}66` };
}

/** Points keep off the edges; curves fill the width, and so does everything in charts that share their x. */
function xRange({ sync, xNames }: ChartOptions, curves: readonly Curve[]): uPlot.Range.Function {
  if (xNames) return () => [0.5, xNames.length + 0.5];
  const pad = sync === undefined && curves.some(({ shape }) => shape === 'points') ? 0.05 : 0;
  return (_plot, low, high) => {
    const room = (high - low) * pad || (pad ? 1 : 0);
    return [Math.max(0, low - room), high + room];
  };
}

function yRange(chart: ChartOptions, low: number | null, high: number | null): [number, number] {
  const top = chart.yMax ?? (high ?? 1) * 1.05;
  const bottom = chart.yMin === null ? (low ?? 0) : (chart.yMin ?? 0);
  return [bottom, top > bottom ? top : bottom + 1];
}

function shown(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  return size >= 1000 ? value.toFixed(0) : size >= 10 ? value.toFixed(1) : value.toFixed(2);
}
