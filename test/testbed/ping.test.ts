import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import { type Rehearsal, rehearse } from '../../src/node/rehearsal/index.js';
import { buildTestbed } from '../../src/node/testbed/index.js';
import { PATIENCE, skipRehearsals } from './rehearsed.js';
import {
  expectNothingLeft,
  latestManifest,
  readFrames,
  removeScratch,
  scratch,
  skip,
  traces,
  uniqueName,
  unpackRun,
} from './support.js';

const exec = promisify(execFile);
const PINGS = 10;
// ping waits an interval for its last answer; the window is as long as three times all of them.
const LISTEN_SECONDS = '6';
const short = { LISTEN_TIME: LISTEN_SECONDS, WAIT_INTERVAL: '0', PINGS: String(PINGS), PING_INTERVAL: '0.2' };

describe.skipIf(skip)('twine-ping, end to end', () => {
  afterAll(removeScratch);

  test('in one program: both directions of every echo are in the archive', async () => {
    const name = uniqueName();
    const before = traces(name);
    const workdir = scratch();
    const { stdout } = await exec('node', ['examples/twine-ping/main.js'], {
      env: { ...process.env, ...short, WORKDIR: workdir, TESTBED: name },
    });
    const said = JSON.parse(stdout) as {
      site: string;
      port: string;
      archive: string;
      ping: { source: string; target: string; sent: number; received: number };
      captured: { src: string; dst: string; requests: number; replies: number }[];
      loss: Record<string, number>[];
    };
    expect(said.ping).toMatchObject({ sent: PINGS, received: PINGS });
    expect(said.port).toBe('HundredGigE0/0/0/5');
    expect(said.captured).toEqual([{ src: said.ping.source, dst: said.ping.target, requests: PINGS, replies: PINGS }]);
    // The run folder and its archive are read as they are, and the manifest says which port it was.
    for (const path of [join(workdir, 'INDI', 'latest_run'), said.archive]) {
      const echo = await exec('node', ['dist/cli.js', 'pcap', 'echo', '--json', path]);
      expect(JSON.parse(echo.stdout)).toMatchObject([{ requests: PINGS, replies: PINGS }]);
      const info = await exec('node', ['dist/cli.js', 'pcap', 'info', '--json', path]);
      expect(JSON.parse(info.stdout).twine).toMatchObject([{ site: 'INDI', record: { source: 'HundredGigE0/0/0/5' } }]);
      expect(echo.stderr + info.stderr).toBe('');
    }
    const [counters] = said.loss;
    expect(counters!['mirroredPackets']).toBe(counters!['filePackets']);
    await expectNothingLeft(name, before);
    expectSegmentGone(workdir);
  });

  /** The testbed itself, or FABRIC's API rehearsed in front of it. */
  const kinds = ['netns', 'fabric'] as const;
  const from = 'from Python with the five-argument script, on %s; B4: the slice is as it was afterwards';
  test.each(kinds)(from, async (kind) => {
    if (kind === 'fabric' && skipRehearsals) return;
    const name = uniqueName();
    const before = traces(name);
    const workdir = scratch();
    const topology = JSON.parse(readFileSync('examples/twine-ping/topology.json', 'utf8'));
    const testbed = await buildTestbed({ ...topology, name });
    const rehearsal = kind === 'netns' ? undefined : await rehearsedOn(name, topology.slices[0].name);
    const reference = rehearsal === undefined ? name : `fabric:${rehearsal.rc}`;
    const known = process.env['XDG_STATE_HOME'];
    if (rehearsal) process.env['XDG_STATE_HOME'] = workdir;
    try {
      const view = await testbed.show();
      const [node1, node2] = view.nodes;
      const port = node1!.nics[0]!.ports[0]!;
      const target = node2!.nics[0]!.ports[0]!.address!;
      const { stdout } = await exec(
        'python3',
        ['examples/twine-ping/ping.py', 'INDI', port.switchPort, node1!.slice, node1!.namespace, target],
        {
          env: {
            ...process.env,
            ...short,
            POLL_SECONDS: '0.1',
            WORKDIR: workdir,
            TWINE_TESTBED: reference,
            TWINE_SCRIPT: resolve('bin/multi_site_twine.sh'),
            experiment_retries: '1',
            listen_time: LISTEN_SECONDS,
            wait_interval: '0',
          },
        },
      );
      expect(JSON.parse(stdout)).toEqual({ sent: PINGS, received: PINGS });

      const folder = unpackRun(workdir, 'INDI')['INDI_node0']!;
      const manifest = latestManifest(workdir, 'INDI');
      const [capture] = manifest.captures;
      const frames = readFrames(join(folder, capture!.files[0]!));
      const echoes = (icmp: number, from: string, to: string) =>
        frames.filter((frame) => frame.icmp === icmp && frame.source === from && frame.target === to).length;
      expect([echoes(8, port.address!, target), echoes(0, target, port.address!)]).toEqual([PINGS, PINGS]);
      expect(capture).toMatchObject({ source: 'HundredGigE0/0/0/5', status: 'complete', direction: 'both' });
      expect(manifest.session).toMatchObject({ outcome: 'completed', plan: { site: 'INDI' } });
      // INDI and MAX told apart: nothing is under MAX, and file names hold no colon.
      expect(existsSync(join(workdir, 'MAX'))).toBe(false);
      expect(readdirSync(workdir, { recursive: true }).filter((path) => String(path).includes(':'))).toEqual([]);
      expect(readFileSync(join(workdir, 'utils/sites_used_last_experiment'), 'utf8')).toBe('INDI\n');
      const log = readFileSync(join(workdir, 'INDI/latest_run/startup_log.txt'), 'utf8');
      expect(log).toMatch(/^time_tcpdump_start \d+(\.\d+)? seconds$/m);
      expect(log.trimEnd().split('\n').at(-1)).toBe(`Exiting from ${node1!.slice}`);

      expect((await testbed.show()).nodes).toEqual(view.nodes);
      if (rehearsal) await withoutArguments(reference);
    } finally {
      if (rehearsal) delete process.env['XDG_STATE_HOME'];
      if (known !== undefined) process.env['XDG_STATE_HOME'] = known;
      await rehearsal?.close();
      await testbed.down();
    }
    await expectNothingLeft(name, before);
    expectSegmentGone(workdir);
  });
});

