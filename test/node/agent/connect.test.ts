import { existsSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type AgentHandle, type ConnectOptions, connect, findHelper } from 'mooring/node';
import { describe, expect, it, vi } from 'vitest';
import { until } from '../../until.js';
import { liveFolder, PROGRAM } from './live.js';

// Waits end when what they wait for is there; a busy machine takes long.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

// Real sockets and real threads, so the built package.
const noHelper = findHelper().addon ? false : 'no C compiler: the helper was not built';
const { folder, fresh, watch, live } = liveFolder('connect');

const paths = () => ({ agent: fresh('agent'), path: fresh('dp') });

async function start(algorithm: Parameters<typeof connect>[1], socketPath: string, options: ConnectOptions = {}) {
  return watch(await connect('unix', algorithm as URL, { ...options, socket: { path: socketPath } }));
}

const datapath = ({ agent, path }: { agent: string; path: string }, flows: number, congAlg?: string) =>
  live(agent, flows, { path, ...(congAlg === undefined ? {} : { congAlg }) });

/** A module with algorithms, as a user would write it. */
function moduleOf(body: string): URL {
  const file = `${fresh('module')}.mjs`;
  const index = pathToFileURL(resolve('dist/index.js')).href;
  writeFileSync(
    file,
    `import { existsSync, writeFileSync } from 'node:fs';\nimport { AlgBase, Aimd, Reno } from ${JSON.stringify(index)};\n${body}`,
  );
  return pathToFileURL(file);
}

const ways: Array<[string, Parameters<typeof connect>[1], ConnectOptions]> = [
  ['one worker, blocking', 'aimd', {}],
  ['one worker, event loop', 'aimd', { blocking: false }],
  ['three workers', 'aimd', { workers: 3 }],
  ['this thread', { aimd: (await import('mooring')).Aimd }, {}],
];

