import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { Aimd, AlgBase, type AlgorithmClass, createConst, type Report } from '../../src/algorithms/index.js';
import { type AgentHandle, connect } from '../../src/node/agent/index.js';
import { kernelFlows } from '../../src/node/helper/index.js';
import { until } from '../until.js';
import { type Helper, Network, registered, whyNoFlows } from './network.js';

// TypeScript classes on flows of this kernel, over datagrams that any agent speaks. What the kernel shows of a flow (ss) is
// compared, never how fast it is.

const missing = whyNoFlows();
if (missing) console.log(`flows of this kernel: skipped, ${missing}`);

let network: Network;
const agents: AgentHandle[] = [];
afterEach(async () => {
  for (const agent of agents.splice(0)) await agent.close();
  network?.close();
  expect(registered()).not.toContain('mrg');
});

const agentPath = () => join(network.folder, 'agent');

async function agentWith(algorithm: AlgorithmClass): Promise<AgentHandle> {
  const agent = await connect('unix', algorithm, { socket: { path: agentPath() } });
  agents.push(agent);
  return agent;
}

const helperWith = (...words: string[]): Promise<Helper> => network.helper(['--agent', agentPath(), ...words]);

const routes = () => network.routes();

/** Runs the same program on every flow and keeps its reports. */
function recorder<P extends string>(program: P, fields: Record<string, number> = {}) {
  const reports: Array<Report<P>> = [];
  class Recorder extends AlgBase<P> {
    override onCreate(): void {
      this.datapath.install(program, { fields } as never);
    }
    override onReport(report: Report<P>): void {
      reports.push(report);
    }
  }
  return { reports, algorithm: Recorder as unknown as AlgorithmClass };
}

const LOOK = `
(def (Report (volatile acked 0) (volatile lost 0) (volatile marked 0) (rtt 0) (out 0) (pending 0) (volatile timeout false)))
(when true
  (:= Report.acked (+ Report.acked Ack.bytes_acked))
  (:= Report.lost (+ Report.lost Ack.lost_pkts_sample))
  (:= Report.marked (+ Report.marked Ack.ecn_packets))
  (:= Report.rtt Flow.rtt_sample_us)
  (:= Report.out Flow.rate_outgoing)
  (:= Report.pending Flow.bytes_pending)
  (:= Report.timeout (|| Report.timeout Flow.was_timeout))
  (fallthrough))
(when (> Micros 20000) (report) (:= Micros 0))
`;

