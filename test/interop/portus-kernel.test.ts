import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Network, whyNoFlows } from '../bpf/network.js';
import { BUILD_MS, buildPeer, startPeer, until, whyNoPeer } from './rust-peers.js';

// The original portus drives flows of this kernel through the helper's socket: programs, updates, changes of program.

const lacking = whyNoFlows() ?? whyNoPeer('portus-agent');
if (lacking) console.log(`test/interop/portus-kernel: skipped, ${lacking}`);

let folder = '';
beforeAll(() => {
  if (!lacking) folder = buildPeer('portus-agent');
}, BUILD_MS);

let network: Network;
afterEach(() => network?.close());

describe.skipIf(lacking)('the original portus on flows of this kernel', () => {
  it('sets windows and rates, changes programs and hears every report of theirs', async () => {
    network = new Network();
    const name = network.control;
    const agent = startPeer(`${folder}/portus-agent`, [name]);
    await until(() => agent.lines().includes('ready'));
    const helper = await network.helper([
      '--agent',
      `/tmp/ccp/${name}`,
      '--bind',
      `/tmp/ccp/${name}k`,
      '--route',
      network.prefix,
    ]);
    expect(helper.said).toMatch(/^ready /);
    const sending = network.send({ seconds: 3 });
    // 10 000 + 100 sid + n bytes and 500 000 + 10 sid + n bytes/s, n the reports so far.
    await until(() => {
      const [, cwnd, rate] = /cwnd:(\d+) .*pacing_rate (\d+)bps/.exec(network.flow()) ?? [];
      return (cwnd === '7' || cwnd === '6') && Math.abs(Number(rate) / 8 - 500_000) < 5000;
    });
    const { bitsPerSecond } = await sending;
    expect(bitsPerSecond).toBeLessThan(4_300_000);
    agent.child.stdin!.end();
    await agent.ended;
    await helper.end();
    const lines = agent.lines().map((line) => line.split(' '));
    const reports = lines.filter(([kind, sid]) => kind === 'report' && sid === '2');
    expect(reports.length).toBeGreaterThan(20);
    expect(reports.slice(0, 6).map(([, , , program]) => program)).toEqual([
      'first',
      'first',
      'second',
      'second',
      'first',
      'first',
    ]);
    // Nothing is an error, and after the round trip that a change takes each report is of the program it was asked for.
    expect(reports.filter(([, , , , value]) => !/^\d+$/.test(value!)).length).toBeLessThanOrEqual(4);
    expect(lines.filter(([kind]) => kind === 'close')).toHaveLength(2);
  });
});