describe.skipIf(noHelper)('connect over a unix socket', () => {
  it.each(ways)('drives flows: %s', async (_, algorithm, options) => {
    const at = paths();
    const { handle, events } = await start(algorithm, at.agent, options);
    const live = datapath(at, 7);
    await until('all flows are driven', async () => {
      const { flows } = live.state();
      return flows.every(({ cwndBytes, reports }) => reports > 5 && cwndBytes !== 14_480);
    });
    const stats = await handle.stats();
    expect(stats).toMatchObject({ flows: 7, datapaths: 1, flowsCreated: 7, algorithmsFailed: 0, malformedMessages: 0 });
    expect(live.state()).toMatchObject({ messagesRefused: 0 });
    const told = await handle.flows();
    expect(told.map(({ address, algorithm: name, obeying }) => `${address === at.path} ${name} ${obeying}`)).toEqual(
      Array(7).fill('true aimd true'),
    );
    // An agent that gets no time for a while lets the kernel's queue of ten messages fill. What the datapath's own send then
    // refuses is counted there, and a close that was refused is not said again: end flows until one was sent.
    for (const { sockId } of told) {
      const refused = live.state().sendFailures;
      live.endFlow(sockId);
      if (live.state().sendFailures === refused) break;
    }
    await until('the end is known', () => events.some(({ kind }) => kind === 'flowClosed'));
    expect((await handle.stats()).flows).toBe(6);
    // Programs are sent again to a datapath that gets no time for a second.
    const usual = ['flowCreated', 'programsResent'];
    expect(events.map(({ kind }) => kind).filter((kind) => !usual.includes(kind))).toEqual([
      'datapathReady',
      'flowClosed',
    ]);
    // What was sent arrives: READY at every worker, all else at one.
    live.close();
    const sent = () => live.state().messagesSent + (options.workers ?? 1) - 1;
    await until('all that was sent arrived', async () => (await handle.stats()).messagesIn === sent());
    await handle.close();
    await handle.closed;
    expect(existsSync(at.agent)).toBe(false);
  });

  it('serves flows that name one of several algorithms of a module, and several datapaths', async () => {
    const [one, two] = [paths(), paths()];
    const module = moduleOf(
      'export class slow extends Reno {}\nexport class quick extends Aimd {}\nexport default quick;',
    );
    const { handle } = await start(module, one.agent, { workers: 2 });
    datapath(one, 2, 'slow');
    datapath({ ...two, agent: one.agent }, 2, 'vegas');
    await until('four flows', async () => (await handle.stats()).flows === 4);
    const flows = await handle.flows();
    expect(
      flows.map(({ address, algorithm }) => `${address === one.path ? 'one' : 'two'} ${algorithm}`).sort(),
    ).toEqual(['one slow', 'one slow', 'two default', 'two default']);
  });

  it('is found by a datapath that was there before, and outlives the datapath', async () => {
    const at = paths();
    const early = datapath(at, 2);
    await until('nobody is there', () => early.state().sendFailures > 0);
    const { handle, events } = await start('aimd', at.agent);
    await until('its flows report', () => early.state().flows.every(({ reports }) => reports > 2));
    early.close();
    await until('the flows are closed', async () => (await handle.stats()).flows === 0);
    datapath(at, 3);
    await until('new flows', async () => (await handle.stats()).flows === 3);
    // The first knocked until somebody was there.
    await until('both are told', () => events.filter(({ kind }) => kind === 'datapathReady').length === 2);
  });

  it('says in words what passes, and keeps it', async () => {
    const at = paths();
    const lines: string[] = [];
    const record = join(folder, 'record.jsonl');
    const { handle } = await start('const', at.agent, { debug: (line) => lines.push(line), record });
    const live = datapath(at, 1);
    await until('reports', () => live.state().flows[0]!.reports > 3);
    await handle.close();
    expect(lines.join('\n')).toMatch(
      /<- .* READY datapath 1\n.*<- .* CREATE sid 1.*\n.*-> .* INSTALL program 1: .*\n.*-> .* CHANGEPROG sid 1 program 1: Cwnd = 14480/,
    );
    const { readRecording } = await import('mooring/node');
    const recorded = readRecording(record);
    expect(recorded.slice(0, 4).map(({ direction, bytes }) => `${direction} ${bytes[0]}`)).toEqual([
      'in 5',
      'in 0',
      'out 2',
      'out 4',
    ]);
  });

  it('refuses what cannot be, before anything is opened', async () => {
    const at = paths();
    const refused = (algorithm: Parameters<typeof connect>[1], options: ConnectOptions) =>
      connect('unix', algorithm as URL, { ...options, socket: { path: at.agent } });
    await expect(refused('yeah' as 'cubic', {})).rejects.toMatchObject({
      code: 'MOORING_ERR_AGENT_UNKNOWN_ALGORITHM',
      detail: { name: 'yeah' },
    });
    await expect(refused(new URL('file:///no/such/module.mjs'), {})).rejects.toMatchObject({
      code: 'MOORING_ERR_AGENT_NO_MODULE',
    });
    await expect(refused(moduleOf('export const x = 1;'), {})).rejects.toMatchObject({
      code: 'MOORING_ERR_AGENT_NO_MODULE',
      detail: { exports: ['x'] },
    });
    await expect(
      refused(
        moduleOf(`export class Bad extends Aimd { static datapathPrograms() { return { main: '(when' }; } }`),
        {},
      ),
    ).rejects.toMatchObject({ code: 'MOORING_ERR_LANG_COMPILE' });
    await expect(refused('aimd', { workers: 1.5 })).rejects.toMatchObject({ detail: { argument: 'workers' } });
    const { Aimd } = await import('mooring');
    await expect(refused(Aimd, { blocking: true })).rejects.toMatchObject({ detail: { argument: 'blocking' } });
    await expect(refused('aimd', { record: join(folder, 'no', 'such', 'file') })).rejects.toMatchObject({
      code: 'MOORING_ERR_AGENT_RECORD',
    });
    await expect(refused('aimd', { firstContacts: ['nobody'] })).rejects.toMatchObject({
      detail: { argument: 'address' },
    });
    await expect(refused(Aimd, { firstContacts: ['nobody'] })).rejects.toMatchObject({
      detail: { argument: 'address' },
    });
    expect(existsSync(at.agent)).toBe(false);
    const { handle } = await start('aimd', at.agent);
    await expect(refused('aimd', {})).rejects.toMatchObject({ code: 'MOORING_ERR_HELPER_ADDRESS_IN_USE' });
    await handle.close();
  });
});

