import { notesPlots, RUN_PLOTS } from '../../draw/index.js';
import type { Cdf, Series } from '../../sim/index.js';
import { type Chart, createChart } from './chart.js';
import { currentTheme } from './theme.js';

/** The plots of one run; they can be shown again while it goes on. */
export interface RunPlots {
  show(series: Series): void;
  close(): void;
}

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
  const charts = new Map<string, Chart>();
  const sync = `run-${Math.random()}`;
  return {
    show(series) {
      const flows = shownFlows ? series.flows.filter(({ id }) => shownFlows.includes(id)) : series.flows.slice(0, 8);
      const drawn = { flows, links: series.links, names };
      const seconds = Array.from(series.timeUs, (us) => us * 1e-6);
      const theme = currentTheme();
      for (const plot of [...RUN_PLOTS, ...notesPlots(flows)]) {
        const key = plot.title;
        if (!charts.has(key)) {
          if (plot.wanted && !plot.wanted(drawn)) continue;
          charts.set(key, createChart(parent, { title: plot.title, xLabel: 's', yLabel: plot.yLabel, sync }));
        }
        charts.get(key)?.show(seconds, plot.curves(drawn, theme));
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
  const ms = Array.from(cdf.value, (us) => us * 1e-3);
  chart.show(ms, [{ label: 'share', values: cdf.share, shape: 'steps' }]);
}
