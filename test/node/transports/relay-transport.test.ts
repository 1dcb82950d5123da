import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { AlgBase } from '../../../src/index.js';
import { connect } from '../../../src/node/agent/connect.js';
import type { ConnectEvent } from '../../../src/node/agent/events.js';
import { LiveDatapath } from '../../../src/node/datapath/live.js';
import { closeSocket, findHelper, MessageSocket, openSocket, SENT } from '../../../src/node/helper/index.js';
import { relayTransport } from '../../../src/node/transports/index.js';
import { encodeMessage } from '../../../src/wire/index.js';
import { until } from '../../until.js';
import { goesOn } from '../agent/goes-on.js';

// Waits end when what they wait for is there; a busy machine takes long.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const here = findHelper().program !== undefined;
const folder = mkdtempSync(join(tmpdir(), 'mooring-relayed-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const PROGRAM =
  '(def (Report (volatile acked 0))) (when true (:= Report.acked (+ Report.acked Ack.bytes_acked)) (fallthrough)) (when (> Micros 5000) (report) (:= Micros 0))';
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

const ends: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});
let count = 0;
const fresh = (name: string) => {
  count += 1;
  return join(folder, `${name}${count}`);
};

/** The helper that holds the socket at `path`. */
function helperOf(path: string): number | undefined {
  const rows = execFileSync('ps', ['-eo', 'pid=,stat=,args='], { encoding: 'utf8' }).split('\n');
  const row = rows.find(
    (text) => text.includes('mooring-helper relay') && text.includes(path) && !/^\s*\d+\s+Z/.test(text),
  );
  return row === undefined ? undefined : Number.parseInt(row, 10);
}

async function start() {
  const path = fresh('agent');
  const agent = await connect(await relayTransport('unix', { path }), Fixed);
  ends.push(() => agent.close());
  const events: ConnectEvent[] = [];
  agent.events.on((event) => events.push(event));
  const told = <T extends ConnectEvent['kind']>(kind: T) =>
    events.filter((event): event is ConnectEvent & { kind: T } => event.kind === kind);
  return { agent, path, told };
}

function live(agent: string, flows: number): LiveDatapath {
  const link = { rateBytesPerSecond: 12.5e6, rttUs: 10_000, queueBytes: 250_000 };
  const datapath = new LiveDatapath({ agent, path: fresh('live'), flows, fallbackUs: 1e9, ...link });
  ends.push(() => datapath.close());
  datapath.start();
  return datapath;
}

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
    ends.push(() => closeSocket(descriptor));
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
