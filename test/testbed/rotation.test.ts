import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { buildTestbed } from '../../src/node/testbed/index.js';
import { reportCampaign, runCampaign } from '../../src/node/twine/index.js';
import { accountLoss, planCampaign } from '../../src/twine/public.js';
import {
  blast,
  expectNothingLeft,
  inNode,
  readFrames,
  removeScratch,
  scratch,
  skip,
  traces,
  uniqueName,
  unpackRun,
} from './support.js';

const SITES = { INDI: 2, MAX: 2, UTAH: 1 } as const;

describe.skipIf(skip)('three sites, 10 ports, 4 NIC ports, in turns', () => {
  afterAll(removeScratch);

  test('B11: the port recorded for a file is the port of every packet in it', async () => {
    const name = uniqueName();
    const before = traces(name);
    const workdir = scratch();
    // A node's two ports are in networks of their own, so that no frame is flooded to another port.
    const nodes = Object.entries(SITES).flatMap(([site, count]) =>
      Array.from({ length: count }, (_, index) => ({ site, name: `${site}${index}` })),
    );
    const testbed = await buildTestbed({
      name,
      sites: Object.entries(SITES).map(([site, count]) => ({
        name: site,
        nics: [
          { model: 'ConnectX_6', count: 1 },
          { model: 'ConnectX_5', count },
        ],
      })),
      slices: [
        {
          name: 'marked',
          networks: nodes.flatMap(({ site, name: node }) => [
            { name: `${node}a`, site },
            { name: `${node}b`, site },
          ]),
          nodes: nodes.map(({ site, name: node }) => ({
            name: node,
            site,
            nics: [{ networks: [`${node}a`, `${node}b`] }],
          })),
        },
      ],
    });
    try {
      const result = planCampaign(await testbed.inventory(), {
        targets: [{ site: 'INDI' }, { site: 'MAX', maxNicPorts: 1 }, { site: 'UTAH', maxNicPorts: 1 }],
        parameters: { experimentRetries: 4, listenTime: 1, waitInterval: 0 },
        rotationInterval: 1,
        seed: 11,
      });
      expect(result.ok).toBe(true);
      if (!result.ok) return;
      expect(result.plan.sites.map(({ basis }) => basis.ports.length)).toEqual([4, 4, 2]);
      expect(result.plan.sites.map(({ slots }) => slots[0]!.mirrors.length)).toEqual([2, 1, 1]);
      expect(result.plan.sites.flatMap(({ neverSampled }) => neverSampled)).toEqual([]);

      // Each port has traffic of its own mark: a UDP port, sent to that network's gateway.
      const view = await testbed.show();
      const marks = new Map<string, number>();
      const senders = view.nodes.flatMap((node) =>
        node.nics[0]!.ports.map((port, half) => {
          const mark = 7001 + marks.size;
          marks.set(`${node.site} ${port.switchPort}`, mark);
          const gateway = port.address!.replace(/\d+$/, '1');
          // 100 a second until the testbed goes, which it does long before all are sent.
          return inNode(name, node.name, [blast(), gateway, String(mark), '60000', '100', '100']).catch(
            () => `ended ${half}`,
          );
        }),
      );
      expect(marks.size).toBe(10);

      const manifests = await runCampaign(result.plan, { testbed, workdir }).done;
      let files = 0;
      for (const manifest of manifests) {
        expect([manifest.site, manifest.session.outcome, manifest.session.reasons]).toEqual([
          manifest.site,
          'completed',
          [],
        ]);
        const unpacked = unpackRun(workdir, manifest.site);
        for (const capture of manifest.captures) {
          const mark = marks.get(`${manifest.site} ${capture.source}`);
          const frames = readFrames(join(unpacked[capture.label]!, capture.files[0]!));
          const marked = frames.flatMap(({ udp }) => udp ?? []);
          expect([capture.source, marked.length > 0, new Set(marked)]).toEqual([capture.source, true, new Set([mark])]);
          // The window the manifest tells holds every packet.
          for (const { timeUs } of frames) {
            expect(timeUs).toBeGreaterThanOrEqual(capture.startUs);
            expect(timeUs).toBeLessThanOrEqual(capture.endUs);
          }
          files += 1;
        }
        const report = accountLoss(manifest.captures.map(({ counters }) => counters!));
        expect(report).toMatchObject({ lostPackets: 0, unexplainedAtMirrorPackets: 0, unexplainedAtCapturePackets: 0 });
        const ports = new Set(manifest.captures.map(({ source }) => source));
        expect(ports.size).toBe(manifest.session.plan.basis.ports.length);
      }
      expect(files).toBe(16);

      // A report of all sites: what it found in the files of a port is what the counters say, and of that port alone.
      const report = await reportCampaign([workdir]);
      expect(report.sites.map(({ site, warnings }) => [site, warnings])).toEqual(
        Object.keys(SITES).map((site) => [site, []]),
      );
      for (const { site, ports, rotations } of report.sites) {
        expect(rotations.length).toBe(manifests.find((one) => one.site === site)!.session.plan.slots.length - 1);
        for (const { port, loss, traffic } of ports) {
          expect([port, traffic?.packets]).toEqual([port, loss.filePackets]);
          const udp = traffic!.flows.filter(({ protocol }) => protocol === 'UDP');
          expect(udp.map(({ to }) => Number(to.split(':')[1]))).toEqual([marks.get(`${site} ${port}`)]);
          expect(traffic!.talkers[0]!.packets).toBe(udp[0]!.packets);
        }
      }
      await testbed.down();
      await Promise.all(senders);
    } finally {
      await testbed.down();
    }
    await expectNothingLeft(name, before);
  });
});
