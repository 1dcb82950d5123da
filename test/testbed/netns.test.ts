import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MooringError } from '../../src/index.js';
import { buildTestbed, type LocalTestbed, type RunScope } from '../../src/node/testbed/index.js';
import { planCampaign } from '../../src/twine/public.js';
import { captureMethods, expectNothingLeft, inNode, pingTopology, skip, traces, uniqueName } from './support.js';

const listener = (index: number, model = 'ConnectX_6') => ({
  name: `Twine_INDI_node${index}`,
  label: `INDI_node${index}`,
  site: 'INDI',
  image: 'default_ubuntu_22',
  cores: 2,
  ramGiB: 8,
  diskGiB: 100,
  nic: { name: 'pmnic_1', model, rateBytesPerSecond: 1 },
  nicPorts: ['p1', 'p2'] as const,
});
const mirror = (name: string, source: string, direction: 'both' | 'rx' | 'tx', nicPort: 'p1' | 'p2' = 'p1') => ({
  name,
  source,
  direction,
  listener: 'Twine_INDI_node0',
  nicPort,
});
const refusal = async (work: Promise<unknown>) => {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(MooringError);
  return (error as MooringError).detail['failure'] as { class: string; reason: string };
};

const SLICE = 'Traffic Listening Demo INDI';
const NOTHING = { listeners: [], mirrors: [] };

/** A run on a testbed, with the parts of a change by themselves; a mirror that does not come up is thrown. */
function runOn(testbed: LocalTestbed, scope: Partial<RunScope> = {}) {
  const run = testbed.run({ id: 'r1', slice: SLICE, owner: 'run', ...scope });
  return {
    ...{ openMirrors: run.openMirrors.bind(run), closeMirrors: run.closeMirrors.bind(run) },
    counters: run.counters.bind(run),
    change: run.change.bind(run),
    addListeners: async (listeners: readonly ReturnType<typeof listener>[]) =>
      await run.change({ remove: NOTHING, add: { ...NOTHING, listeners } }),
    removeListeners: async (listeners: readonly string[]) =>
      await run.change({ remove: { ...NOTHING, listeners }, add: NOTHING }),
    removeMirrors: async (mirrors: readonly string[]) =>
      await run.change({ remove: { ...NOTHING, mirrors }, add: NOTHING }),
    async addMirror(wanted: ReturnType<typeof mirror>) {
      const [failed] = await run.change({ remove: NOTHING, add: { ...NOTHING, mirrors: [wanted] } });
      if (failed) throw new MooringError('MOORING_ERR_TESTBED_REFUSED', failed.failure.reason, { ...failed });
    },
  };
}

