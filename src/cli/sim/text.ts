import Table from 'cli-table3';
import { formatDuration, formatRate } from '../../base/index.js';
import { describeProblem, type FlowResult, type SimulationResult } from '../../sim/index.js';

const FLOWS_SHOWN = 20;

/** The summary of a run as the terminal shows it. */
export function summaryText({ summary, flows }: SimulationResult): string {
  const lines: [string, string][] = [
    ['throughput', formatRate(summary.throughputBytesPerSecond)],
    ['goodput', formatRate(summary.goodputBytesPerSecond)],
    ['utilisation', percent(summary.utilisation)],
    ['mean RTT', formatDuration(summary.rttUs.mean)],
    ['p95 RTT', formatDuration(summary.rttUs.p95)],
    ['losses', `${summary.packetsLost} of ${summary.packetsSent} packets (${percent(summary.lossRate)})`],
    ['Jain index', summary.jain.toFixed(3)],
  ];
  if (summary.timeouts > 0) lines.push(['timeouts', String(summary.timeouts)]);
  if (summary.ecnMarks > 0) lines.push(['ECN marks', String(summary.ecnMarks)]);
  if (summary.fctUs.count > 0)
    lines.push(['completed', `${summary.fctUs.count} flows, mean ${formatDuration(summary.fctUs.mean)}`]);
  const facts = lines.map(([what, value]) => `${what.padEnd(12)} ${value}`).join('\n');
  return flows.length > 1 ? `${facts}\n${flowTable(flows)}` : facts;
}

function flowTable(flows: readonly FlowResult[]): string {
  const table = new Table({
    head: ['flow', 'algorithm', 'goodput', 'mean RTT', 'p95 RTT', 'lost', 'timeouts'],
    colAligns: ['left', 'left', 'right', 'right', 'right', 'right', 'right'],
    style: { head: [], border: [], compact: true },
  });
  for (const flow of flows.slice(0, FLOWS_SHOWN)) {
    table.push([
      `${flow.name} ${flow.id}`,
      flow.algorithm,
      formatRate(flow.goodputBytesPerSecond),
      formatDuration(flow.rttUs.mean),
      formatDuration(flow.rttUs.p95),
      String(flow.packetsLost),
      String(flow.timeouts),
    ]);
  }
  const rest = flows.length - FLOWS_SHOWN;
  return rest > 0 ? `${table.toString()}\n… and ${rest} more flows (--json or --csv has them all)` : table.toString();
}

/** What the run tells of itself and what went wrong with algorithms, a line each; empty where there is nothing. */
export function problemText({ notices, problems }: SimulationResult): string {
  return [...notices.map(({ message }) => message), ...problems.map(describeProblem)]
    .map((line) => `mooring: ${line}\n`)
    .join('');
}

export function percent(share: number): string {
  if (share === 0) return '0 %';
  return `${(share * 100).toFixed(share < 0.01 ? 3 : 1)} %`;
}
