import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { openCapture } from '../../src/capture/index.js';
import { removeScratch, scratch, skip, uniqueName } from './support.js';

// Multipath TCP of this kernel between two namespaces with two links, captured, and told as the two programs saw it.

const enabled = spawnSync('sysctl', ['-n', 'net.mptcp.enabled'], { encoding: 'utf8' }).stdout.trim() === '1';
if (!enabled) console.log('skipped: this kernel has no Multipath TCP, or net.mptcp.enabled is 0');
const SCRIPT = 'test/testbed/multipath.py';
const HELLO = 5;
const ANSWER = 12_345;
const SENT = [3_000_000, 400_000] as const;

describe.skipIf(skip || !enabled)('connections of the kernel', () => {
  const [left, right] = [`${uniqueName()}-mpa`, `${uniqueName()}-mpb`];
  const running: ChildProcess[] = [];
  const ip = (...args: readonly string[]): string => execFileSync('ip', args, { encoding: 'utf8' });
  const inside = (netns: string, ...command: readonly string[]): ChildProcess => {
    const child = spawn('ip', ['netns', 'exec', netns, ...command], { stdio: ['ignore', 'pipe', 'pipe'] });
    running.push(child);
    return child;
  };
  afterAll(() => {
    for (const child of running) if (child.exitCode === null) child.kill();
    for (const netns of [left, right]) spawnSync('ip', ['netns', 'del', netns]);
    removeScratch();
  });

  test('subflows are joined; each byte of data is counted once; the proofs hold', async () => {
    for (const netns of [left, right]) ip('netns', 'add', netns);
    for (const link of [1, 2]) {
      ip('link', 'add', `va${link}`, 'netns', left, 'type', 'veth', 'peer', 'name', `vb${link}`, 'netns', right);
      for (const [netns, side, host] of [[left, 'a', 1] as const, [right, 'b', 2] as const]) {
        ip('-n', netns, 'addr', 'add', `10.77.${link}.${host}/24`, 'dev', `v${side}${link}`);
        ip('-n', netns, 'link', 'set', `v${side}${link}`, 'up');
      }
      // Slow enough that one link does not take it all.
      execFileSync('ip', [
        ...['netns', 'exec', left, 'tc', 'qdisc', 'add', 'dev', `va${link}`, 'root'],
        ...['tbf', 'rate', '40mbit', 'burst', '16k', 'latency', '50ms'],
      ]);
    }
    for (const netns of [left, right])
      ip('-n', netns, 'mptcp', 'limits', 'set', 'subflow', '4', 'add_addr_accepted', '4');
    ip('-n', left, 'mptcp', 'endpoint', 'add', '10.77.2.1', 'dev', 'va2', 'subflow');
    ip('-n', right, 'mptcp', 'endpoint', 'add', '10.77.2.2', 'signal');

    const file = join(scratch(), 'multipath.pcap');
    // Without a delay: what lies in a block of the kernel's ring when tcpdump is ended, up to a second of it, is lost.
    const words = ['--immediate-mode', '-Z', 'root', '-i', 'any', '-s', '128', '-U', '-w', file, 'tcp'];
    const tcpdump = inside(left, 'tcpdump', ...words);
    await once(tcpdump.stderr!, 'data');
    const server = inside(right, 'python3', SCRIPT, 'server', String(SENT.length));
    await once(server.stdout!, 'data');
    for (const bytes of SENT) {
      const client = inside(left, 'python3', SCRIPT, 'client', String(bytes));
      const [said] = await once(client.stdout!, 'data');
      expect(Number(String(said))).toBe(ANSWER);
      await once(client, 'exit');
    }
    // The last ACKs of the close come after the programs are done.
    await new Promise((resolve) => setTimeout(resolve, 500));
    tcpdump.kill('SIGINT');
    await once(tcpdump, 'exit');

    const { multipath, connections } = await (await openCapture(new Uint8Array(readFileSync(file)))).analyse();
    expect(multipath.connections).toMatchObject(
      SENT.map((bytes) => ({
        ...{ version: 1, status: 'established' },
        forward: { dataBytes: HELLO + bytes, ackedBytes: HELLO + bytes, finished: true },
        backward: { dataBytes: ANSWER, ackedBytes: ANSWER, finished: true, addresses: [{ address: '10.77.2.2' }] },
      })),
    );
    for (const { subflows, forward, backward } of multipath.connections) {
      const busy = subflows.filter(({ forwardBytes }) => forwardBytes! > 0);
      expect(busy.map(({ kind, authentic }) => [kind, authentic])).toEqual([
        ['initial', null],
        ['join', true],
      ]);
      expect(forward.subflowBytes! - forward.reinjectedBytes!).toBe(forward.dataBytes);
      expect(backward.subflowBytes! - backward.reinjectedBytes!).toBe(backward.dataBytes);
    }
    expect([...connections].every((c) => c.multipath !== null)).toBe(true);
  });
});
