import { spawn } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Worker } from 'node:worker_threads';
import { AlgBase, encodeMessage } from 'mooring';
import { type ConnectOptions, closeSocket, connect, findHelper, openSocket } from 'mooring/node';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { until } from '../../until.js';
import { goesOn } from './goes-on.js';
import { liveFolder, PROGRAM } from './live.js';

// Waits end when what they wait for is there; a busy machine takes long.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

// Real sockets and real threads, so the built package.
const noHelper = findHelper().addon ? false : 'no C compiler: the helper was not built';
const { folder, fresh, atEnd, watch, live, peer } = liveFolder('faults');

/** Sets a window for each report; does not return while the file `hold` exists, which `held` tells. */
const [hold, held] = [join(folder, 'hold'), join(folder, 'held')];
const module = join(folder, 'counts.mjs');
writeFileSync(
  module,
  `import { existsSync, writeFileSync } from 'node:fs';
  import { AlgBase } from ${JSON.stringify(pathToFileURL(resolve('dist/index.js')).href)};
  export class Counts extends AlgBase {
    count = 0;
    onCreate() { this.datapath.install(${JSON.stringify(PROGRAM)}); }
    onReport() {
      if (existsSync(${JSON.stringify(hold)})) {
        writeFileSync(${JSON.stringify(held)}, '');
        while (existsSync(${JSON.stringify(hold)}));
      }
      this.count += 1;
      this.datapath.updateField('Cwnd', 20_000 + this.count);
    }
  }`,
);
class Counts extends AlgBase {
  count = 0;
  override onCreate() {
    this.datapath.install(PROGRAM);
  }
  override onReport() {
    this.count += 1;
    this.datapath.updateField('Cwnd', 20_000 + this.count);
  }
}
const ways: Array<[string, URL | typeof Counts, ConnectOptions]> = [
  ['one worker, blocking', pathToFileURL(module), {}],
  ['one worker, event loop', pathToFileURL(module), { blocking: false }],
  ['two workers', pathToFileURL(module), { workers: 2 }],
  ['this thread', Counts, {}],
];

const threads: Worker[] = [];
const keep = (thread: Worker) => void threads.push(thread);
process.on('worker', keep);
// Before what a test opened ends.
afterEach(() => {
  rmSync(hold, { force: true });
  rmSync(held, { force: true });
  threads.splice(0);
});

async function start(algorithm: Parameters<typeof connect>[1], options: ConnectOptions) {
  const path = fresh('agent');
  return {
    path,
    ...watch(await connect('unix', algorithm as URL, { watchdogMs: 60_000, ...options, socket: { path } })),
  };
}

const create = (sid: number) =>
  encodeMessage({ type: 'create', sid, initCwnd: 14_480, mss: 1448, srcIp: 1, srcPort: 1, dstIp: 2, dstPort: 2 });

describe.skipIf(noHelper)('a datapath that does not read', () => {
  it.each(ways)(
    'is sent the latest window only, what it missed is told, and nobody else waits: %s',
    async (_, algorithm, options) => {
      const REPORTS = 3000;
      const { path, told } = await start(algorithm, options);
      const good = live(path, 2);
      const slow = peer(path);
      slow.say(create(1));
      let programUid = 0;
      await until('it has a program', () => {
        for (const message of slow.hear()) if (message.type === 'changeProg') programUid = message.programUid;
        return programUid > 0;
      });
      // From here on it only talks: the kernel keeps some windows, the agent the latest.
      const report = encodeMessage({ type: 'measure', sid: 1, programUid, fields: [1448n] });
      for (let said = 0; said < REPORTS; ) {
        if (slow.say(report)) said += 1;
        else await new Promise(setImmediate);
      }
      await until('the full queue is told', () => told('sendQueueFull').length > 0);
      await goesOn(good);
      // Now it reads. What it gets and what was told dropped is what the algorithm said.
      let windows = 0;
      let last = 0;
      const hear = () => {
        for (const message of slow.hear()) {
          if (message.type !== 'updateField') continue;
          windows += 1;
          const value = Number(message.updates[0]!.value);
          expect(value).toBeGreaterThan(last);
          last = value;
        }
      };
      const dropped = () => told('sendQueueFull').reduce((sum, event) => sum + event.dropped, 0);
      await until('all is accounted for', () => {
        hear();
        return windows + dropped() === REPORTS;
      });
      expect(windows).toBeLessThan(REPORTS / 2);
      expect(last).toBe(20_000 + REPORTS);
      expect(dropped()).toBeGreaterThan(0);
      expect(told('sendQueueFull').every(({ address }) => address === slow.path)).toBe(true);
      slow.say(report);
      await until('the next window comes', () => {
        hear();
        return last === 20_000 + REPORTS + 1;
      });
      expect(told('flowClosed')).toEqual([]);
    },
  );
});

