import type { OverallSeries } from 'mooring/capture';
import { type Chart, createChart } from 'mooring/web';

let chart: Chart | undefined;

/** Everything on the wire over time. */
export function showOverall({ binUs, timeUs, bytes }: OverallSeries): void {
  chart ??= createChart(document.getElementById('overall')!, {
    title: 'All packets',
    xLabel: 'time, s',
    yLabel: 'Mbit/s',
    heightPx: 160,
  });
  const seconds = Array.from(timeUs, (us) => us / 1e6);
  chart.show(seconds, [{ label: 'on the wire', values: Array.from(bytes, (sum) => (sum * 8) / binUs) }]);
}