/** FABRIC's API in front of a testbed whose user's slice is up. */
async function rehearsedOn(testbed: string, slice: string): Promise<Rehearsal> {
  const rehearsal = await rehearse({ testbed, folder: join(scratch(), 'account'), port: 0, stepMs: 100 });
  await expect.poll(() => rehearsal.stateOf(slice), PATIENCE).toBe('StableOK');
  return rehearsal;
}

/** The script's first form: every site of the testbed, in the background. */
async function withoutArguments(reference: string): Promise<void> {
  const workdir = scratch();
  const env = { ...process.env, WORKDIR: workdir, TWINE_TESTBED: reference };
  const times = { experiment_retries: '1', listen_time: '1', wait_interval: '0', rotation_interval: '1' };
  const { stdout, stderr } = await exec(resolve('bin/multi_site_twine.sh'), [], { env: { ...env, ...times } });
  expect(stdout).toMatch(/^INDI: session \d+ in the background/m);
  // Its only NIC is the user's.
  expect(stderr).toContain('MAX has no free dedicated NIC');
  expect(stderr).toContain('MAX is left out');
  expect(readFileSync(join(workdir, 'utils/sites_used_last_experiment'), 'utf8')).toBe('INDI\n');
  const outcome = (): unknown => {
    try {
      return latestManifest(workdir, 'INDI').session.outcome;
    } catch {
      return 'not begun';
    }
  };
  await expect.poll(outcome, { timeout: 120_000 }).toBe('completed');
  expect(latestManifest(workdir, 'INDI').captures.length).toBeGreaterThan(0);
}

function expectSegmentGone(workdir: string): void {
  const { sharedMemory } = latestManifest(workdir, 'INDI').session.plan.basis;
  expect(sharedMemory).toMatch(/^SynchTwine_SU\d\d?$/);
  expect(existsSync(`/dev/shm/${sharedMemory}`)).toBe(false);
}
