import { AlgBase, type AlgorithmClass, type Report } from '../../algorithms/index.js';
import { buildKernelPath, sendThrough, whyNoKernelFlows } from '../../node/path/index.js';
import type { Bench, BenchResult } from '../bench.js';
import { rounded } from '../timing.js';
import { control } from './controlled.js';

const SECONDS = 5;
const WINDOW_BYTES = 300_000;

/** Each answer of the agent is reported at the first ACK that sees it, with the time since the report it answers. */
const PING_PONG = `
(def (Report (number 0) (waited 0)) (number 0) (sentUs 0))
(when (|| (> number Report.number) (&& (== sentUs 0) (> Micros 10000)))
  (:= Report.number number)
  (:= Report.waited (- Ack.now sentUs))
  (:= sentUs Ack.now)
  (report))
`;

/** How long after a report what the class answered is in force, by the kernel's clock. */
export const answer: Bench = {
  name: 'bpf-answer',
  group: 'bpf',
  summary: 'from a report in the kernel to the class and back until its answer is in force',
  missing: () => whyNoKernelFlows(),
  leavesNothing: true,
  run: measure,
};

async function measure(progress: (line: string) => void): Promise<BenchResult> {
  const waitedUs: number[] = [];
  class PingPong extends AlgBase<typeof PING_PONG> {
    override onCreate(): void {
      this.datapath.install(PING_PONG, { fields: { Cwnd: WINDOW_BYTES } });
    }
    override onReport(r: Report<typeof PING_PONG>): void {
      if (r.number > 0) waitedUs.push(r.waited);
      this.datapath.updateField('number', r.number + 1);
    }
  }
  const path = await buildKernelPath();
  try {
    progress(`bpf-answer: ${SECONDS} s of reports`);
    const agent = await control(path, PingPong as unknown as AlgorithmClass);
    try {
      await sendThrough(path, { seconds: SECONDS, congestionControl: agent.control });
    } finally {
      await agent.close();
    }
  } finally {
    await path.close();
  }
  if (waitedUs.length === 0) throw new Error('no answer came into force');
  const sorted = waitedUs.sort((a, b) => a - b);
  const at = (quantile: number): number => rounded(sorted[Math.floor(quantile * (sorted.length - 1))]!);
  return {
    rows: [
      {
        way: 'kernel → helper → class (main thread) → helper → kernel',
        'p50 µs': at(0.5),
        'p99 µs': at(0.99),
        answers: sorted.length,
      },
    ],
    floors: [],
  };
}
