import type { FlowSeries } from '../sim/index.js';
import { change, type Figure, judge, mean } from './figure.js';
import { FIXED } from './links.js';
import { IPC_AGENT, runHere, type Workbench } from './workbench.js';

// Figure 9: Cubic's window in the datapath and in CCP, over time.

const MSS = 1448;
const FROM_S = 5;

export const cubicWindows: Figure = {
  id: 'fig9',
  title: 'Figure 9: Cubic’s window, in the datapath and by an agent',
  setup:
    'Paper: Linux and CCP over an emulated link of 96 Mbit/s, 20 ms, one product of buffer. Here: builtin:cubic, which counts as Linux does, and the CCP algorithm cubic, simulated.',
  async run(bench) {
    const durationUs = (bench.quick ? 10 : 60) * 1e6;
    const runs = [];
    for (const [index, algorithm] of ['builtin:cubic', 'cubic'].entries()) {
      bench.tell(algorithm, index / 2);
      runs.push(await oneRun(algorithm, durationUs, bench));
    }
    const [datapath, agent] = runs as [Windows, Windows];
    const x = datapath.seconds;
    return {
      findings: [
        {
          what: 'mean window after the start',
          paper: 'the curves lie on each other',
          ours: `${mean(agent.later).toFixed(0)} packets by the agent, ${mean(datapath.later).toFixed(0)} in the datapath (${change(mean(agent.later), mean(datapath.later))})`,
          verdict: judge(Math.abs(mean(agent.later) / mean(datapath.later) - 1) <= 0.05),
          why: 'updates come a round trip later by the agent; minor deviations are the paper’s words too',
        },
        {
          what: 'highest and lowest window',
          paper: 'a cubic between the same bounds',
          ours: `${bounds(agent)} by the agent, ${bounds(datapath)} in the datapath`,
          verdict: judge(
            near(Math.max(...agent.later), Math.max(...datapath.later)) &&
              near(Math.min(...agent.later), Math.min(...datapath.later)),
          ),
          why: 'the sampled window; the datapath’s shrinks over its recovery (PRR), the agent sets it at once',
        },
        {
          what: 'losses of the window in the run',
          paper: 'at the same times',
          ours: `${agent.cuts} by the agent, ${datapath.cuts} in the datapath`,
          verdict: judge(Math.abs(agent.cuts - datapath.cuts) <= Math.max(1, 0.15 * datapath.cuts)),
          why: 'small differences of time add up, so that later losses are not at the same instant',
        },
      ],
      charts: [
        {
          title: 'Congestion window',
          xLabel: 's',
          yLabel: 'packets',
          x,
          curves: [
            { label: 'datapath', values: datapath.packets },
            { label: 'agent', values: agent.packets },
          ],
        },
      ],
      skipped: [],
    };
  },
};

interface Windows {
  readonly seconds: readonly number[];
  readonly packets: readonly number[];
  /** The window once slow start is over. */
  readonly later: readonly number[];
  /** Times at which packets were lost; samples in a row are one. */
  readonly cuts: number;
}

async function oneRun(algorithm: string, durationUs: number, bench: Workbench): Promise<Windows> {
  const { result } = await runHere(
    { ...FIXED, agent: IPC_AGENT, flows: [{ algorithm }], durationUs, series: { bin: '100ms' } },
    bench,
  );
  const seconds = Array.from(result.series.timeUs, (us) => us / 1e6);
  const packets = windowOf(result.series.flows[0]!);
  const later = packets.filter((_, index) => seconds[index]! > FROM_S);
  const lost = result.series.flows[0]!.losses;
  const cuts = lost.filter((count, index) => count > 0 && (lost[index - 1] ?? 0) === 0).length;
  return { seconds, packets, later, cuts };
}

function windowOf(flow: FlowSeries): number[] {
  return Array.from(flow.cwndBytes, (bytes) => bytes / MSS);
}

function bounds({ later }: Windows): string {
  return `${Math.min(...later).toFixed(0)} to ${Math.max(...later).toFixed(0)} packets`;
}

function near(ours: number, base: number): boolean {
  return Math.abs(ours / base - 1) <= 0.1;
}