describe.skipIf(noHelper)('a worker', () => {
  const drive = async (at: ReturnType<typeof paths>, handle: AgentHandle, flows: number) => {
    const live = datapath(at, flows);
    await until('flows', async () => (await handle.stats().catch(() => ({ flows: 0 }))).flows === flows);
    return live;
  };

  it.each([1, 2])(
    'that an algorithm blocks is replaced, and its flows are created again (%i workers)',
    async (workers) => {
      const at = paths();
      const module = moduleOf(`
      export class Blocks extends AlgBase {
        onCreate() { this.datapath.install(${JSON.stringify(PROGRAM)}); }
        onReport(r) {
          if (this.datapath.sockId === 2 && (this.reports = (this.reports ?? 0) + 1) > 3) for (;;);
          this.datapath.updateField('Cwnd', 50000 + this.datapath.sockId);
        }
      }`);
      const { handle, events } = await start(module, at.agent, { workers, watchdogMs: 1000 });
      const live = await drive(at, handle, 4);
      await until('a worker is replaced', () => events.some(({ kind }) => kind === 'workerReplaced'));
      const replaced = events.find((event) => event.kind === 'workerReplaced')!;
      expect(replaced).toMatchObject({ reason: 'blocked', culprit: { address: at.path, sockId: 2 } });
      await until('others are driven again', () =>
        live.state().flows.every(({ sockId, cwndBytes }) => cwndBytes === (sockId === 2 ? 14_480 : 50_000 + sockId)),
      );
      expect((await handle.flows()).map(({ sockId, obeying }) => `${sockId} ${obeying}`).sort()).toEqual([
        '1 true',
        '2 false',
        '3 true',
        '4 true',
      ]);
      expect(events.filter(({ kind }) => kind === 'workerReplaced')).toHaveLength(1);
    },
  );

  // What exits or throws later is its flow's alone: supervision.test.ts.
  it('that loops promises or runs out of memory is replaced', async () => {
    for (const [fatal, options] of [
      ['const again = () => Promise.resolve().then(again); again();', {}],
      [
        'globalThis.leak = []; for (;;) leak.push(new Array(1000).fill(Math.random()));',
        { workerMemoryMb: 64, watchdogMs: 20_000 },
      ],
    ] as const) {
      const at = paths();
      const module = moduleOf(`
        export class Fatal extends AlgBase {
          onCreate() { this.datapath.install(${JSON.stringify(PROGRAM)}); }
          onReport() { if (this.datapath.sockId === 1 && !existsSync(${JSON.stringify(`${at.path}.done`)})) { writeFileSync(${JSON.stringify(`${at.path}.done`)}, ''); ${fatal} } }
        }`);
      const { handle, events } = await start(module, at.agent, { watchdogMs: 1000, ...options });
      datapath(at, 2);
      await until(`a worker is replaced after ${fatal}`, () => events.some(({ kind }) => kind === 'workerReplaced'));
      await until('flows are back', async () => (await handle.stats().catch(() => ({ flows: 0 }))).flows === 2);
      await handle.close();
    }
  });

  it('that blocks does not keep close from ending in under a second, nor calls waiting', async () => {
    const at = paths();
    const blocked = fresh('blocked');
    const module = moduleOf(`
      export class Blocks extends AlgBase {
        onCreate() { this.datapath.install(${JSON.stringify(PROGRAM)}); }
        onReport() { writeFileSync(${JSON.stringify(blocked)}, ''); for (;;); }
      }`);
    const { handle } = await start(module, at.agent, { watchdogMs: 60_000 });
    datapath(at, 1);
    await until('its algorithm blocks', () => existsSync(blocked));
    const waiting = handle.stats();
    const from = performance.now();
    const closing = handle.close();
    await expect(waiting).rejects.toMatchObject({ code: 'MOORING_ERR_THREAD_GONE' });
    await closing;
    // It waits 0.4 s itself; the rest is the machine's.
    expect(performance.now() - from).toBeLessThan(5000);
    expect(existsSync(at.agent)).toBe(false);
  });
});
