import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { AlgBase } from '../../../src/index.js';
import { connect } from '../../../src/node/agent/connect.js';
import { closeSocket, findHelper, MessageSocket, openSocket, SENT } from '../../../src/node/helper/index.js';
import { relayTransport } from '../../../src/node/transports/index.js';
import { encodeMessage } from '../../../src/wire/index.js';
import { until } from '../../until.js';
import { goesOn } from '../agent/goes-on.js';
import { liveFolder, PROGRAM } from '../agent/live.js';

// Waits end when what they wait for is there; a busy machine takes long.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const here = findHelper().program !== undefined;
const { fresh, atEnd, watch, live: driven } = liveFolder('relayed');
class Fixed extends AlgBase {
  count = 0;
  override onCreate() {
    this.datapath.install(PROGRAM);
  }
  override onReport() {
    this.count += 1;
    this.datapath.updateField('Cwnd', 20_000 + this.count);
  }
}

/** The helper that holds the socket at `path`. From /proc itself: `ps` hangs where a sanitizer is loaded into it. */
function helperOf(path: string): number | undefined {
  const holds = (pid: string) => {
    try {
      // A process that has ended and is still to be waited for has no words.
      const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      return words[0]!.endsWith('mooring-helper') && words[1] === 'relay' && words.includes(path);
    } catch {
      return false; // it has ended meanwhile
    }
  };
  const found = readdirSync('/proc').find((name) => /^\d+$/.test(name) && holds(name));
  return found === undefined ? undefined : Number(found);
}

async function start() {
  const path = fresh('agent');
  const { handle, told } = watch(await connect(await relayTransport('unix', { path }), Fixed));
  return { agent: handle, path, told };
}

// A helper that starts again refuses nobody for long; the flows are not to fall back meanwhile.
const live = (agent: string, flows: number) => driven(agent, flows, { fallbackUs: 1e9 });

describe.skipIf(!here)('an agent whose socket a helper holds', () => {
  it.each(['SIGKILL', 'SIGTERM'] as const)(
    'outlives a helper that %s ends: told, started again, flows go on',
    async (signal) => {
      const { agent, path, told } = await start();
      const datapath = live(path, 2);
      await goesOn(datapath);
      for (let times = 1; times <= 2; times += 1) {
        process.kill(helperOf(path)!, signal);
        await until('it is told', () => told('helperRestarted').length === times);
        await goesOn(datapath);
      }
      expect(told('helperRestarted')[0]!.error).toMatchObject({ code: 'MOORING_ERR_HELPER_FAILED' });
      expect(told('flowClosed')).toEqual([]);
      expect((await agent.stats()).flows).toBe(2);
      await agent.close();
      expect(existsSync(path)).toBe(false);
      expect(helperOf(path)).toBe(undefined);
    },
  );

  it('ends with a declared error where the helper ends again and again', async () => {
    const { agent, path } = await start();
    let error: unknown;
    agent.closed.catch((reason) => {
      error = reason;
    });
    await until('the agent gave up', () => {
      const helper = helperOf(path);
      if (helper !== undefined) process.kill(helper, 'SIGKILL');
      return error !== undefined;
    });
    expect(error).toMatchObject({
      code: 'MOORING_ERR_HELPER_FAILED',
      message: expect.stringMatching(/ended 11 times/),
    });
  });

  it('closes also where the helper does not answer', async () => {
    const { agent, path } = await start();
    const helper = helperOf(path)!;
    process.kill(helper, 'SIGSTOP');
    await agent.close();
    expect(helperOf(path)).toBe(undefined);
  });

  it('tells what the helper dropped for a datapath that does not read', async () => {
    const { path, told } = await start();
    const good = live(path, 1);
    await goesOn(good);
    const descriptor = openSocket('unix', { path: fresh('slow') });
    atEnd(() => closeSocket(descriptor));
    const slow = new MessageSocket(descriptor);
    const agent = slow.peerAt(path);
    const say = (bytes: Uint8Array) => slow.send(agent, bytes) === SENT.OK;
    const info = { initCwnd: 14_480, mss: 1448, srcIp: 1, srcPort: 1, dstIp: 2, dstPort: 2 };
    await until('it is heard', () => say(encodeMessage({ type: 'create', sid: 1, ...info })));
    // The first program of this agent.
    const report = encodeMessage({ type: 'measure', sid: 1, programUid: 1, fields: [1448n] });
    for (let said = 0; said < 3000; ) {
      if (say(report)) said += 1;
      else await new Promise(setImmediate);
    }
    await until('it is told', () => told('sendQueueFull').length > 0);
    expect(told('sendQueueFull').every(({ address }) => address === descriptor.path)).toBe(true);
    await goesOn(good);
  });
});