describe.skipIf(skip)('a testbed of namespaces', () => {
  const name = uniqueName();
  const before = skip ? undefined : traces(name);
  let testbed: LocalTestbed;
  let run: ReturnType<typeof runOn>;

  beforeAll(async () => {
    testbed = await buildTestbed(pingTopology(name));
    run = runOn(testbed);
  });
  afterAll(async () => {
    await testbed.down();
    await testbed.down();
    await expectNothingLeft(name, before!);
  });

  test('routes between sites and shows names, addresses and ports', async () => {
    const said = await inNode(name, 'Node1', ['ping', '-c', '3', '-i', '0.5', '10.128.2.2']);
    expect(said).toContain('3 received');
    const view = await testbed.show();
    expect(view.sites[0]!.ports.map((port) => [port.name, port.device, port.peer])).toEqual([
      ['HundredGigE0/0/0/0', 'hu0-0-0-0', 'MAX HundredGigE0/0/0/1'],
      ['HundredGigE0/0/0/5', 'hu0-0-0-5', 'Node1 nic1 p1'],
      ['HundredGigE0/0/0/6', 'hu0-0-0-6', 'Node1 nic1 p2'],
    ]);
  });

  test('mirrors what a direction says and counts it at every stage', async () => {
    await run.addListeners([listener(0)]);
    for (const direction of ['both', 'rx', 'tx'] as const) {
      await run.addMirror(mirror('m', 'HundredGigE0/0/0/5', direction));
      await inNode(name, 'Node1', ['ping', '-c', '1', '10.128.2.2']);
      const idle = await run.counters('m');
      expect(idle).toMatchObject({ mirroredPackets: 0, nicReceivedPackets: 0 });
      await run.openMirrors(['m']);
      const said = await inNode(name, 'Node1', ['ping', '-c', '10', '-i', '0.05', '10.128.2.2']);
      await run.closeMirrors(['m']);
      await inNode(name, 'Node1', ['ping', '-c', '1', '10.128.2.2']);
      const counters = await run.counters('m');
      // Never fewer than ping's own, and every frame is accounted for. Either end may renew its ARP entry meanwhile.
      const [, requests, replies] = /(\d+) packets transmitted, (\d+) received/.exec(said)!;
      const frames = { both: Number(requests) + Number(replies), rx: Number(requests), tx: Number(replies) };
      const more = counters.mirroredPackets! - frames[direction];
      expect([direction, more]).toEqual([direction, expect.toBeOneOf([0, 1, 2, 3, 4])]);
      expect(counters.nicReceivedPackets! + counters.destinationDroppedPackets!).toBe(counters.mirroredPackets);
      await run.removeMirrors(['m']);
    }
  });

  test('one session per source and per destination, in the words of a switch', async () => {
    await run.addMirror(mirror('first', 'HundredGigE0/0/0/5', 'both', 'p1'));
    const source = await refusal(run.addMirror(mirror('second', 'HundredGigE0/0/0/5', 'rx', 'p2')));
    expect(source).toMatchObject({ class: 'transient' });
    expect(source.reason).toContain('doesnt support configuring multiple attachments of a traffic class');
    const destination = await refusal(run.addMirror(mirror('second', 'HundredGigE0/0/0/0', 'both', 'p1')));
    expect(destination.reason).toMatch(/^Destination interface .* is already configured for use with session first$/);
    await run.removeMirrors(['first']);
    await run.addMirror(mirror('second', 'HundredGigE0/0/0/5', 'both', 'p1'));
    await run.removeMirrors(['second', 'never made']);
  });

  test('the switch takes its time before the ports of a session may be used again', async () => {
    const other = uniqueName();
    const slow = await buildTestbed(pingTopology(other, { teardownDelay: '3s' }));
    const slowRun = runOn(slow);
    try {
      await slowRun.addListeners([listener(0)]);
      await slowRun.addMirror(mirror('first', 'HundredGigE0/0/0/5', 'both'));
      await slowRun.removeMirrors(['first']);
      const resting = await refusal(slowRun.addMirror(mirror('second', 'HundredGigE0/0/0/5', 'both')));
      expect(resting).toMatchObject({ class: 'transient' });
      expect(resting.reason).toMatch(/is already configured for use with session being torn down$/);
      await new Promise((resolve) => setTimeout(resolve, 3100));
      await slowRun.addMirror(mirror('second', 'HundredGigE0/0/0/5', 'both'));
    } finally {
      await slow.down();
    }
    await expectNothingLeft(other, before!);
  });

  test('ports that are not there, VLANs, destinations in use: refused as configuration', async () => {
    const cases = [
      mirror('x', 'HundredGigE0/0/0/77', 'both'),
      mirror('x', 'HundredGigE0/0/0/5.3000', 'both'),
      { ...mirror('x', 'HundredGigE0/0/0/0', 'both'), listener: 'Node1' },
      { ...mirror('x', 'HundredGigE0/0/0/0', 'both'), listener: 'nobody' },
    ];
    for (const request of cases)
      expect(await refusal(run.addMirror(request))).toMatchObject({ class: 'configuration' });
  });

  test('resources run out for real, and come back', async () => {
    const two = [listener(0), listener(1)];
    await run.addListeners(two);
    const short = await refusal(run.addListeners([listener(2)]));
    expect(short).toEqual({
      class: 'resources',
      scope: 'site',
      reason: "Insufficient resources: ['ConnectX_6'] at INDI for Twine_INDI_node2",
    });
    const none = planCampaign(await testbed.inventory(), {
      targets: [{ site: 'INDI', ports: ['HundredGigE0/0/0/5'] }],
    });
    expect(none.ok && none.plan.sites[0]!.listeners[0]!.nic.model).toBe('ConnectX_5');
    await run.removeListeners(['Twine_INDI_node0', 'Twine_INDI_node1', 'Twine_INDI_node2']);
    const view = await testbed.show();
    expect(view.sites[0]!.freeNics).toMatchObject({ ConnectX_6: 2 });
    expect(view.slices.map((slice) => slice.name)).toEqual(['Traffic Generator Slice9']);
    expect(view.nodes.map((node) => node.name)).toEqual(['Node1', 'Node2']);
  });

  test('what another run made is neither replaced nor removed', async () => {
    const theirs = runOn(testbed, { id: 'r2', slice: 'theirs' });
    await run.addListeners([listener(0)]);
    await run.addMirror(mirror('mine', 'HundredGigE0/0/0/5', 'both'));
    const before = await testbed.show();
    expect((await refusal(theirs.addListeners([listener(0)]))).reason).toContain('there is a node Twine_INDI_node0');
    expect((await refusal(theirs.addMirror(mirror('mine', 'HundredGigE0/0/0/6', 'both')))).reason).toContain(
      'not ours',
    );
    const slice = runOn(testbed, { id: 'r2' });
    expect((await refusal(slice.addListeners([listener(1)]))).reason).toContain('it is not ours');
    await theirs.removeMirrors(['mine']);
    await theirs.removeListeners(['Twine_INDI_node0', 'Node1']);
    await expect(testbed.run({ id: 'r2', slice: 'theirs', owner: 'run' }).listener('Twine_INDI_node0')).rejects.toThrow(
      /is gone/,
    );
    expect(await testbed.show()).toEqual(before);
    await run.removeMirrors(['mine']);
    await run.removeListeners(['Twine_INDI_node0']);
    expect((await testbed.show()).nodes.map((node) => node.name)).toEqual(['Node1', 'Node2']);
  });

  test('only listeners are removed by asking for listeners; a slice that is not there is refused', async () => {
    await run.removeListeners(['Node1']);
    expect((await testbed.show()).nodes.map((node) => node.name)).toContain('Node1');
    expect(
      await refusal(runOn(testbed, { slice: 'no such slice', owner: 'user' }).addListeners([listener(0)])),
    ).toMatchObject({
      class: 'configuration',
    });
  });

  test('B3: renewing a lease moves its end, and a shorter one is refused', async () => {
    const end = Date.now() + 3_600_000;
    expect(await testbed.renewLease('Traffic Generator Slice9', end * 1000)).toBe(end * 1000);
    expect((await testbed.show()).slices[0]!.leaseEnd).toBe(new Date(end).toISOString());
    // The command line knows how long the slice lives.
    const { status, stderr } = spawnSync(
      'node',
      [
        ...['dist/cli.js', 'twine', 'plan', '--testbed', name, '--site', 'INDI', '--port', 'HundredGigE0/0/0/5'],
        ...['--mode', 'single_user', '--slice', 'Traffic Generator Slice9'],
      ],
      { encoding: 'utf8', env: { ...process.env, experiment_retries: '100' } },
    );
    expect([status, stderr]).toEqual([1, expect.stringContaining('leaseS: the campaign at INDI takes')]);
    expect(await refusal(testbed.renewLease('Traffic Generator Slice9', (end - 1000) * 1000))).toMatchObject({
      class: 'configuration',
    });
  });

  test('a second testbed of the name, and a topology with loose ends, are refused and leave nothing', async () => {
    expect(await refusal(buildTestbed(pingTopology(name)))).toMatchObject({ class: 'configuration' });
    const other = uniqueName();
    const loose = pingTopology(other);
    const nodes = [{ name: 'Node1', site: 'INDI', nics: [{ networks: ['nowhere'] }] }];
    expect(await refusal(buildTestbed({ ...loose, slices: [{ name: 'mine', nodes }] }))).toMatchObject({
      class: 'configuration',
    });
    await expectNothingLeft(other, before!);
  });

  test.skipIf(!captureMethods().includes('helper'))('an uplink with a delay is as long as it says', async () => {
    const other = uniqueName();
    const topology = pingTopology(other);
    topology.uplinks = [{ ...topology.uplinks![0]!, delay: '20ms' }];
    const far = await buildTestbed(topology);
    try {
      const said = await inNode(other, 'Node1', ['ping', '-c', '3', '-i', '0.5', '10.128.2.2']);
      const [, least] = /= ([\d.]+)\//.exec(said)!;
      expect(said).toContain('3 received');
      expect(Number(least)).toBeGreaterThanOrEqual(40);
    } finally {
      await far.down();
    }
    await expectNothingLeft(other, before!);
  });

  test('an expired slice is torn down', async () => {
    const other = uniqueName();
    const slices = [{ name: 'brief', lease: '1ms', nodes: [{ name: 'Gone', site: 'INDI' }] }];
    const brief = await buildTestbed({ name: other, sites: [{ name: 'INDI' }], slices });
    await new Promise((resolve) => setTimeout(resolve, 5));
    await runOn(brief).removeListeners([]);
    expect((await brief.show()).nodes).toEqual([]);
    await brief.down();
    await expectNothingLeft(other, before!);
  });
});
