import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { buildTestbed, type LocalTestbed, type TopologyInput } from '../../src/node/testbed/index.js';
import { type Campaign, type CaptureName, runCampaign } from '../../src/node/twine/index.js';
import {
  accountLoss,
  type IntentInput,
  type Manifest,
  planCampaign,
  type SessionState,
} from '../../src/twine/public.js';
import {
  blast,
  captureMethods,
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

afterAll(removeScratch);

/** A window of the sessions that are ended in its middle, from outside. */
const LISTEN_SECONDS = '5';

describe.skipIf(skip)('faults', () => {
  let name: string;
  let before: Traces;
  let workdir: string;
  let testbed: LocalTestbed;
  let traffic: Promise<string> | undefined;

  beforeEach(() => {
    name = uniqueName();
    before = traces(name);
    workdir = scratch();
  });

  afterEach(async () => {
    await testbed.down();
    await traffic;
    traffic = undefined;
    await expectNothingLeft(name, before);
  });

  async function up(more: Partial<TopologyInput> = {}): Promise<void> {
    testbed = await buildTestbed(pingTopology(name, more));
    // Something to capture until the testbed goes down: 200 datagrams a second, 5 minutes at most.
    traffic = inNode(name, 'Node1', [blast(), '10.128.1.1', '7001', '60000', '100', '200']).catch(() => '');
  }

  async function start(
    intent: Partial<IntentInput>,
    onState: (state: SessionState, campaign: () => Campaign, kind: string) => void = () => undefined,
    capture?: CaptureName,
  ): Promise<Manifest> {
    const result = planCampaign(await testbed.inventory(), {
      targets: [{ site: 'INDI', ports: ['HundredGigE0/0/0/5', 'HundredGigE0/0/0/6'] }],
      parameters: { experimentRetries: 3, listenTime: 1, waitInterval: 0 },
      ...intent,
    });
    if (!result.ok) throw new Error(JSON.stringify(result.refusals));
    let campaign: Campaign;
    campaign = runCampaign(result.plan, {
      testbed,
      workdir,
      capture,
      onEvent: (_, { kind }, { state }) => queueMicrotask(() => onState(state, () => campaign, kind)),
    });
    const [manifest] = await campaign.done;
    return manifest!;
  }

  /** The testbed is as it was before the session: the user's nodes, no listener, no mirror. */
  async function expectReleased(): Promise<void> {
    const view = await testbed.show();
    expect(view.nodes.map((node) => node.name)).toEqual(['Node1', 'Node2']);
    expect(view.mirrors).toEqual([]);
    const filters = execFileSync('tc', ['-n', `mrg-${name}-sw-INDI`, 'filter', 'show', 'dev', 'hu0-0-0-5', 'ingress']);
    expect(filters.toString()).toBe('');
    expect(execFileSync('ip', ['netns', 'list'], { encoding: 'utf8' })).not.toContain(`mrg-${name}-Twine`);
    const captures = traces(name).processes.filter((line) => /tcpdump|capture/.test(line));
    expect(captures).toEqual([]);
  }

  /** Every file the manifest lists is in the archive and holds what the manifest says. */
  function expectKept(manifest: Manifest): number {
    const unpacked = unpackRun(workdir, 'INDI');
    let packets = 0;
    for (const { label, files, counters } of manifest.captures) {
      const frames = files.flatMap((file) => readFrames(join(unpacked[label]!, file)));
      if (counters) expect(frames.length).toBe(counters.filePackets);
      packets += frames.length;
    }
    return packets;
  }

  const captureTools = () =>
    readdirSync('/proc')
      .filter((pid) => /^\d+$/.test(pid))
      .flatMap((pid) => {
        try {
          const argv = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
          return /(^|\/)(tcpdump|mooring-helper)$/.test(argv[0]!) && argv.some((arg) => arg.includes(name))
            ? [Number(pid)]
            : [];
        } catch {
          return [];
        }
      });

  test.each(captureMethods())(
    '%s killed: its file is kept, its window is partial, the next ones are whole',
    async (capture) => {
      await up();
      let killed = false;
      const manifest = await start(
        { targets: [{ site: 'INDI', ports: ['HundredGigE0/0/0/5'] }] },
        (_, __, kind) => {
          if (kind !== 'captureStarted' || killed) return;
          killed = true;
          setTimeout(() => {
            for (const pid of captureTools()) process.kill(pid, 'SIGKILL');
          }, 300);
        },
        capture,
      );
      expect(manifest.captures.map(({ status }) => status)).toEqual(['partial', 'complete', 'complete']);
      expect(manifest.session.outcome).toBe('degraded');
      expect(manifest.session.reasons[0]!.reason).toContain('capture ended by itself');
      expect(expectKept(manifest)).toBeGreaterThan(100);
      await expectReleased();
    },
  );

  test('a listener killed: what it had is kept and listed, the other goes on', async () => {
    await up();
    let killed = false;
    const manifest = await start(
      {
        targets: [
          {
            site: 'INDI',
            ports: [
              { port: 'HundredGigE0/0/0/5', to: 'node0.p1' },
              { port: 'HundredGigE0/0/0/6', to: 'node0.p2' },
              { port: 'HundredGigE0/0/0/0', to: 'node1.p1' },
            ],
          },
        ],
      },
      (_, __, kind) => {
        if (kind !== 'captureStarted' || killed) return;
        killed = true;
        setTimeout(() => {
          const list = execFileSync('ip', ['netns', 'list'], { encoding: 'utf8' });
          const [namespace] = new RegExp(`mrg-${name}-Twine_INDI_node0_[0-9a-f]+`).exec(list)!;
          const pids = execFileSync('ip', ['netns', 'pids', namespace], { encoding: 'utf8' })
            .split('\n')
            .filter(Boolean);
          for (const pid of pids) process.kill(Number(pid), 'SIGKILL');
          execFileSync('ip', ['netns', 'del', namespace]);
        }, 300);
      },
    );
    expect(manifest.session.outcome).toBe('degraded');
    const other = manifest.captures.filter(({ label }) => label === 'INDI_node1');
    expect(other.map(({ status }) => status)).toEqual(['complete', 'complete', 'complete']);
    const lost = manifest.captures.filter(({ label }) => label === 'INDI_node0');
    expect(lost.length).toBeGreaterThan(0);
    expect(lost.every(({ status }) => status === 'partial')).toBe(true);
    expect(manifest.archives.map(({ label }) => label).sort()).toEqual(['INDI_node0', 'INDI_node1']);
    expectKept(manifest);
    await expectReleased();
  });

  test("B2: a listener's disk full: told at once, what fits is kept", async () => {
    const small = join(workdir, 'small');
    mkdirSync(small);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', small]);
    let filler: Promise<string> | undefined;
    try {
      await up({ homes: small });
      filler = inNode(name, 'Node1', [blast(), '10.128.1.1', '7002', '2000000', '1000', '8000']).catch(() => '');
      const manifest = await start({
        targets: [{ site: 'INDI', ports: ['HundredGigE0/0/0/5'] }],
        parameters: { experimentRetries: 1, listenTime: 60, waitInterval: 0, snaplen: 0 },
      });
      expect(manifest.session.reasons.map((reason) => [reason.class, /storage|disk full/.test(reason.reason)])).toEqual(
        [['resources', true]],
      );
      const [capture] = manifest.captures;
      expect(capture).toMatchObject({ status: 'partial' });
      // Not when the window was over.
      expect(capture!.endUs - capture!.startUs).toBeLessThan(60e6);
      expect(expectKept(manifest)).toBeGreaterThan(100);
      await expectReleased();
    } finally {
      await testbed.down();
      await filler;
      execFileSync('umount', [small]);
    }
  });

  test('the switch gone: captures are kept, the session ends and says why', async () => {
    await up();
    let gone = false;
    const manifest = await start({}, (_, __, kind) => {
      if (kind !== 'captureStarted' || gone) return;
      gone = true;
      setTimeout(() => execFileSync('ip', ['netns', 'del', `mrg-${name}-sw-INDI`]), 300);
    });
    expect(['degraded', 'failed']).toContain(manifest.session.outcome);
    expect(manifest.session.reasons.length).toBeGreaterThan(0);
    expect(manifest.captures.length).toBeGreaterThan(0);
    expect(manifest.archives).toHaveLength(1);
    expectKept(manifest);
    const view = await testbed.show();
    expect(view.nodes.map((node) => node.name)).toEqual(['Node1', 'Node2']);
    expect(traces(name).processes.filter((line) => line.includes('tcpdump'))).toEqual([]);
  });

  test('the orchestrator killed with SIGKILL: resumed, it finishes the plan', async () => {
    await up();
    await kill(await runUntil('captureStarted', 2));
    const { code, manifests } = await resume();
    expect([code, manifests.map(({ session }) => session.outcome)]).toEqual([0, ['completed']]);
    expect(manifests[0]!.captures.map(({ window, status }) => [window, status])).toEqual([
      [0, 'complete'],
      [1, 'partial'],
      [2, 'complete'],
    ]);
    expect(expectKept(manifests[0]!)).toBeGreaterThan(100);
    await expectReleased();
    expect(await resume()).toMatchObject({ code: 1, stderr: expect.stringMatching(/has ended/) });
  });

  test('the orchestrator killed with SIGKILL: closed, it brings home what is there', async () => {
    await up();
    const child = await runUntil('captureStarted', 1);
    const early = await resume('--close');
    expect(early).toMatchObject({ code: 1, stderr: expect.stringMatching(/is carried out by process \d+/) });
    await kill(child);
    // Sites, where none is named, are those of the last experiment.
    const { code, manifests, stderr } = await resume('--close');
    expect([code, manifests.map(({ session }) => session.outcome)]).toEqual([0, ['degraded']]);
    expect(stderr).toMatch(/^\d\d:\d\d:\d\d INDI draining \(close\)$/m);
    expect(manifests[0]!.captures.map(({ status }) => status)).toEqual(['partial']);
    expect(expectKept(manifests[0]!)).toBeGreaterThan(20);
    await expectReleased();
  });

  const states: SessionState[] = ['requesting', 'ready', 'sampling', 'rotating', 'draining', 'gathering', 'closing'];
  test.each(states)('B13: Ctrl-C while %s leaves nothing behind and keeps what was captured', async (at) => {
    await up();
    let interrupted = false;
    const manifest = await start(
      {
        targets: [{ site: 'INDI', ports: ['HundredGigE0/0/0/5', 'HundredGigE0/0/0/6'], maxNicPorts: 1 }],
        parameters: { experimentRetries: 2, listenTime: 1, waitInterval: 0 },
        rotationInterval: 1,
      },
      (state, campaign, kind) => {
        if (state !== at || interrupted || (at === 'sampling' && kind !== 'captureStarted')) return;
        interrupted = true;
        campaign().interrupt();
      },
    );
    expect(interrupted).toBe(true);
    expect(manifest.session).toMatchObject({ state: 'closed', outcome: 'interrupted' });
    expect(manifest.leftovers).toEqual([]);
    expectKept(manifest);
    if (['rotating', 'draining', 'gathering', 'closing'].includes(at)) {
      expect(manifest.captures.length).toBeGreaterThan(0);
      expect(manifest.archives).toHaveLength(1);
    }
    expect(latestManifest(workdir, 'INDI').session.outcome).toBe('interrupted');
    await expectReleased();
  });

  test('Ctrl-C at a terminal reaches the whole group of processes: exit 3, counters still exact', async () => {
    await up();
    const child = await runUntil('captureStarted', 1);
    const ended = new Promise<number | null>((resolve) => child.on('exit', resolve));
    process.kill(-child.pid!, 'SIGINT');
    expect(await ended).toBe(3);
    const manifest = latestManifest(workdir, 'INDI');
    expect(manifest.captures.map(({ status, reason }) => [status, reason])).toEqual([
      ['partial', 'stopped before its window ended'],
    ]);
    expect(accountLoss([manifest.captures[0]!.counters!])).toMatchObject({
      lostPackets: 0,
      unexplainedAtMirrorPackets: 0,
      unexplainedAtCapturePackets: 0,
    });
    await expectReleased();
  });

  test('a filter that does not compile stops the session and says what to mend', async () => {
    await up();
    const manifest = await start({ parameters: { tcpdumpFilter: 'no such filter' } });
    expect(manifest.session).toMatchObject({ outcome: 'failed' });
    expect(manifest.session.reasons[0]).toMatchObject({ class: 'configuration' });
    expect(manifest.session.reasons[0]!.reason).toContain('filter "no such filter"');
    await expectReleased();
  });

  test('a mirror that is still being torn down is waited for', async () => {
    await up({ teardownDelay: '1500ms' });
    const manifest = await start({
      targets: [{ site: 'INDI', ports: ['HundredGigE0/0/0/5', 'HundredGigE0/0/0/6'], maxNicPorts: 1 }],
      parameters: { experimentRetries: 2, listenTime: 1, waitInterval: 0 },
      rotationInterval: 1,
    });
    expect(manifest.captures.map(({ source }) => source).sort()).toEqual(['HundredGigE0/0/0/5', 'HundredGigE0/0/0/6']);
    expect(manifest.session.reasons.map((reason) => reason.class)).toEqual(['transient']);
  });

  /** `mooring twine resume` of the last experiment's sites, to its end. */
  async function resume(...words: string[]): Promise<{ code: number; stderr: string; manifests: Manifest[] }> {
    const argv = ['dist/cli.js', 'twine', 'resume', '--workdir', workdir, '--json', ...words];
    return await new Promise((resolve) => {
      execFile(process.execPath, argv, { maxBuffer: 1 << 26 }, (error, stdout, stderr) =>
        resolve({ code: Number(error?.code ?? 0), stderr, manifests: stdout === '' ? [] : JSON.parse(stdout) }),
      );
    });
  }

  async function kill(child: ChildProcess): Promise<void> {
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
  }

  /** `mooring twine run` as a process of its own, up to 0.4 s after the nth event of a kind, well within a window. */
  async function runUntil(kind: string, times: number): Promise<ChildProcess> {
    const child = spawn(
      process.execPath,
      [
        'dist/cli.js',
        'twine',
        'run',
        '--testbed',
        name,
        '--workdir',
        workdir,
        '--site',
        'INDI',
        '--port',
        'HundredGigE0/0/0/5',
      ],
      {
        env: { ...process.env, experiment_retries: '3', listen_time: LISTEN_SECONDS, wait_interval: '0' },
        stdio: ['ignore', 'inherit', 'pipe'],
        detached: true,
      },
    );
    let said = '';
    await new Promise<void>((resolve, reject) => {
      child.stderr!.on('data', (chunk: Buffer) => {
        said += chunk.toString();
        if (said.split(`(${kind})`).length > times) setTimeout(resolve, 400);
      });
      child.on('exit', () => reject(new Error(said)));
    });
    child.removeAllListeners('exit');
    return child;
  }
});
