import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type CaptureLine,
  type CaptureOptions,
  captureArguments,
  delayArguments,
  findHelper,
  parseCaptureLine,
  parseDelayLine,
  requireHelper,
} from '../../../src/node/helper/index.js';

const lacking =
  findHelper().program === undefined
    ? 'the helper is not built here'
    : process.getuid?.() !== 0
      ? 'needs root for network name spaces'
      : ['ip', 'tcpdump', 'python3'].find((tool) => spawnSync('which', [tool]).status !== 0);
if (lacking) console.log(`test/node/helper/packets: skipped, ${lacking}`);

const frames = `
import socket, struct, sys
port, count, vlan = int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW); s.bind((sys.argv[1], 0))
tag = struct.pack('!HH', 0x8100, vlan) if vlan else b''
for n in range(count):
    udp = struct.pack('!HHHHI', port, port, 12, 0, n) + b'x' * 88
    ip = struct.pack('!BBHHHBBH4s4s', 0x45, 0, 20 + len(udp), 1, 0, 64, 17, 0, bytes([10, 9, 0, 1]), bytes([10, 9, 0, 2]))
    s.send(b'\\xff' * 6 + b'\\x02\\0\\0\\0\\0\\1' + tag + b'\\x08\\0' + ip + udp)
`;

describe('lines of the helper', () => {
  it('are read to the letter', () => {
    expect(
      parseCaptureLine('file packets=1 bytes=60 size=100 first_ns=1795376471722043054 last_ns=2 name=/a b=c'),
    ).toEqual({
      event: 'file',
      packets: 1,
      bytes: 60,
      size: 100,
      firstNs: 1795376471722043054n,
      lastNs: 2n,
      name: '/a b=c',
    });
    for (const line of ['', 'file', 'ready link=x snap=1 ring=1 interface=a', 'what a=1', 'end packets=1', 'ready  ']) {
      expect(() => parseCaptureLine(line)).toThrow(/the helper said/);
      expect(() => parseDelayLine(`x${line}`)).toThrow(/the helper said/);
    }
  });
});

