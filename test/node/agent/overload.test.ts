import { encodeMessage } from 'mooring';
import { connect, findHelper } from 'mooring/node';
import { describe, expect, it, vi } from 'vitest';
import { until } from '../../until.js';
import { liveFolder } from './live.js';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const noHelper = findHelper().addon ? false : 'no C compiler: the helper was not built';
const { fresh, watch, live, peer } = liveFolder('overload');

const create = (sid: number) =>
  encodeMessage({ type: 'create', sid, initCwnd: 14_480, mss: 1448, srcIp: 1, srcPort: 1, dstIp: 2, dstPort: 2 });

async function start(workers: 1 | 2) {
  const path = fresh('agent');
  return { path, ...watch(await connect('unix', 'const', { workers, socket: { path } })) };
}

describe.skipIf(noHelper)('more flows than are controlled at once', () => {
  it.each([1, 2] as const)('are counted and told while they wait, %s workers', async (workers) => {
    const { path, told, handle } = await start(workers);
    const slow = peer(path);
    // Numbers of one worker's share.
    for (const sid of [2, 4, 6]) while (!slow.say(create(sid))) await new Promise(setImmediate);
    await until('they are told', () => told('flowsUncontrolled').some(({ flows }) => flows === 3));
    expect((await handle.stats()).flowsWithoutProgram).toBe(3);
    // Whoever hears of its program and reports with it is not counted any more.
    const programs = new Map<number, number>();
    await until('each has a program', () => {
      for (const message of slow.hear())
        if (message.type === 'changeProg') programs.set(message.sid, message.programUid);
      return programs.size === 3;
    });
  });

  it('are all controlled, however short the queues are, and that is told', async () => {
    const { path, told, handle } = await start(1);
    const flows = 1000;
    const datapath = live(path, flows, { rateBytesPerSecond: flows * 125_000, tickUs: 10_000 });
    await until('every flow has its program', async () => {
      const stats = await handle.stats();
      return stats.flows === flows && stats.flowsWithoutProgram === 0;
    });
    await until('the last that was told is none', () => (told('flowsUncontrolled').at(-1)?.flows ?? 0) === 0);
    expect(datapath.state().messagesRefused).toBe(0);
  });
});
