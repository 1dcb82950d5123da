import { formatDuration, formatRate, formatShare } from '../../base/index.js';
import type { FlowResult, SimulationResult } from '../../sim/index.js';
import { append, appendTable } from '../dom.js';
import { createRunPlots, drawCdf, type RunPlots } from '../plots/run.js';

const FLOWS_DRAWN = 8;
const FLOWS_LISTED = 200;

/** Everything a report says of one run. */
export function showRun(parent: HTMLElement, result: SimulationResult): void {
  for (const { message } of result.notices) append(parent, 'p', 'about', message);
  for (const { algorithm, flow, timeUs, place, message } of result.failures) {
    const where = `flow ${flow}, ${formatDuration(timeUs)}${place === undefined ? '' : `, ${place}`}`;
    append(parent, 'p', 'failure', `These numbers are not valid: ${algorithm} failed (${where}): ${message}`);
  }
  showSummary(append(parent, 'div', 'tiles'), result);
  append(parent, 'h2', '', 'Over time');
  showSeries(parent, result);
  append(parent, 'h2', '', 'Distributions');
  const cdfs = append(parent, 'div', 'plots');
  drawCdf(cdfs, 'Round-trip time, CDF', result.cdfs.rttUs);
  drawCdf(cdfs, 'Time in the queue, CDF', result.cdfs.queueDelayUs);
  drawCdf(cdfs, 'Flow completion time, CDF', result.cdfs.fctUs);
  append(parent, 'h2', '', 'Flows');
  appendTable(parent, FLOW_COLUMNS, result.flows.slice(0, FLOWS_LISTED).map(flowRow));
  if (result.flows.length > FLOWS_LISTED)
    append(parent, 'p', 'about', `The first ${FLOWS_LISTED} of ${result.flows.length} flows; --csv has them all.`);
}

function showSummary(tiles: HTMLElement, { summary }: SimulationResult): void {
  const facts: [string, string][] = [
    ['throughput', formatRate(summary.throughputBytesPerSecond)],
    ['goodput', formatRate(summary.goodputBytesPerSecond)],
    ['utilisation', formatShare(summary.utilisation)],
    ['Jain index', summary.jain?.toFixed(3) ?? '–'],
    ['mean RTT', formatDuration(summary.rttUs.mean)],
    ['p95 RTT', formatDuration(summary.rttUs.p95)],
    ['p99 RTT', formatDuration(summary.rttUs.p99)],
    ['packets lost', String(summary.packetsLost)],
    ['loss rate', formatShare(summary.lossRate)],
    ['retransmits', String(summary.retransmits)],
    ['timeouts', String(summary.timeouts)],
  ];
  if (summary.ecnMarks > 0) facts.push(['ECN marks', String(summary.ecnMarks)]);
  if (summary.fctUs.count > 0) facts.push(['mean completion', formatDuration(summary.fctUs.mean)]);
  for (const [what, value] of facts) {
    const tile = append(tiles, 'div', 'tile');
    append(tile, 'b', '', value);
    append(tile, 'span', '', what);
  }
}

function showSeries(parent: HTMLElement, { series, flows }: SimulationResult): void {
  if (series.timeUs.length === 0) {
    append(parent, 'p', 'about', 'The scenario records no series.');
    return;
  }
  const names = new Map(flows.map((flow) => [flow.id, `${flow.name} ${flow.id}`]));
  const ids = series.flows.map(({ id }) => id);
  const pager = append(parent, 'div', 'pager');
  const plots = append(parent, 'div', 'plots');
  let drawn: RunPlots | undefined;
  const draw = (from: number): void => {
    drawn?.close();
    drawn = createRunPlots(plots, names, ids.slice(from, from + FLOWS_DRAWN));
    drawn.show(series);
  };
  draw(0);
  if (ids.length <= FLOWS_DRAWN) {
    pager.remove();
    return;
  }
  let from = 0;
  const back = append(pager, 'button', '', '←');
  const label = append(pager, 'span');
  const on = append(pager, 'button', '', '→');
  const turn = (to: number): void => {
    from = Math.min(Math.max(0, to), ids.length - 1);
    label.textContent = `flows ${from + 1}–${Math.min(from + FLOWS_DRAWN, ids.length)} of ${ids.length} with series`;
    back.disabled = from === 0;
    on.disabled = from + FLOWS_DRAWN >= ids.length;
  };
  back.onclick = () => {
    turn(from - FLOWS_DRAWN);
    draw(from);
  };
  on.onclick = () => {
    turn(from + FLOWS_DRAWN);
    draw(from);
  };
  turn(0);
}

const FLOW_COLUMNS = [
  'flow',
  'algorithm',
  'start',
  'completion',
  'goodput',
  'mean RTT',
  'p95 RTT',
  'sent',
  'lost',
  'retransmits',
  'timeouts',
  'marks',
  'reports',
];

function flowRow(flow: FlowResult): string[] {
  return [
    `${flow.name} ${flow.id}`,
    flow.algorithm,
    flow.startUs === null ? '–' : `${(flow.startUs / 1e6).toFixed(1)} s`,
    formatDuration(flow.fctUs),
    formatRate(flow.goodputBytesPerSecond),
    formatDuration(flow.rttUs.mean),
    formatDuration(flow.rttUs.p95),
    counted(flow.packetsSent),
    counted(flow.packetsLost),
    counted(flow.retransmits),
    counted(flow.timeouts),
    counted(flow.ecnMarks),
    counted(flow.reports),
  ];
}

/** A flow that was measured elsewhere may not tell all that a simulated one does: NaN, which JSON has as null. */
function counted(value: number | null): string {
  return value === null ? '–' : String(value);
}
