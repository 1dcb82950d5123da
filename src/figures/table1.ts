import type { Scenario } from '../sim/index.js';
import { change, type Figure, type FigureResult, type Finding, judge, mean } from './figure.js';
import { createIntervalReno } from './interval-reno.js';
import { IPC_AGENT, runHere, type Workbench } from './workbench.js';

// Table 1: one flow over loopback is bound by the processor, so what a core carries tells what CCP costs.

/** What reports, and the paper's Gbit/s. */
const ROWS: readonly {
  readonly name: string;
  /** On the chart's axis. */
  readonly short: string;
  readonly algorithm: () => Algorithm;
  readonly paperGbit: number;
}[] = [
  { name: 'in the datapath', short: 'datapath', algorithm: () => 'builtin:reno', paperGbit: 43 },
  { name: 'CCP, a report per ACK', short: 'CCP, per ACK', algorithm: () => createIntervalReno('ack'), paperGbit: 29 },
  { name: 'CCP, a report per 10 ms', short: 'per 10 ms', algorithm: () => createIntervalReno(10_000), paperGbit: 41 },
];
type Algorithm = Scenario['flows'][number]['algorithm'];

/** Within this of the paper's own cost, in shares of the throughput, it is the paper's. */
const NEAR = 0.1;
const MSS = 1448;

export const table1: Figure = {
  id: 'table1',
  title: 'Table 1: what a core carries, Reno',
  setup:
    'Paper: one iperf flow over loopback, four cores of 2.8 GHz, the Linux module. Here, for want of that module: one simulated flow of 10 Gbit/s and 1 ms, its bytes over the processor time of sender, program and agent. The share that CCP costs can be compared, the rates cannot.',
  async run(bench): Promise<FigureResult> {
    const rates = await measure(bench);
    const base = rates[0]!;
    const findings = ROWS.map(({ name, paperGbit }, index): Finding => {
      const ours = rates[index]!;
      const shown = `${ours.toFixed(1)} Gbit per second of processor time`;
      if (index === 0)
        return {
          what: `Reno ${name}`,
          paper: '43 Gbit/s (the text has 45)',
          ours: shown,
          verdict: 'not comparable',
          why: 'a simulated host segments every packet, where loopback passes 64 KiB at once',
        };
      const [paperChange, ourChange] = [paperGbit / 43 - 1, ours / base - 1];
      // Gbit per second are bits per nanosecond.
      const extraNs = MSS * 8 * (1 / ours - 1 / base);
      return {
        what: `Reno, ${name}, beside the datapath's own`,
        paper: `${paperGbit} Gbit/s, ${change(paperGbit, 43)}`,
        ours: `${shown}, ${change(ours, base)}; ${extraNs.toFixed(0)} ns more for a packet`,
        verdict: judge(Math.abs(paperChange - ourChange) <= NEAR),
        why:
          index === 1
            ? 'the simulated datapath takes some 0.2 µs for a packet, a kernel’s far more: the same for a report is a greater part here, though agent and sender share a thread'
            : 'a report in 10 ms is too rare to cost anything; what is left is the program at every ACK, beside the little a simulated packet takes',
      };
    });
    const x = ROWS.map((_, index) => index + 1);
    return {
      findings,
      charts: [
        {
          title: 'Throughput beside the datapath’s own',
          xLabel: 'who decides',
          yLabel: 'share',
          x,
          xNames: ROWS.map(({ short }) => short),
          curves: [
            { label: 'paper', values: ROWS.map(({ paperGbit }) => paperGbit / 43), shape: 'points' },
            { label: 'ours', values: rates.map((rate) => rate / base), shape: 'points' },
          ],
        },
      ],
      skipped: [],
    };
  },
};

/** Gbit of payload for each second of processor time, row by row; rounds take turns, so that a busy machine hits all. */
async function measure(bench: Workbench): Promise<number[]> {
  const rounds = bench.quick ? 1 : 5;
  const seconds = bench.quick ? 0.05 : 1;
  const rates: number[][] = ROWS.map(() => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, { name, algorithm }] of ROWS.entries()) {
      bench.tell(`${name}, round ${round + 1} of ${rounds}`, (round + index / ROWS.length) / rounds);
      const { result, cpuUs } = await runHere(
        {
          rate: '10Gbit',
          rtt: '1ms',
          queue: '1bdp',
          agent: IPC_AGENT,
          flows: [{ algorithm: algorithm() }],
          durationUs: seconds * 1e6,
          series: false,
        },
        bench,
      );
      rates[index]!.push((result.flows[0]!.bytesAcked * 8) / cpuUs / 1000);
    }
  }
  return rates.map((values) => mean(values));
}
