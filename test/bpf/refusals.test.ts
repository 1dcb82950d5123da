import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { until } from '../until.js';
import { type Helper, Network, registered, whyNoFlows } from './network.js';

// What the verb cannot do: one line that says what is missing, and nothing is left.

const missing = whyNoFlows();
if (missing) console.log(`refusals of flows of this kernel: skipped, ${missing}`);

let network: Network;
afterEach(() => {
  network?.close();
  expect(registered()).not.toContain('mrg');
});

const agentPath = () => join(network.folder, 'agent');

const helperWith = (...words: string[]): Promise<Helper> => network.helper(['--agent', agentPath(), ...words]);

const routes = () => network.routes();

describe.skipIf(missing !== undefined)('what cannot be', () => {
  const cases: ReadonlyArray<readonly [string, readonly string[], RegExp]> = [
    [
      'a route that is not there',
      ['--route', '10.99.0.0/16'],
      /--route 10\.99\.0\.0\/16: no such route in namespace .*ip route lists them/,
    ],
    ['a second route that is not there', ['--route', '10.77.1.0/24,10.99.0.0/16'], /no such route/],
    ['a prefix that is none', ['--route', '10.77.1'], /give default or an address and its bits/],
    ['a fallback that this kernel has not', ['--fallback', 'westwood'], /--fallback westwood: this kernel has .*cubic/],
    ['a name that is none', ['--name', 'two words'], /at most 15 letters/],
    ['a name that is taken', ['--name', 'cubic'], /has a congestion control cubic already: .*--name/],
    ['a namespace that is not there', ['--netns', 'none_such'], /no network namespace \/run\/netns\/none_such/],
    ['a control group that is none', ['--cgroup', '/tmp'], /is it a control group of cgroup2/],
    ['ports that are none', ['--port', '80-79'], /give at most 16 ports/],
  ];
  test.each(cases)('%s: one line, and nothing is left', async (_name, words, line) => {
    network = new Network();
    const before = [routes(), registered()];
    const helper = await helperWith(...words);
    await until('it has ended', () => helper.ended);
    expect(helper.code).not.toBe(0);
    expect(helper.said).toMatch(line);
    expect(helper.said.trim().split('\n')).toHaveLength(1);
    expect([routes(), registered()]).toEqual(before);
  });

  test('a kernel that does not describe its types, or with what nobody can read: one line', () => {
    const check = helperCheck().join(' ');
    const inside = (mount: string) =>
      spawnSync('unshare', ['-m', 'sh', '-c', `${mount} && exec ${check}`], { encoding: 'utf8' });
    const none = inside('mount -t tmpfs none /sys/kernel/btf');
    expect([none.status, none.stderr.trim().split('\n').length]).toEqual([3, 1]);
    expect(none.stderr).toContain('it takes one with CONFIG_DEBUG_INFO_BTF');
    const junk = inside('mount --bind /proc/version /sys/kernel/btf/vmlinux');
    expect([junk.status, junk.stderr.trim().split('\n').length]).toEqual([1, 1]);
    expect(junk.stderr).toContain('/sys/kernel/btf/vmlinux cannot be read');
  });

  test('a route without CAP_NET_ADMIN: one line, and nothing is left', () => {
    network = new Network();
    const before = [routes(), registered()];
    const all = [
      '--bounding-set=-net_admin',
      '--inh-caps=-net_admin',
      helperCheck()[0]!,
      'bpf',
      '--netns',
      network.near,
    ];
    const names = ['--name', network.control, '--bind', join(network.folder, 'kernel'), '--agent', agentPath()];
    const { status, stderr } = spawnSync('setpriv', [...all, ...names, '--route', network.prefix], {
      encoding: 'utf8',
      timeout: 20_000,
    });
    expect(status).toBe(3);
    expect(stderr).toContain(`--route ${network.prefix}: changing a route takes CAP_NET_ADMIN: run with sudo`);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect([routes(), registered()]).toEqual(before);
  });

  test('a user without the rights: one line that says which', () => {
    network = new Network();
    const { stderr, status } = spawnSync('setpriv', ['--reuid', 'nobody', '--clear-groups', ...helperCheck()], {
      encoding: 'utf8',
    });
    expect(status).toBe(3);
    expect(stderr).toMatch(/takes CAP_BPF and CAP_PERFMON: run with sudo, or .*setcap/);
  });
});

function helperCheck(): string[] {
  return ['helper/build/mooring-helper', 'bpf', '--check'];
}
