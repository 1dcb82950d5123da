import { type ChildProcess, execFile, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { buildTestbed, type LocalTestbed, type TopologyInput } from '../../src/node/testbed/index.js';
import { type Campaign, reportSites, resumeCampaign, runCampaign } from '../../src/node/twine/index.js';
import {
  accountLoss,
  type CampaignPlan,
  type IntentInput,
  type Manifest,
  planCampaign,
} from '../../src/twine/public.js';
import {
  blast,
  expectNothingLeft,
  inNode,
  latestManifest,
  pingTopology,
  readFrames,
  removeScratch,
  scratch,
  skip,
  type Traces,
  traces,
  uniqueName,
  unpackRun,
} from './support.js';

// What was captured is not lost, and what is another's is left alone: the second campaign at a site, a full disk
// at home, an abandoned run, an archive that finds no room.

afterAll(removeScratch);

const PORT = 'HundredGigE0/0/0/5';

describe.skipIf(skip)('what is captured is safe', () => {
  let name: string;
  let before: Traces;
  let workdir: string;
  let testbed: LocalTestbed;
  let traffic: Promise<string> | undefined;
  let mounted: string | undefined;

  beforeEach(() => {
    name = uniqueName();
    before = traces(name);
    workdir = scratch();
  });

  afterEach(async () => {
    await testbed.down();
    await traffic;
    traffic = undefined;
    if (mounted !== undefined) execFileSync('umount', [mounted]);
    mounted = undefined;
    await expectNothingLeft(name, before);
  });

  async function up(more: Partial<TopologyInput> = {}, bytes = 100): Promise<void> {
    testbed = await buildTestbed(pingTopology(name, more));
    // 200 datagrams a second, 5 minutes at most.
    const argv = [blast(), '10.128.1.1', '7001', '60000', String(bytes), '200'];
    traffic = inNode(name, 'Node1', argv).catch(() => '');
  }

  /** A home of so many bytes. */
  function smallHome(size: string): void {
    mounted = join(workdir, 'small');
    mkdirSync(mounted);
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', mounted]);
    workdir = mounted;
  }

  async function planned(intent: Partial<IntentInput> = {}): Promise<CampaignPlan> {
    const result = planCampaign(await testbed.inventory(), {
      targets: [{ site: 'INDI', ports: [PORT] }],
      parameters: { experimentRetries: 2, listenTime: 1, waitInterval: 0 },
      ...intent,
    });
    if (!result.ok) throw new Error(JSON.stringify(result.refusals));
    return result.plan;
  }

  const start = (plan: CampaignPlan, where = workdir, onEvent?: () => void): Campaign =>
    runCampaign(plan, { testbed, workdir: where, onEvent });

  /** Every file the manifest lists is in the archive and holds what the manifest says, and no other. */
  function expectKept(manifest: Manifest): number {
    const unpacked = unpackRun(workdir, 'INDI');
    const listed = manifest.captures.flatMap(({ label, files }) => files.map((file) => `${label}/${file}`));
    const there = Object.entries(unpacked).flatMap(([label, folder]) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' }).flatMap((file) =>
        file.endsWith('.pcap') ? [`${label}/${file}`] : [],
      ),
    );
    expect(there.sort()).toEqual(listed.sort());
    let packets = 0;
    for (const { label, files, counters, startUs, endUs } of manifest.captures) {
      const frames = files.flatMap((file) => readFrames(join(unpacked[label]!, file)));
      expect(frames.length).toBe(counters?.filePackets);
      // A window's time is when its frames were let through.
      expect(frames.filter(({ timeUs }) => timeUs < startUs || timeUs > endUs)).toEqual([]);
      packets += frames.length;
    }
    return packets;
  }

  const listeners = async (): Promise<string[]> =>
    (await testbed.show()).nodes.map((node) => node.name).filter((node) => node.startsWith('Twine'));

  test('two campaigns planned for the one free NIC: the second is refused, the first loses no frame', async () => {
    await up({
      sites: [
        {
          name: 'INDI',
          nics: [
            { model: 'ConnectX_6', count: 1 },
            { model: 'ConnectX_5', count: 1, ports: [PORT, 'HundredGigE0/0/0/6'] },
          ],
        },
        { name: 'MAX', nics: [{ model: 'ConnectX_5', count: 1, ports: [PORT] }] },
      ],
    });
    const [one, two] = [await planned(), await planned({ targets: [{ site: 'INDI', ports: ['HundredGigE0/0/0/0'] }] })];
    const elsewhere = scratch();
    const first = start(one);
    const [second] = await start(two, elsewhere).done;
    const [done] = await first.done;
    expect([done, second].map((manifest) => manifest!.session.outcome).sort()).toEqual(['completed', 'failed']);
    const [won, lost] = done!.session.outcome === 'completed' ? [done!, second!] : [second!, done!];
    expect(lost.session.reasons.map((reason) => reason.class)).toEqual(['resources']);
    expect(won.captures).toHaveLength(2);
    for (const { counters } of won.captures) {
      expect(accountLoss([counters!])).toMatchObject({
        lostPackets: 0,
        unexplainedAtMirrorPackets: 0,
        brokenCounts: 0,
      });
    }
    expect(await listeners()).toEqual([]);
  });

  test('two campaigns of one source port: the second is refused, the first goes on', async () => {
    await up();
    const [one, two] = [
      await planned({ parameters: { experimentRetries: 2, listenTime: 4, waitInterval: 0 } }),
      await planned(),
    ];
    let second: Promise<Manifest[]> | undefined;
    const elsewhere = scratch();
    const first = runCampaign(one, {
      testbed,
      workdir,
      onEvent: (_, { kind }) => {
        if (kind === 'captureStarted') second ??= start(two, elsewhere).done;
      },
    });
    const [done] = await first.done;
    const [other] = await second!;
    expect(done!.session.outcome).toBe('completed');
    expect(other!.session.outcome).toBe('failed');
    expect(other!.session.reasons[0]!.reason).toMatch(/SPAN session .* has HundredGigE0\/0\/0\/5/);
    expect(expectKept(done!)).toBeGreaterThan(100);
  });

  test('a second campaign in one folder is refused before it touches log or latest_run', async () => {
    await up();
    const plan = await planned();
    const campaign = start(plan);
    const log = join(workdir, 'INDI', 'startup_log.txt');
    const kept = readFileSync(log, 'utf8');
    expect(() => start(plan)).toThrow(
      expect.objectContaining({
        code: 'MOORING_ERR_TWINE_RUN',
        message: expect.stringMatching(/is under way in process \d+/),
      }),
    );
    expect(readFileSync(log, 'utf8')).toBe(kept);
    const [manifest] = await campaign.done;
    expect(manifest!.session.outcome).toBe('completed');
    expectKept(manifest!);
  });

  test('no room at home: the listener stays with its files, and once there is room they come', async () => {
    smallHome('1500k');
    await up({}, 400);
    const plan = await planned({ parameters: { experimentRetries: 2, listenTime: 6, waitInterval: 0, snaplen: 0 } });
    const [held] = await start(plan).done;
    expect(held!.session).toMatchObject({ state: 'holding', outcome: null });
    expect(
      held!.session.reasons.map(({ class: kind, reason }) => [
        kind,
        /no room in .* are wanted, .* are free/.test(reason),
      ]),
    ).toEqual([['resources', true]]);
    expect(await listeners()).toHaveLength(1);
    expect(reportSites(workdir, ['INDI'])[0]!.status?.standing).toBe('held');
    expect(() => start(plan)).toThrow(/holds them on its listeners: free space and mooring twine resume INDI --run/);
    // As little room as before: held as before.
    const [again] = await resumeCampaign(['INDI'], 'close', { workdir }).done;
    expect(again!.session.state).toBe('holding');
    execFileSync('mount', ['-o', 'remount,size=16m', mounted!]);
    const [manifest] = await resumeCampaign(['INDI'], 'close', { workdir }).done;
    expect(manifest!.session.outcome).toBe('degraded');
    expect(manifest!.leftovers).toEqual([]);
    expect(expectKept(manifest!)).toBeGreaterThan(1500);
    expect(await listeners()).toEqual([]);
  });

  test('files that cannot be brought home are given up when that is what was asked', async () => {
    smallHome('1200k');
    await up({}, 400);
    await start(await planned({ parameters: { experimentRetries: 1, listenTime: 6, waitInterval: 0, snaplen: 0 } }))
      .done;
    expect(await listeners()).toHaveLength(1);
    const [manifest] = await resumeCampaign(['INDI'], 'discard', { workdir }).done;
    expect(manifest!.session).toMatchObject({ state: 'closed', outcome: 'interrupted' });
    expect(await listeners()).toEqual([]);
  });

  test('no room for the whole archive: nothing under a final name that is not whole, degraded, exit 1', async () => {
    smallHome('2m');
    await up();
    // All that is free is taken while the listener is let go of.
    const child = await runUntil('gathered', 1, { experiment_retries: '1', listen_time: '1' }, 0);
    spawnSync('dd', ['if=/dev/zero', `of=${join(workdir, 'filler')}`, 'bs=4k'], { stdio: 'ignore' });
    const [code] = await once(child, 'exit');
    const site = join(workdir, 'INDI');
    const names = readdirSync(site, { recursive: true, encoding: 'utf8' });
    expect(names.filter((file) => /\.part$|\.new$/.test(file))).toEqual([]);
    const archives = names.filter((path) => path.endsWith('.tgz'));
    expect(archives.map((path) => path.split('/').at(-1))).toEqual(['INDI_node0_packet_trace.tgz']);
    execFileSync('tar', ['-tzf', join(site, archives[0]!)]);
    const [report] = reportSites(workdir, ['INDI']);
    expect([code, report!.status?.standing]).toEqual([1, expect.stringMatching(/degraded|abandoned/)]);
  });

  test('an abandoned run: no other begins beside it, it is gone on with by name, and no archive mixes two', async () => {
    await up();
    await kill(await runUntil('captureStarted', 1));
    const refused = await mooring(['twine', 'run', ...words()]);
    expect(refused).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/was left unfinished: mooring twine resume INDI --run all_/),
    });
    const [run] = reportSites(workdir, ['INDI']).map(({ status }) => status!.run);
    expect(await mooring(['twine', 'resume', '--workdir', workdir, 'INDI', '--run', 'no_such'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`has no run no_such (runs: ${run})`),
    });
    const closed = await mooring(['twine', 'resume', '--workdir', workdir, 'INDI', '--run', run!, '--close']);
    expect([closed.code, closed.stderr]).toEqual([
      0,
      expect.stringMatching(/INDI: degraded: .*closed before its plan was done/),
    ]);
    expect(closed.stderr).not.toContain('interrupted by the user');
    const first = latestManifest(workdir, 'INDI');
    expect(expectKept(first)).toBeGreaterThan(20);
    const next = await mooring(['twine', 'run', ...words()], { experiment_retries: '1', listen_time: '1' });
    expect(next).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/INDI: \d+ packets in files; no mirrored frame was lost\n.*all_packet_traces/),
    });
    const second = latestManifest(workdir, 'INDI');
    expect(second.run).not.toBe(first.run);
    expectKept(second);
    expect(existsSync(join(workdir, 'INDI', `${first.run}.tgz`))).toBe(true);
  });

  const words = () => ['--testbed', name, '--workdir', workdir, '--site', 'INDI', '--port', PORT];

  async function mooring(
    argv: readonly string[],
    env: Record<string, string> = {},
  ): Promise<{ code: number; stdout: string; stderr: string }> {
    return await new Promise((resolve) => {
      const options = { maxBuffer: 1 << 26, env: { ...process.env, ...env } };
      execFile(process.execPath, ['dist/cli.js', ...argv], options, (error, stdout, stderr) =>
        resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
      );
    });
  }

  async function kill(child: ChildProcess): Promise<void> {
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
  }

  async function runUntil(
    kind: string,
    times: number,
    env: Record<string, string> = { experiment_retries: '2', listen_time: '5' },
    spareMs = 400,
  ): Promise<ChildProcess> {
    const child = spawn(process.execPath, ['dist/cli.js', 'twine', 'run', ...words()], {
      env: { ...process.env, wait_interval: '0', ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    for await (const chunk of child.stderr!) {
      said += String(chunk);
      if (said.split(`(${kind})`).length > times) break;
    }
    await new Promise((resolve) => setTimeout(resolve, spareMs));
    return child;
  }
});
