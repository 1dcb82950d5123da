import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Rehearsal, rehearse } from '../../src/node/rehearsal/index.js';
import { buildTestbed, type LocalTestbed, openTestbed, type TestbedRun } from '../../src/node/testbed/index.js';
import {
  expectNothingLeft,
  pingTopology,
  removeScratch,
  scratch,
  skip,
  type Traces,
  traces,
  uniqueName,
} from './support.js';

const NOTHING = { listeners: [], mirrors: [] };
const NODE = 'Twine_INDI_node0_r1';

afterAll(removeScratch);

describe.skipIf(skip || !existsSync('/usr/sbin/sshd'))('a listener behind a bastion', () => {
  let name: string;
  let before: Traces;
  let folder: string;
  let testbed: LocalTestbed;
  let rehearsal: Rehearsal;
  let run: TestbedRun;

  beforeEach(async () => {
    name = uniqueName();
    before = traces(name);
    folder = scratch();
    process.env['XDG_STATE_HOME'] = join(folder, 'state');
    testbed = await buildTestbed(pingTopology(name));
    rehearsal = await rehearse({ testbed: name, folder: join(folder, 'account'), port: 0, stepMs: 50 });
    run = openTestbed(`fabric:${rehearsal.rc}`).run({ id: 'r1', slice: 'Twine r1', owner: 'run' });
    const nic = { name: 'pmnic_1', model: 'ConnectX-6', rateBytesPerSecond: 12.5e9 };
    const room = { cores: 2, ramGiB: 8, diskGiB: 10, image: 'default_ubuntu_22' };
    const listener = { name: NODE, label: 'INDI_node0', site: 'INDI', ...room, nic, nicPorts: ['p1' as const] };
    await run.change({ remove: NOTHING, add: { listeners: [listener], mirrors: [] } });
  });

  afterEach(async () => {
    await run.change({ remove: { listeners: [NODE], mirrors: [] }, add: NOTHING });
    delete process.env['XDG_STATE_HOME'];
    await rehearsal.close();
    await testbed.down();
    await expectNothingLeft(name, before);
  });

  const sessions = (): number[] =>
    execFileSync('ip', ['netns', 'pids', `mrg-${name}-${NODE}`], { encoding: 'utf8' })
      .split('\n')
      .filter((pid) => pid !== '' && readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith('sshd: ubuntu'))
      .map(Number);

  test('a way that drops within 500 MB: what had come stays, the rest follows, the checksum is that of both ends', async () => {
    const access = await run.listener(NODE);
    await access.run(['sh', '-c', `head -c 500000000 /dev/urandom > ${access.home}/big`]);
    const target = join(folder, 'big');
    let cut = false;
    const first = access.fetch('big', target, (bytes) => {
      if (cut || bytes < 100e6) return;
      cut = true;
      for (const pid of sessions()) process.kill(pid, 'SIGKILL');
    });
    await expect(first).rejects.toThrow();
    const there = statSync(`${target}.part`).size;
    expect(there).toBeGreaterThanOrEqual(100e6);
    expect(there).toBeLessThan(500e6);
    let from = 0;
    const { bytes, sha256 } = await access.fetch('big', target, (sofar) => {
      from ||= sofar;
    });
    expect([bytes, from > there, from < there + 1e6]).toEqual([500_000_000, true, true]);
    expect(sha256).toBe(createHash('sha256').update(readFileSync(target)).digest('hex'));
    expect(sha256).toBe((await access.run(['sha256sum', `${access.home}/big`])).slice(0, 64));
  });

  test('a bastion that denies: told at once with what to look at, and not tried again', async () => {
    const key = join(folder, 'account', 'fabric_bastion_key');
    execFileSync('ssh-keygen', ['-q', '-t', 'ecdsa', '-N', '', '-f', join(folder, 'other')]);
    writeFileSync(key, readFileSync(join(folder, 'other')), { mode: 0o600 });
    const failure = await run.listener(NODE).catch((error) => error.detail.failure);
    expect(failure).toMatchObject({ class: 'configuration', scope: 'site' });
    expect(failure.reason).toMatch(/does not let us in: .*Permission denied.*check the bastion login/s);
  });

  test('a process on a listener: ended by SIGINT, its words kept; one that cannot start leaves why', async () => {
    const access = await run.listener(NODE);
    const script = 'trap "echo told; exit 0" INT; echo ready; while :; do sleep 0.1; done';
    const { record, ended } = await access.start(['sh', '-c', script], 'logs');
    await expect.poll(async () => (await access.said('logs')).stdout).toBe('ready\n');
    expect([await access.isAlive(record), await access.isAlive({ ...record, startTicks: 1 })]).toEqual([true, false]);
    expect(await access.end(record, 'SIGINT')).toBe(true);
    await ended;
    expect((await access.said('logs')).stdout).toBe('ready\ntold\n');
    await access.write("it's a file", 'text');
    expect((await access.files()).map(({ path }) => path)).toContain("it's a file");
    // Whether it has ended before it is looked at is chance; what it said is there either way.
    await access.start(['/nowhere/tool'], 'none').catch(() => undefined);
    await expect.poll(async () => (await access.said('none')).stderr).toMatch(/nowhere/);
  });
});