describe.skipIf(noHelper)('a message longer than any there is', () => {
  it.each(ways)('is told with its sender, and skipped: %s', async (_, algorithm, options) => {
    const { path, told } = await start(algorithm, options);
    const descriptor = openSocket('unix', { path: fresh('raw') });
    atEnd(() => closeSocket(descriptor));
    const datapath = live(path, 1);
    await goesOn(datapath, 1);
    // Our own door refuses to send as much.
    const { path: own } = descriptor;
    await sendRaw(own!, path, 40_000);
    await until('it is told', () => told('oversizedMessage').length > 0);
    expect(told('oversizedMessage')).toEqual([{ kind: 'oversizedMessage', address: `${own}.raw` }]);
    await goesOn(datapath);
  });

  /** By a process that is not ours. */
  async function sendRaw(from: string, to: string, bytes: number): Promise<void> {
    const code = `import socket\ns = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)\ns.bind(${JSON.stringify(`${from}.raw`)})\ns.sendto(b'x' * ${bytes}, ${JSON.stringify(to)})`;
    const python = spawn('python3', ['-c', code], { stdio: 'inherit' });
    expect(await new Promise((resolve) => python.once('close', resolve))).toBe(0);
  }
});

describe.skipIf(noHelper)('more datapaths than are served', () => {
  it.each(ways)('are refused and told, and the others go on: %s', async (_, algorithm, options) => {
    const { path, told, handle } = await start(algorithm, { ...options, maxDatapaths: 3 });
    const good = live(path, 2);
    await goesOn(good, 1);
    const peers = Array.from({ length: 8 }, () => peer(path));
    for (const each of peers) await until('it is said', () => each.say(create(2)));
    await until('some are told', () => told('limitReached').length >= 6);
    expect(new Set(told('limitReached').map(({ limit, value }) => `${limit} ${value}`))).toEqual(
      new Set(['datapaths 3']),
    );
    expect((await handle.stats()).datapaths).toBe(3);
    await goesOn(good);
  });
});

describe.skipIf(noHelper)('a thread that ends', () => {
  it('while it reads for two workers: another reads, told; flows go on and begin', async () => {
    const { path, told, handle } = await start(pathToFileURL(module), { workers: 2 });
    const datapath = live(path, 4);
    await goesOn(datapath, 1);
    for (let times = 1; times <= 3; times += 1) {
      // Two workers, then the reader, and each that followed it.
      await threads.at(-1)!.terminate();
      await until('it is told', () => told('readerReplaced').length === times);
      await goesOn(datapath);
    }
    expect(threads).toHaveLength(6);
    expect(told('readerReplaced')[0]).toMatchObject({ error: { code: 'MOORING_ERR_THREAD_GONE' } });
    datapath.addFlow();
    await until('a new flow is known', async () => (await handle.stats()).flows === 5);
    await goesOn(datapath);
    expect(told('workerReplaced')).toEqual([]);
    expect(told('workerQueueFull')).toEqual([]);
  });

  it('while it holds the blocking read: what waited for it rejects, another takes over its flows', async () => {
    const { path, told, handle } = await start(pathToFileURL(module), {});
    const datapath = live(path, 3);
    await goesOn(datapath, 1);
    writeFileSync(hold, '');
    await until('its algorithm holds it', () => existsSync(held));
    const waiting = [handle.stats(), handle.flows()].map((call) => call.catch((error) => error));
    await threads[0]!.terminate();
    rmSync(hold);
    for (const error of await Promise.all(waiting)) expect(error).toMatchObject({ code: 'MOORING_ERR_THREAD_GONE' });
    await until('it is told', () => told('workerReplaced').length === 1);
    const [replaced] = told('workerReplaced');
    expect(replaced).toMatchObject({ worker: 0, reason: 'died', flows: 3, culprit: { address: expect.any(String) } });
    // The flow whose algorithm ran keeps its initial window; the others have theirs again.
    await until('the others are driven', () =>
      datapath
        .state()
        .flows.every(({ sockId, cwndBytes }) =>
          sockId === replaced!.culprit!.sockId ? cwndBytes === 14_480 : cwndBytes > 20_000,
        ),
    );
    expect((await handle.stats()).flows).toBe(3);
  });

  it.each([1, 2])(
    'again and again since its socket is broken: the agent ends with a declared error (%i workers)',
    async (workers) => {
      const path = fresh('agent');
      // In a process of its own, whose descriptors may be broken: the socket's number becomes another file.
      const code = `
      import { closeSync, openSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
      import { connect } from 'mooring/node';
      const agent = await connect('unix', 'aimd', { workers: ${workers}, socket: { path: ${JSON.stringify(path)} } });
      const told = {};
      agent.events.on(({ kind }) => (told[kind] = (told[kind] ?? 0) + 1));
      const inode = readFileSync('/proc/net/unix', 'utf8').split('\\n').find((row) => row.endsWith(${JSON.stringify(path)})).split(/\\s+/)[6];
      const linkOf = (fd) => { try { return readlinkSync('/proc/self/fd/' + fd); } catch {} };
      const broken = Number(readdirSync('/proc/self/fd').find((fd) => linkOf(fd) === 'socket:[' + inode + ']'));
      closeSync(broken);
      while (openSync('/dev/null') < broken);
      const error = await agent.closed.catch((error) => error);
      console.log(JSON.stringify({ code: error.code, told, stats: await agent.stats().catch(({ code }) => code) }));`;
      const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      atEnd(() => void child.kill('SIGKILL'));
      let said = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
      expect(await new Promise((resolve) => child.once('close', resolve))).toBe(0);
      const replaced = workers === 1 ? 'workerReplaced' : 'readerReplaced';
      const { told, ...end } = JSON.parse(said);
      expect(end).toEqual({ code: 'MOORING_ERR_AGENT_WORKERS_FAILED', stats: 'MOORING_ERR_THREAD_GONE' });
      expect(Object.keys(told)).toEqual([replaced]);
      expect(told[replaced]).toBe(10);
    },
  );
});
