import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { Datapath } from '../../../src/index.js';
import { closeSocket, findHelper, MessageSocket, openSocket, requireHelper } from '../../../src/node/helper/index.js';

const { program } = findHelper();
const lacking =
  program === undefined
    ? 'the helper is not built here'
    : process.getuid?.() !== 0
      ? 'needs root'
      : spawnSync('python3', ['--version']).status !== 0
        ? 'needs python3'
        : undefined;
if (lacking) console.log(`test/node/helper/privilege: skipped, ${lacking}`);

const NOBODY = 65534;

describe.skipIf(lacking)('JavaScript without privilege on netlink', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mooring-privilege-'));
  const children: ChildProcess[] = [];
  afterEach(async () => {
    for (const child of children.splice(0)) {
      child.kill('SIGKILL');
      await sleep(10);
    }
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  // Speaks as the kernel module does: multicasts, and hears what agents send to it.
  const module = (group: number) => {
    const descriptor = openSocket('netlink', { group: group + 1, userPeers: true });
    const socket = new MessageSocket(descriptor);
    const bytes = new Uint8Array(socket.receiveBytes);
    const everyone = socket.peerAt(`group:${group}`);
    return {
      say: (message: Uint8Array) => socket.send(everyone, message),
      hear: (timeoutMs: number) => {
        const length = socket.receive(bytes, timeoutMs);
        return length < 0 ? undefined : bytes.slice(0, length);
      },
      close: () => closeSocket(descriptor),
    };
  };

  // A whole life of one flow: ready, install, create, changeprog, measure, update.
  const drive = async (group: number) => {
    const kernel = module(group);
    const datapath = new Datapath({ id: 9, maxFlows: 4, fallbackUs: 1e9 });
    const types: number[] = [];
    const listen = async (wanted: number) => {
      for (let waited = 0; waited < 100 && !types.includes(wanted); waited += 1) {
        for (let got = kernel.hear(20); got; got = kernel.hear(0)) {
          types.push(got[0]!);
          expect(datapath.handle(got, 1_000_000)).toBe(0);
        }
        await sleep(1);
      }
      expect(types).toContain(wanted);
    };
    try {
      const info = { initCwnd: 14_480, mss: 1448, srcIp: 1, srcPort: 2, dstIp: 3, dstPort: 4 };
      kernel.say(datapath.ready());
      const { sockId, message } = datapath.startFlow(info, 1_000_000);
      kernel.say(message);
      await listen(2);
      await listen(4);
      let cwndBytes = 0;
      for (let ack = 1; ack < 200 && !types.includes(3); ack += 1) {
        const ran = datapath.invoke(
          sockId,
          { bytesAcked: 14_480, packetsAcked: 10, rttSampleUs: 10_000, sndCwnd: 14_480 },
          1_000_000 + ack * 10_000,
        );
        expect(ran.code).toBe(0);
        cwndBytes = ran.cwndBytes ?? cwndBytes;
        for (const report of ran.messages) kernel.say(report);
        for (let got = kernel.hear(5); got; got = kernel.hear(0)) {
          types.push(got[0]!);
          expect(datapath.handle(got, 1_000_000)).toBe(0);
        }
        await sleep(1);
      }
      expect(types).toContain(3);
      expect(cwndBytes).toBeGreaterThan(0);
    } finally {
      kernel.close();
    }
  };

  const ready = (child: ChildProcess, word: string) =>
    new Promise<string>((done, fail) => {
      let said = '';
      const hear = (chunk: unknown) => {
        said += String(chunk);
        if (said.includes(word)) done(said);
      };
      child.stdout?.on('data', hear);
      child.stderr?.on('data', hear);
      child.once('close', (code) => fail(new Error(`ended with ${code}: ${said}`)));
    });
  const agentOf = (pid: number) => {
    // A sanitizer loaded into this process is not for `ps`, which hangs with it.
    const env = { ...process.env, LD_PRELOAD: '' };
    const { stdout } = spawnSync('ps', ['-eo', 'uid=,pid=,ppid='], { encoding: 'utf8', env });
    const rows = stdout
      .trim()
      .split('\n')
      .map((line) => line.trim().split(/\s+/).map(Number));
    const child = (of: number) => rows.find(([, , parent]) => parent === of);
    const helper = child(pid);
    return helper && child(helper[1]!);
  };

  it('sudo mooring agent: the helper opens it, the agent runs as who called sudo', async () => {
    const words = ['dist/cli.js', 'agent', '--alg', 'aimd', '--ipc', 'netlink', '--user-peers'];
    const agent = spawn(process.execPath, words, { env: { ...process.env, SUDO_UID: String(NOBODY) } });
    children.push(agent);
    await ready(agent, 'Ctrl-C ends it');
    expect(agentOf(agent.pid!)?.[0]).toBe(NOBODY);
    // NETLINK_USERSOCK group 22, as the module of the kernel.
    await drive(22);
    const ended = new Promise((done) => agent.once('close', done));
    agent.kill('SIGTERM');
    expect(await ended).toBe(0);
  });

  it('an unprivileged process whose helper has the one capability: a class in the calling process', async () => {
    const privileged = join(folder, 'mooring-helper');
    copyFileSync(program!, privileged);
    copyFileSync(join(dirname(requireHelper()), 'mooring-socket.node'), join(folder, 'mooring-socket.node'));
    chmodSync(folder, 0o755);
    // setcap cap_net_admin+ep: VFS_CAP_REVISION_2 with the effective bit, permitted mask bit 12.
    const capability = `import os, struct; os.setxattr(${JSON.stringify(privileged)}, 'security.capability', struct.pack('<IIIII', 0x02000001, 1 << 12, 0, 0, 0))`;
    const set = spawnSync('python3', ['-c', capability], { encoding: 'utf8' });
    if (set.status !== 0)
      return console.log(`skipped: no file capabilities in ${folder}: ${set.stderr.trim().split('\n').at(-1)}`);
    const code = `
      import { Aimd } from 'mooring';
      import { connect } from 'mooring/node';
      const agent = await connect('netlink', Aimd, { socket: { group: 24, userPeers: true } });
      console.log('listening as', process.getuid());`;
    const agent = spawn(process.execPath, ['--input-type=module', '-e', code], {
      cwd: resolve('.'),
      uid: NOBODY,
      gid: NOBODY,
      env: { ...process.env, MOORING_HELPER_DIR: folder },
    });
    children.push(agent);
    expect(await ready(agent, 'listening as')).toContain(`listening as ${NOBODY}`);
    await drive(24);
  });

  it('says what is missing where nobody has the right', () => {
    const words = ['dist/cli.js', 'agent', '--alg', 'aimd', '--ipc', 'netlink'];
    const run = spawnSync(process.execPath, words, { uid: NOBODY, gid: NOBODY, encoding: 'utf8' });
    expect(run.status).toBe(1);
    expect(run.stderr).toMatch(/^mooring-helper open: EPERM: [^\n]*setcap cap_net_admin\+ep[^\n]*\n$/);
  });
});
