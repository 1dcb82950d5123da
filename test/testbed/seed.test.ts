import { execFile, execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
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

// Twine's own instructions, followed as they are: the folder, values edited in the script, `import twine_shm`, the
// script with five arguments, the utilities. Times are shortened; nothing of ours is in the environment.

const PINGS = 10;
const clean = Object.fromEntries(
  Object.entries(process.env).filter(
    ([name]) => !/^(WORKDIR|TWINE_|PYTHON)|_time$|^(wait|experiment|snaplen)/.test(name),
  ),
);

/** The single-user program of Twine's README: every line of it that speaks to Twine is as it is there. */
const EXPERIMENT = `
import os
import subprocess
import sys
import twine_shm

site, port, slice_name, namespace, target, script = sys.argv[1:]

shm_name, shm = twine_shm.create_sharedmem()
print("segment", shm_name, flush=True)
code = os.system(f'{script} single_user {site} {port} "{slice_name}" "{shm_name}"')
print("script", os.waitstatus_to_exitcode(code))
twine_shm.synch_twine("start", shm)
subprocess.run(["ip", "netns", "exec", namespace, "ping", "-q", "-c", "${PINGS}", "-i", "0.2", target], check=True)
twine_shm.synch_twine("stop", shm, timeout=400)
twine_shm.remove_sharedmem(shm)
`;

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(argv: readonly string[], cwd: string): Promise<Ended> {
  const [file, ...rest] = argv;
  return await new Promise((resolve) => {
    execFile(file!, rest, { cwd, env: clean }, (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
    );
  });
}

/** Writes values into the script, as its user does. */
function edit(script: string, values: Readonly<Record<string, string>>): void {
  let text = readFileSync(script, 'utf8');
  for (const [name, value] of Object.entries(values)) {
    const before = text;
    text = text.replace(new RegExp(`^${name}=\\S+`, 'm'), `${name}=${value}`);
    expect(text).not.toBe(before);
  }
  writeFileSync(script, text);
}

describe.skipIf(skip)("Twine's instructions, literally", () => {
  afterAll(removeScratch);

  /** The testbed itself, or FABRIC's API rehearsed in front of it. */
  const kinds = ['netns', 'fabric'] as const;
  test.each(kinds)(
    'the single-user program, its folder and its utilities, from another folder, on %s',
    async (kind) => {
      if (kind === 'fabric' && skipRehearsals) return;
      const name = uniqueName();
      const before = traces(name);
      const folder = join(scratch(), "a folder with ' and $");
      const elsewhere = scratch();
      const topology = JSON.parse(readFileSync('examples/twine-ping/topology.json', 'utf8'));
      const testbed = await buildTestbed({ ...topology, name });
      const account = join(scratch(), 'account');
      const rehearsal =
        kind === 'netns' ? undefined : await rehearse({ testbed: name, folder: account, port: 0, stepMs: 100 });
      const reference = rehearsal === undefined ? name : `fabric:${rehearsal.rc}`;
      try {
        const init = ['dist/cli.js', 'twine', 'init', folder, '--testbed', reference];
        execFileSync(process.execPath, init, { env: clean });
        await waitForSlice(rehearsal, topology.slices[0].name);
        const view = await testbed.show();
        const [node1, node2] = view.nodes;
        const port = node1!.nics[0]!.ports[0]!;
        const target = node2!.nics[0]!.ports[0]!.address!;
        const script = join(folder, 'multi_site_twine.sh');
        edit(script, { experiment_retries: '1', wait_interval: '0', listen_time: '6' });
        writeFileSync(join(folder, 'experiment.py'), EXPERIMENT);
        const quoted = `'${script.replaceAll("'", "'\\''")}'`;
        const words = ['INDI', port.switchPort, node1!.slice, node1!.namespace, target, quoted];
        const ended = await run(['python3', join(folder, 'experiment.py'), ...words], elsewhere);
        expect([ended.code, ended.stderr]).toEqual([
          0,
          expect.not.stringMatching(/twine_shm|Traceback|resource_tracker/),
        ]);
        expect(ended.stdout).toContain('script 0\n');
        expect(ended.stdout).toContain(`captures of 6 s, 1 in a row, 1 times, 0 s between`);
        expect(ended.stdout).toContain(`${PINGS} packets transmitted, ${PINGS} received`);

        const latest = readdirSync(join(folder, 'INDI', 'latest_run'));
        expect(latest.filter((file) => file.endsWith('.tgz'))).toHaveLength(1);
        const [capture] = latestManifest(folder, 'INDI').captures;
        const frames = readFrames(join(unpackRun(folder, 'INDI')['INDI_node0']!, capture!.files[0]!));
        const echoes = (icmp: number) => frames.filter((frame) => frame.icmp === icmp).length;
        expect([echoes(8), echoes(0)]).toEqual([PINGS, PINGS]);

        const utility = async (...argv: string[]) =>
          await run([join(folder, 'utils', argv[0]!), ...argv.slice(1)], elsewhere);
        expect((await utility('check_completion.sh')).stdout).toContain('SITE INDI terminated successfully');
        expect((await utility('check_errors.sh')).stdout).toContain('**** INDI: No error ****');
        expect(await utility('combine_results.sh')).toMatchObject({
          code: 1,
          stderr: expect.stringContaining('Usage'),
        });
        expect(await utility('combine_results.sh', 'together')).toMatchObject({ code: 0, stderr: '' });
        expect(readFileSync(join(elsewhere, 'together', 'together_summary.txt'), 'utf8')).toContain(
          'TOTAL COMBINED SIZE',
        );
        expect(await utility('combine_results.sh', 'together')).toMatchObject({ code: 1 });
        expect(readdirSync(elsewhere)).toEqual(['together']);

        // What is refused is said here and now, and a program that waits is told.
        const refused = ['INDI', `${port.switchPort}.7`, node1!.slice, node1!.namespace, target, quoted];
        const late = await run(['python3', join(folder, 'experiment.py'), ...refused], elsewhere);
        expect(late.stdout).toMatch(/^script 1$/m);
        expect(late.stderr).toContain('names a VLAN of a port');
        expect(late.stderr).toContain('twine_shm: no "start" from Twine: failed');
        expect(late.code).toBe(0);
        for (const { stdout } of [ended, late]) {
          const [, segment] = /^segment (SynchTwine_SU\d+)$/m.exec(stdout)!;
          expect(existsSync(`/dev/shm/${segment}`)).toBe(false);
        }
        const absent = await run(
          [script, 'single_user', 'INDI', port.switchPort, node1!.slice, 'SynchTwine_SU777'],
          elsewhere,
        );
        expect(absent).toMatchObject({ stderr: expect.stringContaining('no shared memory SynchTwine_SU777') });
        expect(absent.code).not.toBe(0);
        edit(script, { tcpdump_filter: '"tpc port"' });
        const filter = await run([script, 'INDI', port.switchPort], elsewhere);
        expect(filter).toMatchObject({ code: 1, stderr: expect.stringContaining('does not compile') });
      } finally {
        await rehearsal?.close();
        await testbed.down();
      }
      await expectNothingLeft(name, before);
    },
  );

  async function waitForSlice(rehearsal: Rehearsal | undefined, slice: string): Promise<void> {
    if (rehearsal) await expect.poll(() => rehearsal.stateOf(slice), PATIENCE).toBe('StableOK');
  }

  test('a script without its folder says so, and starts nothing', async () => {
    const alone = scratch();
    execFileSync('cp', ['bin/multi_site_twine.sh', alone]);
    const ended = await run(
      ['env', `WORKDIR=${alone}`, 'TWINE_TESTBED=x', join(alone, 'multi_site_twine.sh'), 'INDI', 'p'],
      alone,
    );
    expect(ended).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('this script goes with its folder'),
    });
    expect(existsSync(join(alone, 'INDI'))).toBe(false);
  });
});
