import { createReadStream, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { buildTestbed, type LocalTestbed, type TestbedRun } from '../../src/node/testbed/index.js';
import { type CaptureName, captureMethod } from '../../src/node/twine/campaign.js';
import { countPcap } from '../../src/node/twine/pcap-count.js';
import {
  blast,
  captureMethods,
  expectNothingLeft,
  inNode,
  pingTopology,
  removeScratch,
  scratch,
  skip,
  traces,
  uniqueName,
} from './support.js';

const FRAMES = 320_000;
const ROUNDS = 3;

interface Round {
  readonly seconds: number;
  readonly captured: number;
  readonly dropped: number;
  readonly cpuSeconds: number;
}

// The same burst, as fast as the sender goes, to each tool in turn, several times in one run. What
// is asserted is that every frame is accounted for; the rates are printed (docs/guide/twine.md).
describe.skipIf(skip)('capture rate on veth, 200-byte snap', () => {
  afterAll(removeScratch);

  test('beside each other in one run', async () => {
    const name = uniqueName();
    const before = traces(name);
    const folder = scratch();
    const testbed = await buildTestbed(pingTopology(name, { homes: join(folder, 'homes') }));
    const rounds: Record<string, Round[]> = {};
    try {
      await runOf(testbed).change({ remove: NOTHING, add: { ...NOTHING, listeners: [LISTENER] } });
      for (let round = 0; round < ROUNDS; round += 1) {
        for (const method of captureMethods()) {
          rounds[method] = [...(rounds[method] ?? []), await burst(testbed, name, method, `${method}-${round}`)];
        }
      }
    } finally {
      await testbed.down();
    }
    for (const [method, list] of Object.entries(rounds)) {
      const best = list.reduce((a, b) => (b.captured / b.seconds > a.captured / a.seconds ? b : a));
      const cpu = Math.min(...list.map(({ cpuSeconds, captured }) => (cpuSeconds / captured) * 1e9));
      console.log(
        `${method}: ${Math.round(best.captured / best.seconds)} packets/s in the file, ${best.dropped} of ${FRAMES} dropped by the ring, ${Math.round(cpu)} ns of CPU a packet (best of ${ROUNDS})`,
      );
    }
    await expectNothingLeft(name, before);
  });
});

async function burst(testbed: LocalTestbed, name: string, capture: CaptureName, logs: string): Promise<Round> {
  const method = captureMethod(capture, testbed);
  const run = runOf(testbed);
  const access = await run.listener(LISTENER.name);
  const path = `${capture}.pcap`;
  const file = join(access.home, path);
  const mirror = {
    name: 'rate',
    source: 'HundredGigE0/0/0/5',
    direction: 'rx',
    listener: LISTENER.name,
    nicPort: 'p1',
  } as const;
  await run.change({ remove: NOTHING, add: { ...NOTHING, mirrors: [mirror] } });
  const spec = {
    access,
    interface: access.interfaces['p1']!,
    file: path,
    logs,
    snaplen: 200,
    filter: undefined,
    atMostS: 60,
  };
  const { record: identity } = await method.start(spec);
  const tool = toolOf(identity.pid);
  const cpuBefore = cpuOf(tool);
  await run.openMirrors(['rate']);
  const startMs = performance.now();
  await inNode(name, 'Node1', [blast(), '10.128.2.99', '9', String(FRAMES), '200', '0']);
  const seconds = (performance.now() - startMs) / 1000;
  await run.closeMirrors(['rate']);
  const counters = await run.counters('rate');
  const cpuSeconds = cpuOf(tool) - cpuBefore;
  const end = await method.stop({ access, file: path, logs }, identity);
  await run.change({ remove: { ...NOTHING, mirrors: ['rate'] }, add: NOTHING });
  expect(end.failure).toBeUndefined();
  expect(counters.nicReceivedPackets! + counters.destinationDroppedPackets!).toBe(counters.mirroredPackets);
  expect(end.filePackets + end.ringDroppedPackets).toBe(counters.nicReceivedPackets);
  expect((await countPcap(createReadStream(file))).packets).toBe(end.filePackets);
  expect(statSync(file).size).toBeGreaterThan(1_000_000);
  return { seconds, captured: end.filePackets, dropped: end.ringDroppedPackets, cpuSeconds };
}

// tcpdump runs under timeout(1).
function toolOf(pid: number): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return children === '' ? pid : Number(children.split(' ')[0]);
}

// Nanoseconds on a processor; the ticks of /proc/PID/stat are too coarse for a burst.
function cpuOf(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1e9;
}

const NOTHING = { listeners: [], mirrors: [] };

function runOf(testbed: LocalTestbed): TestbedRun {
  return testbed.run({ id: 'rate', slice: 'rate', owner: 'run' });
}

const LISTENER = {
  name: 'Twine_INDI_node0',
  label: 'INDI_node0',
  site: 'INDI',
  image: 'default_ubuntu_22',
  cores: 2,
  ramGiB: 8,
  diskGiB: 100,
  nic: { name: 'pmnic_1', model: 'ConnectX_6', rateBytesPerSecond: 1 },
  nicPorts: ['p1', 'p2'] as const,
};