describe.skipIf(missing !== undefined)('flows of this kernel', () => {
  test('reports that find the queue of the agent full are counted with the flow and told', async () => {
    network = new Network();
    const EVERY =
      '(def (Report (volatile acked 0))) (when true (:= Report.acked (+ Report.acked Ack.bytes_acked)) (report))';
    let stood = false;
    class Stands extends AlgBase {
      override onCreate(): void {
        this.datapath.install(EVERY);
      }
      override onReport(): void {
        // As a garbage collection or a page's long task would: nobody takes what comes.
        if (!stood) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 700);
        stood = true;
      }
    }
    await agentWith(Stands as unknown as AlgorithmClass);
    const helper = await helperWith('--route', network.prefix);
    const sending = network.send({ seconds: 2 });
    await until('it is counted', async () =>
      (await kernelFlows()).some(
        ({ dropped, reports, remote }) => remote === `${network.far}:5201` && dropped > 0 && dropped < reports,
      ),
    );
    await until('it is told', () => /\d+ reports? dropped: the agent did not take them/.test(helper.said));
    await sending;
    await helper.end();
  });

  test('by their route: the window and the rate are what the class says', async () => {
    network = new Network();
    const before = routes();
    await agentWith(createConst({ cwndPackets: 23, rateBytesPerSecond: 400_000 }));
    const helper = await helperWith('--route', network.prefix);
    expect(helper.said).toMatch(/^ready /);
    expect(network.in('ip', 'route')).toContain(`congctl ${network.control}`);
    const sending = network.send({ seconds: 2 });
    await until('the flow runs as told', () => {
      const flow = network.flow();
      return flow.startsWith(network.control) && flow.includes('cwnd:23 ') && flow.includes('pacing_rate 3200000bps');
    });
    const { bitsPerSecond } = await sending;
    // 400 kB/s, of 6 MB/s that the cable takes.
    expect(bitsPerSecond).toBeLessThan(4_000_000);
    await helper.end();
    expect(helper.code).toBe(0);
    expect(routes()).toBe(before);
  });

  test('of IPv6, with reports that add up', async () => {
    network = new Network();
    const { reports, algorithm } = recorder(LOOK);
    await agentWith(algorithm);
    const helper = await helperWith('--route', `${network.prefix6},${network.prefix}`);
    const { bytes } = await network.send({ bytes: 4_000_000, address: network.far6 });
    await until('reports came', () => reports.length > 0);
    const acked = reports.reduce((sum, { acked: more }) => sum + Number(more), 0);
    // All but what came after the last report, on both flows of iperf3.
    expect(acked).toBeLessThan(bytes + 100_000);
    expect(acked).toBeGreaterThan(bytes / 2);
    for (const { rtt, out } of reports) {
      expect(Number(rtt)).toBeGreaterThan(0);
      expect(Number(out)).toBeGreaterThan(0);
    }
    await helper.end();
  });

  test('marks are counted as the other end sees them, and losses as the kernel counts them', async () => {
    network = new Network({ qdisc: 'tbf rate 20mbit burst 6000 limit 30000' });
    // Every fiftieth packet arrives marked; one of the two to reach would be enough for the classic kind (RFC 3168).
    network.mark(50);
    const { reports, algorithm } = recorder(LOOK, { Cwnd: 150_000 });
    await agentWith(algorithm);
    const helper = await helperWith('--route', network.prefix);
    let lost = 0;
    const sending = network.send({ seconds: 2 });
    await until('packets were lost', () => {
      lost = Number(/ lost:(\d+)|retrans:\d+\/(\d+)/.exec(network.flow())?.[2] ?? 0);
      return lost > 0;
    });
    await sending;
    const sum = (name: 'marked' | 'lost') => reports.reduce((total, report) => total + Number(report[name]), 0);
    expect(sum('lost')).toBeGreaterThanOrEqual(lost);
    expect(network.marked()).toBeGreaterThan(0);
    // An echo stands until it is answered, so that more packets are reported than were marked.
    expect(sum('marked')).toBeGreaterThan(0);
    await helper.end();
  });

  test('an AIMD class fills the cable and cuts at losses', async () => {
    network = new Network({ qdisc: 'tbf rate 20mbit burst 6000 limit 60000' });
    const agent = await agentWith(Aimd);
    const helper = await helperWith('--route', network.prefix);
    const { bitsPerSecond } = await network.send({ seconds: 4 });
    expect(bitsPerSecond).toBeGreaterThan(10_000_000);
    expect((await agent.stats()).messagesIn).toBeGreaterThan(20);
    await helper.end();
  });

  test('only of the ports that are asked for; the others go to the fallback', async () => {
    network = new Network();
    await agentWith(createConst({ cwndPackets: 7 }));
    const helper = await helperWith('--route', network.prefix, '--port', '80,6000-6010', '--fallback', 'reno');
    const sending = network.send({ seconds: 1 });
    await until('the flow is the fallback', () => network.flow().startsWith('reno'));
    await sending;
    await until('it is told', () => helper.said.includes('flows went to reno: their ports are not asked for'));
    await helper.end();
  });

  const groups = cgroup2();
  test.skipIf(groups === undefined)('of a control group, and of no other', async () => {
    network = new Network();
    const group = join(groups!, network.control);
    mkdirSync(group);
    try {
      await agentWith(createConst({ cwndPackets: 19 }));
      const helper = await helperWith('--cgroup', group);
      const outside = network.send({ seconds: 1 });
      await until('a flow of another group is the default', () => /^(cubic|reno|bbr)/.test(network.flow()));
      await outside;
      const inside = network.send({ seconds: 1, group });
      await until('the flow is ours', () => network.flow().includes('cwnd:19 '));
      await inside;
      await helper.end();
    } finally {
      await until('the group is empty', () => spawnSync('rmdir', [group]).status === 0);
    }
  });

  test('whether the application is the limit is told, and a window need not grow then', async () => {
    network = new Network();
    const { reports, algorithm } = recorder(`
(def (Report (volatile limited 0) (volatile all 0) (srtt 0) (least 0)))
(when true
  (:= Report.all (+ Report.all 1))
  (if Flow.app_limited (:= Report.limited (+ Report.limited 1)))
  (:= Report.srtt Flow.srtt_us)
  (:= Report.least Flow.min_rtt_us)
  (!if Flow.app_limited (:= Cwnd (+ Cwnd Ack.bytes_acked)))
  (fallthrough))
(when (> Micros 20000) (report) (:= Micros 0))`);
    await agentWith(algorithm);
    const helper = await helperWith('--route', network.prefix);
    // 2 Mbit/s of the application's own, on a cable of 50.
    const sending = network.send({ seconds: 3, words: ['-b', '2M', '-l', '2000'] });
    let most = 0;
    await until('it has reported', () => {
      most = Math.max(most, Number(/cwnd:(\d+)/.exec(network.flow())?.[1] ?? 0));
      return reports.length > 40;
    });
    await sending;
    const sum = (name: 'limited' | 'all') => reports.reduce((total, report) => total + Number(report[name]), 0);
    expect(sum('limited')).toBeGreaterThan(sum('all') / 2);
    // Some two flows of ten packets at first, and not the hundreds that 40 round trips without a loss would make.
    expect(most).toBeLessThan(100);
    for (const { srtt, least } of reports) expect(Number(least)).toBeLessThanOrEqual(Number(srtt));
    await helper.end();
  });

  test('of a namespace that has it by default', async () => {
    network = new Network();
    await agentWith(createConst({ cwndPackets: 9 }));
    const before = network.in('sysctl', '-n', 'net.ipv4.tcp_congestion_control');
    const helper = await helperWith('--default');
    const sending = network.send({ seconds: 1 });
    await until('the flow is ours', () => network.flow().includes('cwnd:9 '));
    await sending;
    await helper.end('SIGKILL');
    // By the process that outlives it.
    await until('the default is back', () => network.in('sysctl', '-n', 'net.ipv4.tcp_congestion_control') === before);
  });
});

