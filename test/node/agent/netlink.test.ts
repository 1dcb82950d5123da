import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { AlgBase } from 'mooring';
import { type ConnectEvent, type ConnectOptions, connect, findHelper } from 'mooring/node';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { until } from '../../until.js';
import { NetlinkModule } from './netlink-module.js';

// Waits end when what they wait for is there; a busy machine takes long.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const lacking =
  findHelper().addon === undefined
    ? 'no C compiler: the helper was not built'
    : process.getuid?.() !== 0
      ? 'joining a netlink group needs root'
      : undefined;
if (lacking) console.log(`test/node/agent/netlink: skipped, ${lacking}`);

// Nobody else's tests use these.
const GROUP = 12;
const PROGRAM =
  '(def (Report (volatile acked 0))) (when true (:= Report.acked (+ Report.acked Ack.bytes_acked)) (fallthrough)) (when (> Micros 2000) (report) (:= Micros 0))';
const folder = mkdtempSync(join(tmpdir(), 'mooring-netlink-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const socket = { group: GROUP, userPeers: true };
/** While the file `hold` exists the algorithm does not return, and the file `held` tells so. */
const [hold, held] = [join(folder, 'hold'), join(folder, 'held')];
const module = join(folder, 'held.mjs');
writeFileSync(
  module,
  `import { existsSync, writeFileSync } from 'node:fs';
  import { AlgBase } from ${JSON.stringify(pathToFileURL(resolve('dist/index.js')).href)};
  export class Held extends AlgBase {
    onCreate() { this.datapath.install(${JSON.stringify(PROGRAM)}); }
    onReport() {
      if (existsSync(${JSON.stringify(hold)})) {
        writeFileSync(${JSON.stringify(held)}, '');
        while (existsSync(${JSON.stringify(hold)}));
      }
      this.datapath.updateField('Cwnd', 20_000 + this.datapath.sockId);
    }
  }`,
);
class Here extends AlgBase {
  override onCreate() {
    this.datapath.install(PROGRAM);
  }
  override onReport() {
    this.datapath.updateField('Cwnd', 20_000 + this.datapath.sockId);
  }
}

const ends: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  rmSync(hold, { force: true });
  rmSync(held, { force: true });
  for (const end of ends.splice(0).reverse()) await end();
});

function kernelModule(): NetlinkModule {
  const kernel = new NetlinkModule(GROUP);
  ends.push(() => kernel.close());
  return kernel;
}

async function start(algorithm: Parameters<typeof connect>[1], options: ConnectOptions) {
  const handle = await connect('netlink', algorithm as URL, { ...options, socket, watchdogMs: 60_000 });
  ends.push(() => handle.close());
  const events: ConnectEvent[] = [];
  handle.events.on((event) => events.push(event));
  return { handle, told: (kind: ConnectEvent['kind']) => events.filter((event) => event.kind === kind) };
}

/** Whether every flow has the window the algorithm gives it, after one more step. */
const obeys = (kernel: NetlinkModule) => {
  kernel.step();
  return kernel.cwndBytes.size > 0 && [...kernel.cwndBytes].every(([sid, cwndBytes]) => cwndBytes === 20_000 + sid);
};

/** Fills the agent's receive buffer while nobody reads, until the kernel drops; also a flow begins then. */
async function overrun(kernel: NetlinkModule, release: () => void): Promise<void> {
  const [report] = reportsOf(kernel);
  const { drops } = kernel.agent!;
  for (let i = 0; i < 100 && kernel.agent!.drops === drops; i += 1) kernel.flood(report!, 100);
  expect(kernel.agent!.drops).toBeGreaterThan(drops);
  kernel.startFlow();
  release();
}

function reportsOf(kernel: NetlinkModule): Uint8Array[] {
  for (;;) {
    const reports = kernel.step();
    if (reports.length > 0) return reports;
  }
}

const ways: Array<[string, URL | typeof Here, ConnectOptions]> = [
  ['one worker, blocking', pathToFileURL(module), {}],
  ['one worker, event loop', pathToFileURL(module), { blocking: false }],
  ['two workers', pathToFileURL(module), { workers: 2 }],
  ['this thread', Here, {}],
];

describe.skipIf(lacking)('the agent over netlink', () => {
  it.each(ways)(
    'speaks first to a datapath that was there before, whose flows then begin: %s',
    async (_, algorithm, options) => {
      const kernel = kernelModule();
      kernel.startFlow();
      kernel.startFlow();
      expect(kernel.announced).toBe(2);
      const { told } = await start(algorithm, { ...options, firstContacts: [kernel.address] });
      await until('the agent spoke', () => {
        kernel.step();
        return kernel.heard.length > 0;
      });
      // An INSTALL, and nothing before it had asked for one: no READY was ever said.
      expect(kernel.heard[0]).toBe(2);
      await until('its flows are driven', () => obeys(kernel));
      await until('both are told', () => told('flowCreated').length === 2);
      expect(told('datapathReady')).toEqual([]);
      // The kernel has no module here: told once, tried again in silence.
      await until('the kernel is told absent', () => told('datapathAbsent').length > 0);
      expect(told('datapathAbsent')).toEqual([{ kind: 'datapathAbsent', address: 'kernel' }]);
    },
  );

  it.each(ways.filter(([, , { workers }]) => workers === undefined))(
    'is told that messages were lost to ENOBUFS, and goes on: %s',
    async (_, algorithm, options) => {
      const kernel = kernelModule();
      const { told } = await start(algorithm, options);
      kernel.say(kernel.datapath.ready());
      kernel.startFlow();
      await until('the first flow is driven', () => obeys(kernel));
      if (algorithm !== Here) {
        writeFileSync(hold, '');
        await until('the reader is held up', () => {
          kernel.step();
          return existsSync(held);
        });
      }
      // In this thread the reader is held up by this very call.
      await overrun(kernel, () => rmSync(hold, { force: true }));
      await until('the loss is told', () => told('receiveOverrun').length > 0);
      await until('both flows are driven', () => obeys(kernel));
      expect(kernel.cwndBytes.size).toBe(2);
      expect(told('workerReplaced')).toEqual([]);
      expect(told('malformedMessage')).toEqual([]);
    },
  );

  it('is told that messages were lost to ENOBUFS, and goes on: two workers, the whole process stopped', async () => {
    const code = `
      import { connect } from 'mooring/node';
      const agent = await connect('netlink', new URL(${JSON.stringify(pathToFileURL(module).href)}), { socket: ${JSON.stringify(socket)}, workers: 2 });
      agent.events.on((event) => console.log(event.kind));
      console.log('listening');`;
    const agent: ChildProcess = spawn(process.execPath, ['--input-type=module', '-e', code], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    ends.push(() => void agent.kill('SIGKILL'));
    let said = '';
    agent.stdout!.setEncoding('utf8').on('data', (text: string) => (said += text));
    const kernel = kernelModule();
    await until('it listens', () => said.includes('listening'));
    kernel.say(kernel.datapath.ready());
    kernel.startFlow();
    await until('the first flow is driven', () => obeys(kernel));
    agent.kill('SIGSTOP');
    await until('it is stopped', () => / T /.test(readFileSync(`/proc/${agent.pid}/stat`, 'utf8')));
    await overrun(kernel, () => agent.kill('SIGCONT'));
    await until('the loss is told', () => said.includes('receiveOverrun'));
    await until('both flows are driven', () => obeys(kernel));
    expect(kernel.cwndBytes.size).toBe(2);
    expect(said).not.toMatch(/workerReplaced|readerReplaced|malformedMessage/);
  });
});
