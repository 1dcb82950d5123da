import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { AlgBase, encodeMessage } from 'mooring';
import { connect, createChannel, findHelper } from 'mooring/node';
import { describe, expect, it, vi } from 'vitest';
import { loadAlgorithmFile } from '../../../src/node/jobs/algorithm-file.js';
import { until } from '../../until.js';
import { liveFolder } from './live.js';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const noHelper = findHelper().addon ? false : 'no C compiler: the helper was not built';
const { fresh, watch, live } = liveFolder('ready');

const source = (ready: string) => `
  import { AlgBase } from ${JSON.stringify(pathToFileURL(resolve('dist/index.js')).href)};
  let model;
  export default class Learned extends AlgBase {
    static async ready() { ${ready} }
    onCreate() { this.datapath.install('(def (Report (volatile a 0))) (when true (:= Report.a Ack.bytes_acked) (report))', { fields: { Cwnd: model } }); }
    onReport() {}
  }`;
const LATE = 'await new Promise((done) => setTimeout(done, 600)); model = 77777;';

function file(ready: string) {
  const path = `${fresh('learned')}.mjs`;
  writeFileSync(path, source(ready));
  return path;
}

describe('what an algorithm prepares in ready()', () => {
  it('is there when the first flow begins, in this thread', async () => {
    let model = 0;
    class Here extends AlgBase {
      static async ready() {
        await new Promise((done) => setTimeout(done, 20));
        model = 77_777;
      }
      seen = model;
      override onCreate() {
        this.datapath.note('seen', this.seen);
        throw new Error(`seen ${this.seen}`);
      }
      override onReport() {}
    }
    const channel = createChannel();
    const { told } = watch(await connect(channel.transport, Here));
    const info = { initCwnd: 14_480, mss: 1448, srcIp: 1, srcPort: 1, dstIp: 2, dstPort: 2 };
    channel.datapath().send(encodeMessage({ type: 'create', sid: 1, ...info }));
    await until('it failed as it should', () => told('algorithmFailed').length === 1);
    expect(told('algorithmFailed')[0]!.message).toBe('seen 77777');
  });

  it('fails the agent, or the run, before anything begins', async () => {
    class Fails extends AlgBase {
      static ready() {
        throw new Error('no model');
      }
      override onReport() {}
    }
    await expect(connect(createChannel().transport, Fails)).rejects.toMatchObject({
      code: 'MOORING_ERR_AGENT_NO_MODULE',
      message: 'Fails.ready() failed: no model',
    });
    const path = file('throw new Error("no model")');
    await expect(loadAlgorithmFile(path)).rejects.toMatchObject({
      code: 'MOORING_ERR_ALGORITHM_FILE',
      message: `${path}: ready() failed: no model`,
    });
  });

  it('is waited for by those who load a file', async () => {
    await loadAlgorithmFile(file(`${LATE} globalThis.mooringModel = model;`));
    expect((globalThis as { mooringModel?: number }).mooringModel).toBe(77_777);
  });

  it.skipIf(noHelper).each([1, 2])(
    'costs no flow its algorithm, however short the watchdog is: %s workers',
    async (workers) => {
      const path = fresh('agent');
      const agent = await connect('unix', pathToFileURL(file(LATE)), { workers, watchdogMs: 300, socket: { path } });
      const { told } = watch(agent);
      const datapath = live(path, 4);
      await until('all obey', () => datapath.state().flows.every(({ cwndBytes }) => cwndBytes === 77_777));
      expect(told('workerReplaced')).toEqual([]);
      expect(told('algorithmFailed')).toEqual([]);
    },
  );
});
