import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { findHelper } from 'mooring/node';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { requireHelper } from '../../src/node/helper/index.js';
import { until } from '../until.js';

// Waits end when what they wait for is there; a busy machine takes long.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const noHelper = findHelper().addon ? false : 'no C compiler: the helper was not built';
const folder = mkdtempSync(join(tmpdir(), 'mooring-cli-agent-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const cli = resolve('dist/cli.js');
const children: ChildProcess[] = [];
afterEach(async () => {
  for (const child of children.splice(0)) {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }
});

let count = 0;
const fresh = (name: string) => {
  count += 1;
  return join(folder, `${name}${count}`);
};

interface Running {
  readonly child: ChildProcess;
  out: string;
  err: string;
  /** Exit code or signal. */
  readonly ended: Promise<number | string>;
}

function run(...args: string[]): Running {
  const child = spawn(process.execPath, [cli, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  const ended = once(child, 'close').then(([code, signal]) => code ?? signal);
  const running: Running = { child, out: '', err: '', ended };
  child.stdout!.on('data', (text) => (running.out += text));
  child.stderr!.on('data', (text) => (running.err += text));
  return running;
}

async function agentAt(path: string, ...args: string[]): Promise<Running> {
  const agent = run('agent', '--alg', 'aimd', '--path', path, ...args);
  await until('the agent is up', () => agent.err.includes('Ctrl-C ends it') || agent.child.exitCode !== null);
  expect(agent.err).toContain('Ctrl-C ends it');
  return agent;
}

/** A module whose algorithm does not return, once it has made a file of the same name. */
const blocking = () => {
  const marker = fresh('blocks');
  const file = `${marker}.mjs`;
  const index = JSON.stringify(pathToFileURL(resolve('dist/index.js')).href);
  writeFileSync(
    file,
    `import { writeFileSync } from 'node:fs';
    import { AlgBase } from ${index};
    export class Blocks extends AlgBase {
      onCreate() { this.datapath.install('(def (Report (volatile acked 0))) (when true (:= Report.acked Ack.bytes_acked) (report))'); }
      onReport() { writeFileSync(${JSON.stringify(marker)}, ''); for (;;); }
    }`,
  );
  return { file, marker };
};

describe.skipIf(noHelper)('mooring agent and mooring datapath', () => {
  it('drive each other, are recorded, and replay the same', async () => {
    const [path, record] = [fresh('agent'), fresh('record')];
    const agent = await agentAt(path, '--record', record, '--json');
    const datapath = run('datapath', '--agent', path, '--path', fresh('dp'), '--flows', '3', '--json');
    await until('reports', () => Number(/reports (\d+)\n$/.exec(datapath.err)?.[1]) > 30);
    datapath.child.kill('SIGTERM');
    expect(await datapath.ended).toBe(0);
    const state = JSON.parse(datapath.out);
    expect(state).toMatchObject({ messagesRefused: 0 });
    expect(state.flows).toHaveLength(3);
    await until('its end is known', () => /flow \d+ ended/.test(agent.err));
    agent.child.kill('SIGINT');
    expect(await agent.ended).toBe(0);
    const { events, stats } = JSON.parse(agent.out);
    expect(events).toMatchObject({ datapathReady: 1, flowCreated: 3, flowClosed: 3 });
    expect(stats).toMatchObject({ flows: 0, flowsCreated: 3, flowsClosed: 3, malformedMessages: 0 });
    expect(existsSync(path)).toBe(false);
    const replayed = JSON.parse(
      execFileSync(process.execPath, [cli, 'replay', record, '--alg', 'aimd', '--json'], { encoding: 'utf8' }),
    );
    expect(replayed).toMatchObject({ events, stats: { reports: stats.reports } });
    expect(replayed.divergence).toBe(undefined);
    const other = JSON.parse(
      execFileSync(process.execPath, [cli, 'replay', record, '--alg', 'const', '--json'], { encoding: 'utf8' }),
    );
    expect(other.divergence).toMatchObject({ index: 0, recorded: expect.stringContaining('INSTALL program 1') });
  });

  it('says where programs fail with arithmetic, as the datapath counts them', async () => {
    const file = `${fresh('below')}.mjs`;
    const text =
      '(def (Report (volatile x 0))) (when true (:= Report.x (- Ack.packets_acked 1000000)) (fallthrough)) (when (> Micros 1000) (report))';
    writeFileSync(
      file,
      `import { AlgBase } from ${JSON.stringify(pathToFileURL(resolve('dist/index.js')).href)};
      export default class Below extends AlgBase { onCreate() { this.datapath.install(${JSON.stringify(text)}); } onReport() {} }`,
    );
    const path = fresh('agent');
    const agent = await agentAt(path, '--alg', file);
    const datapath = run('datapath', '--agent', path, '--path', fresh('dp'), '--flows', '2', '--json');
    await until('it is told', () =>
      /program \d+, instruction \d+: subtraction went below zero \d+ times/.test(datapath.err),
    );
    datapath.child.kill('SIGTERM');
    await datapath.ended;
    const { programStops } = JSON.parse(datapath.out);
    expect(programStops).toMatchObject([{ code: -94 }]);
    expect(programStops[0].times).toBeGreaterThan(1);
    agent.child.kill('SIGTERM');
    await agent.ended;
  });

  it('has its statistics when --duration ends it', async () => {
    const agent = run('agent', '--alg', 'aimd', '--path', fresh('agent'), '--duration', '200ms', '--json');
    expect(await agent.ended).toBe(0);
    expect(JSON.parse(agent.out).stats).toMatchObject({ flows: 0, flowsWithoutProgram: 0, messagesIn: 0 });
  });

  it.each(['SIGINT', 'SIGTERM'] as const)(
    '%s ends the agent at once while its algorithm does not return',
    async (signal) => {
      const path = fresh('agent');
      const { file, marker } = blocking();
      const agent = run('agent', '--alg', file, '--path', path, '--watchdog', '60s');
      await until('it is up', () => agent.err.includes('Ctrl-C ends it'));
      run('datapath', '--agent', path, '--path', fresh('dp'));
      await until('its algorithm blocks', () => existsSync(marker));
      const from = performance.now();
      agent.child.kill(signal);
      expect(await agent.ended).toBe(0);
      // It waits 0.4 s itself; the rest is the machine's.
      expect(performance.now() - from).toBeLessThan(5000);
      expect(existsSync(path)).toBe(false);
    },
  );

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s ends the datapath, and its file is gone', async (signal) => {
    const [agent, path] = [fresh('agent'), fresh('dp')];
    await agentAt(agent);
    const datapath = run('datapath', '--agent', agent, '--path', path, '--json');
    await until('it is up', () => datapath.err.includes('Ctrl-C ends it'));
    expect(existsSync(path)).toBe(true);
    datapath.child.kill(signal);
    expect(await datapath.ended).toBe(0);
    expect(existsSync(path)).toBe(false);
    expect(JSON.parse(datapath.out).flows).toHaveLength(2);
  });

  it.each(['SIGTERM', 'SIGHUP'] as const)('%s while it starts is obeyed as soon as it has started', async (signal) => {
    const path = fresh('agent');
    const agent = run('agent', '--alg', 'aimd', '--path', path, '--json');
    // As early as the socket is there: before a word is said.
    await until('the socket is there', () => existsSync(path));
    agent.child.kill(signal);
    expect(await agent.ended).toBe(0);
    expect(JSON.parse(agent.out)).toHaveProperty('events');
    expect(existsSync(path)).toBe(false);
  });

  it('an agent whose helper is killed ends by itself, says why, and leaves no file', async () => {
    const path = fresh('agent');
    const helper = spawn(
      requireHelper(),
      ['open', 'unix', '--bind', path, '--', process.execPath, cli, 'agent', '--alg', 'aimd', '--path', path],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    children.push(helper);
    let err = '';
    helper.stderr!.on('data', (text) => (err += text));
    await until('the agent is up', () => err.includes('Ctrl-C ends it'));
    const datapath = run('datapath', '--agent', path, '--path', fresh('dp'));
    await until('flows', () => err.includes('flow 2 began'));
    // The pipes stay open until the agent, which has them too, is gone.
    const gone = once(helper, 'close');
    helper.kill('SIGKILL');
    await gone;
    expect(err).toContain('mooring agent: the helper that opened the socket is gone');
    expect(existsSync(path)).toBe(false);
    datapath.child.kill('SIGTERM');
    expect(await datapath.ended).toBe(0);
  });

  it('a killed agent and a killed datapath leave nothing that keeps the next from starting', async () => {
    const [path, at] = [fresh('agent'), fresh('dp')];
    const first = await agentAt(path);
    const datapath = run('datapath', '--agent', path, '--path', at);
    await until('flows', () => first.err.includes('flow 2 began'));
    first.child.kill('SIGKILL');
    expect(await first.ended).toBe('SIGKILL');
    const second = await agentAt(path);
    expect(datapath.child.exitCode).toBe(null);
    datapath.child.kill('SIGKILL');
    expect(await datapath.ended).toBe('SIGKILL');
    expect([path, at].map((file) => existsSync(file))).toEqual([true, true]);
    run('datapath', '--agent', path, '--path', at);
    await until('its flows are known', () => second.err.includes('flow 2 began'));
  });

  const TYPED = `
    import { AlgBase } from 'mooring';
    interface Acked { readonly acked: number }
    export class Typed extends AlgBase {
      private total: number = 0;
      override onCreate(): void {
        this.datapath.install('(def (Report (volatile acked 0))) (when true (:= Report.acked (+ Report.acked Ack.bytes_acked)) (fallthrough)) (when (> Micros 5000) (report) (:= Micros 0))');
      }
      override onReport(report: Acked): void {
        this.total += report.acked;
        this.datapath.updateField('Cwnd', this.total > 0 ? 23_456 : 1);
      }
    }`;

  it.each([0, 1, 2])(
    'takes an algorithm in TypeScript, from a folder outside any package (%i workers)',
    async (workers) => {
      const [path, file] = [fresh('agent'), `${fresh('typed')}.ts`];
      writeFileSync(file, TYPED);
      const agent = run('agent', '--alg', file, '--path', path, '--workers', String(workers), '--json');
      await until('it is up', () => agent.err.includes('Ctrl-C ends it') || agent.child.exitCode !== null);
      expect(agent.err).toContain('Ctrl-C ends it');
      const datapath = run('datapath', '--agent', path, '--path', fresh('dp'));
      await until('both flows have its window', () => datapath.err.includes('cwnd 23456 B'));
      datapath.child.kill('SIGTERM');
      expect(await datapath.ended).toBe(0);
      agent.child.kill('SIGTERM');
      expect(await agent.ended).toBe(0);
      expect(JSON.parse(agent.out).events).toMatchObject({ flowCreated: 2 });
    },
  );

  it.skipIf(Boolean((process.features as { typescript?: unknown }).typescript))(
    'says how to mend it where TypeScript cannot be read',
    async () => {
      const [file, hooks] = [`${fresh('typed')}.ts`, `${fresh('no-esbuild')}.mjs`];
      writeFileSync(file, TYPED);
      const hook = `export const resolve = (name, context, next) => { if (name === 'esbuild') throw new Error('none'); return next(name, context); };`;
      writeFileSync(
        hooks,
        `import { register } from 'node:module'; register(${JSON.stringify(`data:text/javascript,${encodeURIComponent(hook)}`)});`,
      );
      const agent = spawn(process.execPath, ['--import', hooks, cli, 'agent', '--alg', file, '--path', fresh('agent')]);
      children.push(agent);
      let err = '';
      agent.stderr!.on('data', (text) => (err += text));
      expect((await once(agent, 'close'))[0]).toBe(2);
      expect(err).toBe(
        `mooring: ${file}: Node ${process.versions.node} does not read TypeScript: npm install esbuild, use Node 22.18 or newer, or compile it to .js [MOORING_ERR_AGENT_NO_MODULE]\n`,
      );
    },
  );

  it('answers bad usage on one line', async () => {
    const junk = fresh('junk');
    writeFileSync(junk, readFileSync('package.json'));
    const told: Array<[args: string[], line: RegExp]> = [
      [
        ['agent', '--alg', 'yeah'],
        /^2 mooring: --alg: no algorithm is called "yeah": there are aimd, reno, cubic, [a-z, ]+, const, sample, or give the path of a module \[MOORING_ERR_AGENT_UNKNOWN_ALGORITHM\]$/,
      ],
      [['agent', '--alg', './no.mjs'], /^2 mooring: --alg \.\/no\.mjs: there is no such file \[/],
      [['agent', '--alg', './my.ts'], /^2 mooring: --alg \.\/my\.ts: there is no such file \[/],
      [['agent'], /^2 mooring: required option '--alg/],
      [['agent', '--alg', 'aimd', '--ipc', 'smoke'], /^2 mooring: option '--ipc <kind>'.*unix, netlink, char/],
      [['agent', '--alg', 'aimd', '--ipc', 'char', '--path', fresh('device')], /^1 mooring: .*MOORING_ERR_HELPER/],
      [
        ['agent', '--alg', 'aimd', '--poke', 'nobody', '--path', fresh('agent')],
        /^2 mooring: "nobody" is no unix address/,
      ],
      [['datapath', '--rate', '12Mbps!'], /^2 mooring: option '--rate <rate>' argument '12Mbps!' is invalid.*12Mbit/],
      [['agent', '--alg', 'aimd', '--duration', '30'], /^2 mooring: .*30 of what\? Write 30s or 30ms\./],
      [['agent', '--alg', 'aimd', '--watchdog', '2000'], /^2 mooring: .*2000 of what\? Write 2000s or 2000ms\./],
      [['replay', fresh('none'), '--alg', 'aimd'], /^2 mooring: .*MOORING_ERR_AGENT_RECORD/],
      [['replay', junk, '--alg', 'aimd'], /^2 mooring: .*is no recording/],
    ];
    const fails = async (args: string[]) => {
      const failed = await promisify(execFile)(process.execPath, [cli, ...args]).catch((error) => error);
      return `${failed.code} ${failed.stderr.split('\n')[0]}`;
    };
    await Promise.all(told.map(async ([args, line]) => expect(await fails(args), args.join(' ')).toMatch(line)));
  });
});
