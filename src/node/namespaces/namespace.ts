import { spawn } from 'node:child_process';
import { ERROR, MooringError } from '../../base/index.js';
import { fromDebian } from '../install/index.js';
import { run, sleep } from '../process/index.js';

/** `ip` in a namespace. */
export async function ip(namespace: string, ...args: string[]): Promise<string> {
  return await run(['ip', '-n', namespace, ...args]);
}

/** Many `ip` commands in a namespace with one process; stops at the first that fails. */
export async function ipBatch(namespace: string, commands: readonly string[]): Promise<void> {
  if (commands.length > 0) await run(['ip', '-n', namespace, '-batch', '-'], { input: `${commands.join('\n')}\n` });
}

/** `tc` in a namespace. */
export async function tc(namespace: string, ...args: string[]): Promise<string> {
  return await run(['tc', '-n', namespace, ...args]);
}

/** Runs `work` and passes over its failure: for removing what may be gone. */
export async function passOver(work: Promise<unknown>): Promise<void> {
  await work.catch(() => undefined);
}

/** Sets sysctls (paths under /proc/sys/net) inside a namespace. */
export async function setSysctls(namespace: string, values: Readonly<Record<string, string>>): Promise<void> {
  const script = Object.entries(values)
    .map(([path, value]) => `echo ${value} > /proc/sys/net/${path}`)
    .join(' && ');
  await run(['ip', 'netns', 'exec', namespace, 'sh', '-c', script]);
}

/** Names of this machine's namespaces. */
export async function namespaces(): Promise<string[]> {
  const list = (await run(['ip', '-j', 'netns', 'list'])).trim();
  return list === '' ? [] : (JSON.parse(list) as { name: string }[]).map(({ name }) => name);
}

/** Removes a namespace and ends what runs in it, as deleting a node does. Gone already is well. */
export async function removeNamespace(name: string): Promise<void> {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    const pids = (await run(['ip', 'netns', 'pids', name]).catch(() => '')).split('\n').filter((line) => line !== '');
    if (pids.length === 0) break;
    for (const pid of pids) {
      try {
        process.kill(Number(pid), signal);
      } catch {
        // ended by itself
      }
    }
    if (signal === 'SIGTERM') await sleep(100);
  }
  if ((await namespaces()).includes(name)) await passOver(run(['ip', 'netns', 'del', name]));
}

/** Throws MOORING_ERR_TESTBED_UNSUPPORTED unless namespaces can be made here; `what` is what could not be. */
export async function requireNamespaces(what = 'testbed'): Promise<void> {
  const probed: Record<string, string> = {};
  if (process.platform !== 'linux') probed['system'] = `${process.platform}, not Linux`;
  else if (process.getuid?.() !== 0) probed['user'] = 'not root (namespaces and mirrors need it: run with sudo)';
  for (const [tool, from] of [
    ['ip', 'iproute2'],
    ['tc', 'iproute2'],
    ['ethtool', 'ethtool'],
  ] as const) {
    const found = await new Promise((resolve) => {
      spawn(tool, ['--version'], { stdio: 'ignore' })
        .on('error', () => resolve(false))
        .on('close', () => resolve(true));
    });
    if (!found) probed[tool] = `not installed ${fromDebian(from)}`;
  }
  const missing = Object.entries(probed).map(([what, why]) => `${what}: ${why}`);
  if (missing.length === 0) return;
  const message = `no ${what} can be built here: ${missing.join('; ')}`;
  throw new MooringError(ERROR.MOORING_ERR_TESTBED_UNSUPPORTED, message, { probed });
}

/** A namespace of ours: loopback up, no IPv6 chatter; switches forward. */
export async function makeNamespace(name: string, forwards: boolean): Promise<void> {
  await run(['ip', 'netns', 'add', name]);
  await ip(name, 'link', 'set', 'lo', 'up');
  await setSysctls(name, {
    'ipv6/conf/all/disable_ipv6': '1',
    'ipv6/conf/default/disable_ipv6': '1',
    ...(forwards ? { 'ipv4/ip_forward': '1' } : {}),
  });
}
