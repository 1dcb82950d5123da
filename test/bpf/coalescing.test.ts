import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { AlgBase, type AlgorithmClass, type Report } from '../../src/algorithms/index.js';
import { type AgentHandle, connect } from '../../src/node/agent/index.js';
import { until } from '../until.js';
import { Network, whyNoFlows } from './network.js';

// Reports that come close together reach the class together: all of them, in their order, and with fewer wake-ups.

const missing = whyNoFlows();
if (missing) console.log(`reports together: skipped, ${missing}`);

let network: Network;
let agent: AgentHandle | undefined;
afterEach(async () => {
  await agent?.close();
  network?.close();
});

const EVERY_ACK = `
(def (Report (volatile acked 0) (n 0)))
(when true
  (:= Report.acked (+ Report.acked Ack.bytes_acked))
  (:= Report.n (+ Report.n 1))
  (report))
`;

/** How often the helper was woken so far. */
function wakeUps(): number {
  const [pid] = spawnSync('pgrep', ['-f', `^mooring-helper bpf.*netns=${network.near}`], {
    encoding: 'utf8',
  }).stdout.split('\n');
  return Number(/^voluntary_ctxt_switches:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]);
}

describe.skipIf(missing !== undefined)('reports of a flow of this kernel', () => {
  test.each([
    ['together', 2000],
    ['each at once', 0],
  ])('%s: none is lost or out of turn', async (_, coalesceUs) => {
    network = new Network();
    const flows: number[][] = [];
    let acked = 0;
    class Takes extends AlgBase<typeof EVERY_ACK> {
      readonly #numbers: number[] = [];
      override onCreate(): void {
        flows.push(this.#numbers);
        this.datapath.install(EVERY_ACK, { fields: { Cwnd: 40 * this.datapathInfo.mss } });
      }
      override onReport(report: Report<typeof EVERY_ACK>): void {
        this.#numbers.push(report.n);
        acked += report.acked;
      }
    }
    const socket = { netns: network.near, route: network.prefix, name: network.control, coalesceUs };
    agent = await connect('bpf', Takes as unknown as AlgorithmClass, { socket });
    const before = wakeUps();
    const { bytes } = await network.send({ bytes: 3_000_000 });
    await until('all of it is reported', () => acked >= bytes);
    for (const numbers of flows) expect(numbers).toEqual(numbers.map((_, index) => index + 1));
    const reports = flows.flat().length;
    expect(reports).toBeGreaterThan(500);
    // At 50 Mbit/s an ACK comes every half millisecond, four of them in a pause. Answers wake it as well.
    if (coalesceUs > 0) expect(wakeUps() - before).toBeLessThan(reports);
  });
});
