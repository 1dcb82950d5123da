import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { MooringError } from '../../../src/base/index.js';
import { openTestbed } from '../../../src/node/testbed/index.js';
import { formatReport, reportSites, runCampaign } from '../../../src/node/twine/index.js';
import { accountLoss, formatLoss, type IntentInput, type Manifest, planCampaign } from '../../../src/twine/index.js';
import { FRAMES, MemoryTestbed, memoryKind } from './memory-driver.js';

const root = mkdtempSync(join(tmpdir(), 'mooring-open-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

async function campaign(testbed: MemoryTestbed, intent: Partial<IntentInput> = {}) {
  const workdir = mkdtempSync(join(root, 'work-'));
  const driver = openTestbed('memory:any', { memory: memoryKind(testbed) });
  const result = planCampaign(await driver.inventory(), {
    targets: [{ site: 'INDI', ports: ['HundredGigE0/0/0/0'] }],
    parameters: { experimentRetries: 2, listenTime: 0.1, waitInterval: 0 },
    ...intent,
  });
  if (!result.ok) throw new Error(JSON.stringify(result.refusals));
  const gathered: number[] = [];
  const onGather = (_: string, { bytes }: { bytes: number }) => void gathered.push(bytes);
  const [manifest] = await runCampaign(result.plan, { testbed: driver, workdir, onGather }).done;
  return { workdir, manifest: manifest!, gathered };
}

const runIdOf = ({ session }: Manifest) => session.plan.basis.runId!;

test.each([
  ['nowhere', /there is no testbed nowhere/],
  ['netns:nowhere', /there is no testbed nowhere/],
  ['netns:../../etc/passwd', /there is no testbed/],
  ['fabrik:mine', /there is no kind of testbed fabrik \(kinds: netns, fabric\); write KIND:NAME/],
  ['fabric:/nowhere/fabric_rc', /nowhere\/fabric_rc: there is no such file/],
  ['constructor:mine', /there is no kind of testbed constructor/],
])('the reference %s is refused with what to write', (reference, said) => {
  try {
    openTestbed(reference);
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(MooringError);
    expect((error as MooringError).code).toBe('MOORING_ERR_TESTBED_REFUSED');
    expect((error as MooringError).detail['failure']).toMatchObject({ class: 'configuration' });
    expect((error as MooringError).message).toMatch(said);
  }
});

test('a driver is its own folder and a row: a campaign on listeners that are on no machine', async () => {
  const testbed = new MemoryTestbed('any');
  const { manifest, workdir } = await campaign(testbed);
  expect([manifest.session.outcome, manifest.session.reasons, manifest.leftovers]).toEqual(['completed', [], []]);
  expect(manifest.driver).toEqual({ kind: 'memory', testbed: 'memory:any' });
  expect(manifest.captures.map(({ status, counters }) => [status, counters?.filePackets])).toEqual([
    ['complete', FRAMES],
    ['complete', FRAMES],
  ]);
  const [archive] = manifest.archives;
  // The tool's words came along from the listener.
  expect(
    archive!.entries.map(({ path }) => path.replace(/pcap_.*?\//, '')).filter((path) => !path.includes('-1/')),
  ).toEqual([
    'manifest.json',
    ...Array.from({ length: 2 }, () => expect.stringMatching(/^packet_trace\/ens1\/.*-1\.pcap$/)),
  ]);
  expect(archive!.entries.filter(({ path }) => path.endsWith('stderr.log'))).toHaveLength(2);
  expect(readdirSync(join(workdir, 'INDI', manifest.run)).sort()).toEqual([
    'INDI_node0_packet_trace.tgz',
    'manifest.json',
    'startup_log.txt',
  ]);
  expect([testbed.nodes.size, testbed.mirrors.size]).toEqual([0, 0]);
});

test('listeners and mirrors are one request, a rotation is one that removes and adds', async () => {
  const testbed = new MemoryTestbed('any');
  const { manifest } = await campaign(testbed, {
    targets: [{ site: 'INDI', maxNicPorts: 1 }],
    rotationInterval: 0.1,
  });
  const id = runIdOf(manifest);
  const names = ({ remove, add }: (typeof testbed.changes)[number]) => ({
    remove: [...remove.mirrors, ...remove.listeners],
    add: [...add.listeners, ...add.mirrors].map(({ name }) => name),
  });
  expect(testbed.changes.map(names)).toEqual([
    { remove: [], add: [`Twine_INDI_node0_${id}`, `INDI_INDI_node0_pmservice0_${id}`] },
    { remove: [`INDI_INDI_node0_pmservice0_${id}`], add: [`INDI_INDI_node0_pmservice1_${id}`] },
    { remove: [`INDI_INDI_node0_pmservice1_${id}`, `Twine_INDI_node0_${id}`], add: [] },
  ]);
  expect(manifest.session.plan.basis.sliceName).toBe(`Traffic Listening Demo INDI ${id}`);
});

test('every run has an id of its own', async () => {
  const both = await Promise.all([campaign(new MemoryTestbed('a')), campaign(new MemoryTestbed('b'))]);
  const [a, b] = both.map(({ manifest }) => runIdOf(manifest));
  expect(a).toMatch(/^[0-9a-f]{8}$/);
  expect(a).not.toBe(b);
});

test('what a testbed cannot count is unknown in manifest, loss and text, never 0', async () => {
  const { manifest, workdir } = await campaign(new MemoryTestbed('any'), {
    parameters: { experimentRetries: 1, listenTime: 0.1, tcpdumpFilter: 'udp' },
  });
  const counters = manifest.captures[0]!.counters!;
  expect(counters).toEqual({
    mirroredPackets: null,
    destinationDroppedPackets: null,
    nicReceivedPackets: null,
    ringDroppedPackets: 0,
    filteredPackets: null,
    filePackets: FRAMES,
  });
  const loss = accountLoss([counters]);
  expect(loss).toMatchObject({
    lostPackets: null,
    lostShare: null,
    unexplainedAtMirrorPackets: null,
    unexplainedAtCapturePackets: null,
  });
  expect(formatLoss(loss)).toBe(
    "no loss was seen; not counted on this testbed: mirrored frames, drops at the mirror's destination, frames the NIC received, frames the filter left out",
  );
  const [report] = reportSites(workdir, ['INDI']);
  expect(formatReport(report!)).toContain(`${FRAMES} packets in files; no loss was seen; not counted`);
});

test('a transfer that breaks off goes on where it was', async () => {
  const testbed = new MemoryTestbed('any');
  testbed.breaksAfterBytes = 100;
  const { manifest, gathered } = await campaign(testbed);
  expect(manifest.session.reasons.map(({ state, reason }) => [state, reason])).toEqual([
    ['gathering', 'the connection was lost'],
  ]);
  expect(manifest.captures.map(({ status }) => status)).toEqual(['complete', 'complete']);
  const size = 24 + FRAMES * 76;
  // The first file: 100 bytes, then to its end; the second at once.
  expect(gathered.filter((bytes) => bytes >= 100)).toEqual([100, size, size]);
});