describe.skipIf(missing !== undefined)('flows that nobody decides for', () => {
  test('go to the fallback without an agent, and come under one that is there', async () => {
    network = new Network();
    const helper = await helperWith('--route', network.prefix, '--fallback-us', '300000');
    const alone = network.send({ seconds: 2 });
    await until('the flow left', () => network.flow().startsWith('cubic'));
    await alone;
    await until('it is told', () => /flows? went to cubic: (no agent|the agent gave)/.test(helper.said));
    await agentWith(createConst({ cwndPackets: 11 }));
    // The helper looks for an agent every 100 ms: a flow that begins before it has found this one is not for it.
    let sending = network.send({ seconds: 2 });
    await until('a new flow is under it', async () => {
      const flow = network.flow();
      if (!flow.startsWith('cubic')) return flow.includes('cwnd:11 ');
      await sending;
      sending = network.send({ seconds: 2 });
      return false;
    });
    await sending;
    await helper.end();
  });

  test('are taken over by an agent that comes back before the fallback time is over', async () => {
    network = new Network();
    const helper = await helperWith('--route', network.prefix, '--fallback-us', '20000000');
    const first = await agentWith(createConst({ cwndPackets: 12 }));
    const sending = network.send({ seconds: 6 });
    await until('the first has it', () => network.flow().includes('cwnd:12 '));
    await first.close();
    agents.length = 0;
    await agentWith(createConst({ cwndPackets: 31 }));
    await until('the second has it', () => network.flow().includes('cwnd:31 '));
    await sending;
    await helper.end();
  });

  test('whose program fails at every ACK', async () => {
    network = new Network();
    const { algorithm } = recorder(
      '(def (Report (volatile x 0)))\n(when true (:= Report.x (/ Ack.bytes_acked 0)) (report))',
    );
    await agentWith(algorithm);
    const helper = await helperWith('--route', network.prefix, '--fallback-us', '200000');
    const sending = network.send({ seconds: 2 });
    await until('the flow left', () => network.flow().startsWith('cubic'));
    await sending;
    await until('it is told', () => helper.said.includes('their program failed at every ACK'));
    await helper.end();
  });

  test('because the helper was killed: they go on, routes are as before, nothing stays registered', async () => {
    network = new Network();
    const before = routes();
    await agentWith(createConst({ cwndPackets: 13 }));
    const helper = await helperWith('--route', `${network.prefix},${network.prefix6}`);
    const sending = network.send({ seconds: 3 });
    await until('the flow is ours', () => network.flow().includes('cwnd:13 '));
    await helper.end('SIGKILL');
    await until('the flow went on', () => network.flow().startsWith('cubic'));
    expect(registered()).not.toContain(network.control);
    await until('routes are back', () => routes() === before);
    expect((await sending).bytes).toBeGreaterThan(0);
    // And can be had again.
    const again = await helperWith('--route', network.prefix);
    expect(again.said).toMatch(/^ready /);
    await again.end();
  });

  test('because the helper stands still', async () => {
    network = new Network();
    await agentWith(createConst({ cwndPackets: 14 }));
    const helper = await helperWith('--route', network.prefix, '--fallback-us', '100000');
    const sending = network.send({ seconds: 6 });
    await until('the flow is ours', () => network.flow().includes('cwnd:14 '));
    helper.child.kill('SIGSTOP');
    await until('the flow went on', () => network.flow().startsWith('cubic'));
    helper.child.kill('SIGCONT');
    await sending;
    await until('it is told', () => helper.said.includes('this helper stood still'));
    await helper.end();
  });
});

/** Where cgroup2 is mounted, if at all. */
function cgroup2(): string | undefined {
  const mounts = missing === undefined ? readFileSync('/proc/mounts', 'utf8').split('\n') : [];
  return mounts.map((line) => line.split(' ')).find(([, , kind]) => kind === 'cgroup2')?.[1];
}
