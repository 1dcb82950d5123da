import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import { buildTestbed } from '../../src/node/testbed/index.js';
import { runCampaign } from '../../src/node/twine/index.js';
import { accountLoss, formatLoss, planCampaign } from '../../src/twine/public.js';
import {
  blast,
  captureMethods,
  expectNothingLeft,
  inNode,
  pingTopology,
  readFrames,
  removeScratch,
  scratch,
  skip,
  traces,
  uniqueName,
  unpackRun,
} from './support.js';

describe.skipIf(skip)('loss is told exactly, stage by stage', () => {
  afterAll(removeScratch);

  test.each(captureMethods())('400 Mbit/s mirrored into 100 Mbit/s, captured by %s', async (capture) => {
    const name = uniqueName();
    const before = traces(name);
    const workdir = scratch();
    const topology = pingTopology(name);
    // The only NIC that is left for a listener hangs on a slow switch port.
    topology.sites[0]!.nics = [
      { model: 'ConnectX_6', count: 1, rate: '100Mbit' },
      { model: 'ConnectX_5', count: 1, ports: ['HundredGigE0/0/0/5'] },
    ];
    const testbed = await buildTestbed(topology);
    try {
      const result = planCampaign(await testbed.inventory(), {
        targets: [{ site: 'INDI', ports: ['HundredGigE0/0/0/5'] }],
        parameters: { experimentRetries: 1, listenTime: 60 },
      });
      expect(result.ok && result.plan.warnings.map(({ code }) => code)).toEqual(['destination-too-slow']);
      if (!result.ok) return;
      let traffic: Promise<{ sent: string; seconds: number }> | undefined;
      const campaign = runCampaign(result.plan, {
        testbed,
        workdir,
        capture,
        onEvent: (_, { kind }) => {
          if (kind === 'captureStarted') traffic = send(name).finally(() => campaign.interrupt());
        },
      });
      const [manifest] = await campaign.done;
      // However long the sender took: the window ended after it.
      expect(manifest!.session.outcome).toBe('interrupted');
      const { sent, seconds } = await traffic!;
      expect(sent).toBe('71428');
      const [record] = manifest!.captures;
      expect(record).toMatchObject({ status: 'partial', reason: 'stopped before its window ended' });
      const counters = record!.counters!;
      // Every frame the node sent was mirrored; ICMP errors and ARP may have been as well.
      expect(counters.mirroredPackets).toBeGreaterThanOrEqual(71_428);
      expect(counters.mirroredPackets).toBeLessThan(72_500);
      // No more than the destination's speed has passed while the sender was at work, and the port's queue.
      expect(counters.nicReceivedPackets).toBeLessThan(((100e6 / 8) * seconds) / 1442 + 2500);
      expect(counters.destinationDroppedPackets).toBeGreaterThan(0);
      expect(counters.destinationDroppedPackets! + counters.nicReceivedPackets!).toBe(counters.mirroredPackets);
      expect(counters.ringDroppedPackets + counters.filePackets).toBe(counters.nicReceivedPackets);
      // The capture tool by itself has nothing to tell.
      expect(record!.toolDroppedPackets).toBe(0);
      const report = accountLoss([counters]);
      expect(report).toMatchObject({ unexplainedAtMirrorPackets: 0, unexplainedAtCapturePackets: 0 });
      expect(formatLoss(report)).toMatch(
        /mirrored frames lost \(\d+\.\d %\): \d+ dropped at the mirror's destination$/,
      );

      const unpacked = unpackRun(workdir, 'INDI')['INDI_node0']!;
      expect(readFrames(join(unpacked, record!.files[0]!))).toHaveLength(counters.filePackets);
      // Whoever analyses the run is told.
      const { stderr } = await promisify(execFile)('node', [
        ...['dist/cli.js', 'pcap', 'info', '--json', join(workdir, 'INDI', 'latest_run')],
      ]);
      expect(stderr).toContain(formatLoss(report));
      console.log(`loss by ${capture}: ${JSON.stringify(counters)}; the tool says ${record!.toolDroppedPackets}`);
    } finally {
      await testbed.down();
    }
    await expectNothingLeft(name, before);
  });
});

/** 1400 B of payload at 35 714 packets/s are 400 Mbit/s, for two seconds; nobody answers. */
async function send(name: string): Promise<{ sent: string; seconds: number }> {
  const startMs = performance.now();
  const said = await inNode(name, 'Node1', [blast(), '10.128.2.77', '9', '71428', '1400', '35714']);
  return { sent: said.trim(), seconds: (performance.now() - startMs) / 1000 };
}
