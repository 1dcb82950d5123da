import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { encodeMessage } from 'mooring';
import { connect, findHelper } from 'mooring/node';
import { describe, expect, it, vi } from 'vitest';
import { recallFlows } from '../../../src/node/agent/flow-memory.js';
import { until } from '../../until.js';
import { liveFolder } from './live.js';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const noHelper = findHelper().addon ? false : 'no C compiler: the helper was not built';
const { fresh, watch, live, peer, atEnd } = liveFolder('adoption');

const create = (sid: number) =>
  encodeMessage({ type: 'create', sid, initCwnd: 14_480, mss: 1448, srcIp: 1, srcPort: sid, dstIp: 2, dstPort: 2 });
const measure = (sid: number, programUid: number, fields: bigint[]) =>
  encodeMessage({ type: 'measure', sid, programUid, fields });

/** An agent in a process of its own, which can be killed. */
async function startProcess(path: string, workers: number): Promise<ChildProcess> {
  // The socket of one that was killed is still there, and nobody listens to it.
  rmSync(path, { force: true });
  const agent = spawn(
    process.execPath,
    [resolve('dist/cli.js'), 'agent', '--alg', 'const', '--path', path, '--workers', String(workers)],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  atEnd(() => void agent.kill('SIGKILL'));
  await until('it listens', () => existsSync(path));
  return agent;
}

async function kill(agent: ChildProcess) {
  agent.kill('SIGKILL');
  await once(agent, 'exit');
}

describe.skipIf(noHelper).each([0, 1, 2])('an agent that is killed, %s workers', (workers) => {
  const begin = async (path: string) =>
    watch(await connect('unix', 'const', { workers: workers as 1, socket: { path } }));

  it('is followed by one that controls every flow of our datapath', async () => {
    const path = fresh('agent');
    const agent = await startProcess(path, workers);
    const datapath = live(path, 20);
    await until('they report', () => datapath.state().flows.every(({ reports }) => reports > 3));
    await kill(agent);
    const { handle } = await begin(path);
    await until('it has them all', async () => {
      const { flows, flowsWithoutProgram } = await handle.stats();
      return flows === 20 && flowsWithoutProgram === 0;
    });
    const before = datapath.state().flows.map(({ reports }) => reports);
    await until('they report', () => datapath.state().flows.every(({ reports }, i) => reports > before[i]! + 2));
  });

  it('leaves its flows to the next where their datapath never announces them again', async () => {
    const path = fresh('agent');
    const agent = await startProcess(path, workers);
    const stock = peer(path);
    for (const sid of [1, 2]) stock.say(create(sid));
    await until('they are remembered', () => recallFlows({ path: `${path}.flows` }).length === 2);
    await kill(agent);
    const { told } = await begin(path);
    await until('both are taken', () => told('flowAdopted').length === 2);
    expect(told('flowAdopted').every(({ by, address }) => by === 'remembered' && address === stock.path)).toBe(true);
    const programs = new Set<number>();
    await until('both have their program', () => {
      for (const message of stock.hear()) if (message.type === 'changeProg') programs.add(message.sid);
      return programs.size === 2;
    });
  });

  it('leaves its flows to the one after the next as well, however soon that one comes', async () => {
    const path = fresh('agent');
    const stock = peer(path);
    const known = () =>
      recallFlows({ path: `${path}.flows` })
        .map(({ sockId }) => sockId)
        .sort();
    const first = await startProcess(path, workers);
    for (const sid of [1, 2]) stock.say(create(sid));
    await until('they are remembered', () => known().length === 2);
    await kill(first);
    const second = await startProcess(path, workers);
    // What it takes over and what is new.
    stock.say(create(3));
    await until('all are remembered', () => known().includes(3));
    expect(known()).toEqual([1, 2, 3]);
    await kill(second);
    const { told } = await begin(path);
    await until('all are taken', () => told('flowAdopted').length === 3);
  });

  it('is followed by one that measures a flow nobody remembers', async () => {
    const path = fresh('agent');
    const { told } = await begin(path);
    const stock = peer(path);
    stock.say(measure(6, 9, [1n]));
    let uid = 0;
    await until('it is asked', () => {
      for (const message of stock.hear()) if (message.type === 'changeProg') uid = message.programUid;
      return uid > 0;
    });
    stock.say(measure(6, uid, [14_480n, 10n, 30_000n]));
    await until('it is taken', () => told('flowAdopted').length === 1);
    expect(told('flowAdopted')).toMatchObject([{ sockId: 6, by: 'measured', info: { initCwnd: 30_000, mss: 1448 } }]);
    // Whoever comes next need not measure it.
    await until('it is remembered', () => recallFlows({ path: `${path}.flows` }).some(({ sockId }) => sockId === 6));
  });
});

describe.skipIf(noHelper)('what an agent remembers', () => {
  it('is not written where it did not change, and survives an agent that is ended', async () => {
    const path = fresh('agent');
    const { handle } = watch(await connect('unix', 'const', { workers: 1, socket: { path } }));
    const stock = peer(path);
    stock.say(create(3));
    await until('it is remembered', () => recallFlows({ path: `${path}.flows` }).length === 1);
    await handle.close();
    expect(recallFlows({ path: `${path}.flows` })).toEqual([{ address: stock.path, sockId: 3, create: create(3) }]);
  });

  it('is nothing where the file is not what an agent wrote', () => {
    const path = fresh('flows');
    expect(recallFlows({ path })).toEqual([]);
    const good = fresh('flows');
    writeFileSync(good, '');
    for (const text of ['', 'mooring', 'mooring1', 'mooring1\x01', 'mooring1\xff\xff\xff\xff', '{}']) {
      writeFileSync(good, text, 'latin1');
      expect(recallFlows({ path: good })).toEqual([]);
    }
    for (let seed = 1; seed < 200; seed += 1) {
      const bytes = Uint8Array.from({ length: 300 }, (_, i) =>
        i < 8 ? 'mooring1'.charCodeAt(i) : (seed * (i + 7) * 2654435761) >>> 24,
      );
      writeFileSync(good, bytes);
      expect(Array.isArray(recallFlows({ path: good }))).toBe(true);
    }
    const link = fresh('link');
    symlinkSync(good, link);
    expect(recallFlows({ path: link })).toEqual([]);
    expect(recallFlows({ path: '/dev/zero' })).toEqual([]);
    expect(readFileSync(good)).toHaveLength(300);
  });
});