describe.skipIf(lacking)('packets', () => {
  const space = `mh${process.pid}`;
  const folder = mkdtempSync(join(tmpdir(), 'mooring-packets-'));
  const ip = (...words: string[]) => execFileSync('ip', words, { stdio: ['ignore', 'pipe', 'inherit'] });
  const inside = (...words: string[]) => ['netns', 'exec', space, ...words];
  const send = (count: number, { port = 9, vlan = 0 } = {}) =>
    ip(...inside('python3', '-c', frames, 'va', String(port), String(count), String(vlan)));
  const read = (file: string, ...filter: string[]) =>
    spawnSync('tcpdump', ['-nner', file, ...filter], { encoding: 'utf8' })
      .stdout.trim()
      .split('\n')
      .filter(Boolean);

  const run = (words: string[]) => {
    const child = spawn('ip', inside(requireHelper(), ...words), { stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk) => {
      out += chunk;
    });
    child.stderr.on('data', (chunk) => {
      err += chunk;
    });
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    const lines = () => out.split('\n').filter(Boolean);
    const ready = async () => {
      for (let waited = 0; !out.includes('ready') && waited < 300; waited += 1) await sleep(10);
      if (!out.includes('ready')) throw new Error(`not ready: ${err}`);
    };
    return { child: child as ChildProcess, lines, ended, ready, said: () => err };
  };
  const capture = async (file: string, options: Partial<CaptureOptions> = {}) => {
    const path = join(folder, file);
    const started = run(captureArguments({ interface: 'vb', file: path, incoming: true, ...options }));
    await started.ready();
    return { ...started, path, heard: (): CaptureLine[] => started.lines().map(parseCaptureLine) };
  };

  beforeAll(async () => {
    ip('netns', 'add', space);
    ip('-n', space, 'link', 'add', 'va', 'type', 'veth', 'peer', 'name', 'vb');
    // No chatter of its own on the link.
    ip(...inside('sh', '-c', 'for i in va vb; do echo 1 > /proc/sys/net/ipv6/conf/$i/disable_ipv6; done'));
    ip('-n', space, 'link', 'set', 'va', 'up');
    ip('-n', space, 'link', 'set', 'vb', 'up');
    await sleep(200);
  });
  afterAll(() => {
    ip('netns', 'del', space);
    rmSync(folder, { recursive: true });
  });

  it('captures every frame and its counters add up', async () => {
    writeFileSync(
      join(folder, 'filter'),
      execFileSync('tcpdump', ['-ddd', '-y', 'EN10MB', 'udp port 7'], { stdio: ['ignore', 'pipe', 'ignore'] }),
    );
    const running = await capture('one.pcap', { snapBytes: 54, filterFile: join(folder, 'filter') });
    send(1000, { port: 7 });
    send(300, { port: 8 });
    running.child.kill('SIGUSR1');
    running.child.kill('SIGTERM');
    expect(await running.ended).toBe(0);
    const [ready, ...rest] = running.heard();
    expect(ready).toEqual({ event: 'ready', interface: 'vb', linkType: 1, snapBytes: 54, ringBytes: 32 << 20 });
    const end = rest.at(-1)!;
    expect(end).toEqual({
      event: 'end',
      packets: 1000,
      bytes: 1000 * (14 + 20 + 100),
      ringReceived: 1000,
      ringDropped: 0,
      nicReceived: 1300,
      nicDropped: 0,
      reason: 'signal',
    });
    expect(rest.find(({ event }) => event === 'file')).toMatchObject({ packets: 1000, size: 24 + 1000 * (16 + 54) });
    expect(readFileSync(running.path).length).toBe(24 + 1000 * (16 + 54));
    expect(read(running.path)).toHaveLength(1000);
  });

  it('keeps VLAN tags, cut to the snap length', async () => {
    const running = await capture('vlan.pcap', { snapBytes: 40, nanoseconds: true, maxPackets: 2, maxSeconds: 20 });
    send(2, { vlan: 77 });
    expect(await running.ended).toBe(0);
    expect(running.heard().at(-1)).toMatchObject({ reason: 'packets', packets: 2, bytes: 2 * 138 });
    expect(read(running.path, 'vlan', '77')).toHaveLength(2);
    expect(readFileSync(running.path).readUInt32LE(0)).toBe(0xa1b23c4d);
    expect(readFileSync(running.path).readUInt32LE(24 + 8)).toBe(40);
  });

  it('rotates by time, without a gap', async () => {
    const running = await capture('rotated.pcap', { rotateS: 1, maxSeconds: 30 });
    for (let burst = 0; burst < 8; burst += 1) {
      send(50);
      await sleep(150);
    }
    running.child.kill('SIGINT');
    expect(await running.ended).toBe(0);
    const heard = running.heard();
    const end = heard.at(-1);
    const files = heard.filter((line) => line.event === 'file');
    expect(end).toMatchObject({ reason: 'signal', packets: 400, ringDropped: 0 });
    expect(files.length).toBeGreaterThanOrEqual(2);
    expect(files.reduce((sum, file) => sum + file.packets, 0)).toBe(400);
    for (const [index, file] of files.entries()) {
      expect(file.name).toBe(join(folder, `rotated-0000${index}.pcap`));
      expect(read(file.name)).toHaveLength(file.packets);
      if (file.packets) expect(file.lastNs - file.firstNs).toBeLessThan(1_000_000_000n);
    }
  });

  it('keeps whole records when the disk is full', async () => {
    const disk = join(folder, 'disk');
    ip(...inside('mkdir', '-p', disk));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=100k', 'tmpfs', disk]);
    try {
      const running = await capture('disk/full.pcap');
      send(2000);
      expect(await running.ended).toBe(1);
      expect(running.said()).toMatch(/^mooring-helper capture: ENOSPC: .*full\.pcap/);
      const end = running.heard().at(-1)!;
      expect(end).toMatchObject({ event: 'end', reason: 'disk', ringDropped: 0 });
      const kept = end.event === 'end' ? end.packets : 0;
      expect(kept).toBeGreaterThan(100);
      expect(read(running.path)).toHaveLength(kept);
    } finally {
      execFileSync('umount', [disk]);
    }
  });

  it('ends when its interface goes, and outlives nobody it was tied to', async () => {
    ip('-n', space, 'link', 'add', 'vc', 'type', 'veth', 'peer', 'name', 'vd');
    ip('-n', space, 'link', 'set', 'vc', 'up');
    const running = await capture('gone.pcap', { interface: 'vc' });
    ip('-n', space, 'link', 'del', 'vc');
    expect(await running.ended).toBe(0);
    expect(running.heard().at(-1)).toMatchObject({ reason: 'interface' });
    const path = join(folder, 'tied.pcap');
    const words = inside(requireHelper(), ...captureArguments({ interface: 'vb', file: path, withParent: true }));
    const shell = spawn('sh', ['-c', `ip ${words.join(' ')} & echo $!; wait`], { stdio: ['ignore', 'pipe', 'ignore'] });
    const pid = await new Promise<number>((resolve) => shell.stdout.once('data', (line) => resolve(Number(line))));
    for (let waited = 0; !existsSync(path) && waited < 300; waited += 1) await sleep(10);
    shell.kill('SIGKILL');
    const alive = () => {
      try {
        return process.kill(pid, 0) && !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z');
      } catch {
        return false;
      }
    };
    for (let waited = 0; alive() && waited < 300; waited += 1) await sleep(10);
    expect(alive()).toBe(false);
  });

  it('delays both ways and keeps frames of local stacks valid', async () => {
    const [left, right] = [`${space}l`, `${space}r`];
    for (const name of [left, right]) ip('netns', 'add', name);
    try {
      for (const [name, end, address] of [
        [left, 'da', '10.9.3.1/24'],
        [right, 'db', '10.9.3.2/24'],
      ] as const) {
        ip('-n', space, 'link', 'add', end, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', name);
        ip('-n', name, 'addr', 'add', address, 'dev', 'eth0');
        ip('-n', name, 'link', 'set', 'eth0', 'up');
        ip('-n', space, 'link', 'set', end, 'up');
      }
      const helper = spawn(
        requireHelper(),
        delayArguments({
          a: 'da',
          b: 'db',
          aNetns: space,
          bNetns: space,
          delayUs: 10_000,
          backDelayUs: 5000,
          user: 'nobody',
        }),
        { stdio: ['ignore', 'pipe', 'inherit'] },
      );
      let out = '';
      helper.stdout.on('data', (chunk) => {
        out += chunk;
      });
      for (let waited = 0; !out.includes('ready') && waited < 300; waited += 1) await sleep(10);
      // It says how the kernel schedules it: proc_pid_stat(5), the field `policy`, 39 after the name's bracket.
      const stat = readFileSync(`/proc/${helper.pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
      expect(/scheduling=(\w+)/.exec(out)?.[1]).toBe(stat[38] === '1' ? 'fifo' : 'shared');
      const ping = execFileSync('ip', ['netns', 'exec', left, 'ping', '-c', '5', '-i', '0.05', '10.9.3.2'], {
        encoding: 'utf8',
      });
      const fastestMs = Number(/= ([\d.]+)\//.exec(ping)![1]);
      expect(fastestMs).toBeGreaterThanOrEqual(15);
      expect(fastestMs).toBeLessThan(40);
      // Segments of 64 KB without checksums leave the stack: they must arrive as TCP wants them.
      const server = spawn('ip', ['netns', 'exec', right, 'python3', '-c', receiver], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let said = '';
      server.stdout.on('data', (chunk) => {
        said += chunk;
      });
      const hashed = new Promise((resolve) => server.once('close', resolve));
      for (let waited = 0; !said.includes('listening') && waited < 300; waited += 1) await sleep(10);
      const sent = execFileSync('ip', ['netns', 'exec', left, 'python3', '-c', sender], { encoding: 'utf8' }).trim();
      await hashed;
      expect(said.split('\n')[1]).toBe(sent);
      const ended = new Promise((resolve) => helper.once('close', resolve));
      helper.kill('SIGTERM');
      expect(await ended).toBe(0);
      const lines = out.split('\n').filter(Boolean).map(parseDelayLine);
      expect(lines.map((line) => ('direction' in line ? line.direction : line.event))).toEqual(['ready', 'a-b', 'b-a']);
      for (const line of lines) {
        if (line.event === 'ready') continue;
        expect(line).toMatchObject({ dropped: 0, refused: 0 });
        expect(line.sent + line.waiting).toBe(line.received);
        expect(line.sent).toBeGreaterThan(20);
      }
    } finally {
      for (const name of [left, right]) ip('netns', 'del', name);
    }
  }, 60_000);
});

const receiver = `
import socket, hashlib
s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); s.bind(('10.9.3.2', 5001)); s.listen(1)
print('listening', flush=True)
c, _ = s.accept(); h = hashlib.sha256()
while True:
    b = c.recv(65536)
    if not b: break
    h.update(b)
print(h.hexdigest(), flush=True)
`;
const sender = `
import socket, hashlib
data = bytes(range(256)) * 16384
s = socket.create_connection(('10.9.3.2', 5001)); s.sendall(data); s.close()
print(hashlib.sha256(data).hexdigest())
`;
