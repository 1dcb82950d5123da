import type { Scenario } from '../sim/index.js';
import { type Figure, type Finding, judge, mean } from './figure.js';
import { createIntervalReno } from './interval-reno.js';
import { measureLiveAgent } from './live-agent.js';
import { IPC_AGENT, runHere, type Workbench } from './workbench.js';

// Figure 13: throughput and processor time as flows are added.

const FLOWS = [1, 2, 4, 8, 16, 32, 64] as const;
type Algorithm = Scenario['flows'][number]['algorithm'];
const SENDERS: readonly { readonly name: string; readonly algorithm: () => Algorithm }[] = [
  { name: 'in the datapath', algorithm: () => 'builtin:reno' },
  { name: 'CCP, per 10 ms', algorithm: () => createIntervalReno(10_000) },
  { name: 'CCP, per ACK', algorithm: () => createIntervalReno('ack') },
];

interface Point {
  readonly goodputGbit: number;
  /** Processor time per second of the link. */
  readonly cpu: number;
}

export const scaling: Figure = {
  id: 'fig13',
  title: 'Figure 13: more flows',
  setup:
    'Paper: iperf over loopback, and over 10 Gbit/s between two servers, 1 to 64 flows, the Linux module. Here: 10 Gbit/s and 100 µs, simulated, with the processor time of sender, programs and agent; and an agent in a process of its own behind a unix socket, driven by our live datapath.',
  async run(bench) {
    const points = await simulated(bench);
    const [datapath, tenMs, perAck] = SENDERS.map(({ name }) => points.get(name)!) as [Point[], Point[], Point[]];
    const many = FLOWS.flatMap((flows, index) => (flows >= 16 ? [index] : []));
    const ratio = (ours: readonly Point[]): number =>
      mean(many.map((index) => ours[index]!.cpu / datapath[index]!.cpu));
    const worst = Math.min(...FLOWS.map((_, index) => tenMs[index]!.goodputGbit / datapath[index]!.goodputGbit));
    const findings: Finding[] = [
      {
        what: 'throughput, 1 to 64 flows',
        paper: 'that of the kernel up to 64 flows',
        ours: `per 10 ms at least ${(100 * worst).toFixed(0)} % of the datapath’s`,
        verdict: judge(worst >= 0.9),
        why: 'simulated: what the link carries, not what a processor can; windows that move once in a hundred round trips find the rate late',
      },
      {
        what: 'processor time, 16 to 64 flows at 10 Gbit/s',
        paper: '2.0 times that of the kernel',
        ours: `${ratio(tenMs).toFixed(2)} times per 10 ms, ${ratio(perAck).toFixed(2)} times per ACK`,
        verdict: judge(Math.abs(ratio(tenMs) - 2) <= 0.5),
        why: 'judged by the reports per 10 ms; the simulated datapath takes so little for a packet that a report for each is most of the work, as in Table 1',
      },
    ];
    const charts = [
      chart('Throughput', 'Gbit/s', points, ({ goodputGbit }) => goodputGbit),
      chart('Processor time for a second of the link', 's', points, ({ cpu }) => cpu),
    ];
    const live = await liveShares(bench);
    if (typeof live === 'string') return { findings, charts, skipped: [`agent behind a socket: ${live}`] };
    const most = Math.max(...live.map(({ share }) => share));
    findings.push({
      what: 'agent in a process of its own, a report in 10 ms from each of 1 to 64 flows',
      paper: 'kernel and agent together below 8 %',
      ours: `the agent at most ${(100 * most).toFixed(1)} % of a core, ${Math.max(...live.map(({ perSecond }) => perSecond)).toFixed(0)} reports a second`,
      verdict: 'not comparable',
      why: 'a real unix socket and a real agent, on another machine than the paper’s; the share is of one core, the paper’s of four',
    });
    charts.push({
      title: 'Agent behind a unix socket',
      xLabel: 'flows',
      yLabel: '% of a core',
      x: live.map(({ flows }) => flows),
      curves: [{ label: 'agent', values: live.map(({ share }) => 100 * share) }],
    });
    return { findings, charts, skipped: [] };
  },
};

async function simulated(bench: Workbench): Promise<Map<string, Point[]>> {
  const seconds = bench.quick ? 0.02 : 1;
  const points = new Map<string, Point[]>(SENDERS.map(({ name }) => [name, []]));
  for (const [index, flows] of FLOWS.entries()) {
    for (const { name, algorithm } of SENDERS) {
      bench.tell(`${flows} flows, ${name}`, (0.8 * index) / FLOWS.length);
      const { result, cpuUs } = await runHere(
        {
          rate: '10Gbit',
          rtt: '100us',
          queue: '4bdp',
          agent: IPC_AGENT,
          flows: [{ algorithm: algorithm(), count: flows }],
          durationUs: seconds * 1e6,
          series: false,
        },
        bench,
      );
      const goodputGbit = (result.summary.goodputBytesPerSecond * 8) / 1e9;
      points.get(name)!.push({ goodputGbit, cpu: cpuUs / (seconds * 1e6) });
    }
  }
  return points;
}

function chart(title: string, yLabel: string, points: ReadonlyMap<string, Point[]>, of: (point: Point) => number) {
  const curves = [...points].map(([label, values]) => ({ label, values: values.map(of) }));
  return { title: `${title}, 1 to 64 flows`, xLabel: 'flows', yLabel, x: [...FLOWS] as readonly number[], curves };
}

/** Shares of a core that an agent behind a socket takes, or why that cannot be measured. */
async function liveShares(bench: Workbench) {
  const counts = bench.quick ? [1, 64] : FLOWS;
  const shares = [];
  try {
    for (const [index, flows] of counts.entries()) {
      bench.tell(`${flows} flows, an agent behind a socket`, 0.8 + (0.2 * index) / counts.length);
      shares.push({ flows, ...(await measureLiveAgent(flows, bench.quick ? 1 : 4, bench.signal)) });
    }
  } catch (error) {
    bench.signal.throwIfAborted();
    return (error as Error).message;
  }
  return shares;
}
