import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type ConnectEvent, connect, findHelper } from 'mooring/node';
import { describe, expect, it } from 'vitest';
import { ChurningDatapath } from './churning-datapath.js';

// MOORING_SOAK_SECONDS=600 MOORING_SOAK_FLOWS=500 npx vitest run test/node/agent/soak.test.ts
const seconds = Number(process.env['MOORING_SOAK_SECONDS'] ?? 3);
const flows = Number(process.env['MOORING_SOAK_FLOWS'] ?? 60);
const seed = Number(process.env['MOORING_SOAK_SEED'] ?? Date.now() % 1_000_000);
const noHelper = findHelper().addon ? false : 'no C compiler: the helper was not built';
const folder = mkdtempSync(join(tmpdir(), 'mooring-soak-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

/** Sets a window that tells whether it was obeyed; fails, blocks or switches programs when the flow's port says so. */
const MODULE = `
import { AlgBase } from ${JSON.stringify(pathToFileURL(resolve('dist/index.js')).href)};
const A = '(def (Report (volatile acked 0))) (when true (:= Report.acked (+ Report.acked Ack.bytes_acked)) (fallthrough)) (when (> Micros 10000) (report) (:= Micros 0))';
const B = A.replace('10000', '5000');
export class Soak extends AlgBase {
  reports = 0;
  onCreate() { this.datapath.install(A); }
  onReport(r) {
    this.reports += 1;
    const fault = this.datapathInfo.srcPort;
    if (fault === 1 && this.reports === 2) throw new Error('soak: throws');
    if (fault === 2 && this.reports === 2) for (;;);
    if (fault === 3 && this.reports === 2) return Promise.resolve();
    if (this.reports % 8 === 4) this.datapath.install(this.reports % 16 === 4 ? B : A, { fields: { Cwnd: 100000 + this.datapath.sockId } });
    else this.datapath.updateField('Cwnd', 100000 + this.datapath.sockId);
  }
}`;

describe.skipIf(noHelper)(`soak: ${seconds} s, ${flows} flows, seed ${seed}`, () => {
  it('survives faults at random with every event explained, no growth, every open flow obeying', {
    timeout: (seconds + 60) * 1000,
  }, async () => {
    const [module, agentPath] = [join(folder, 'soak.mjs'), join(folder, 'agent')];
    writeFileSync(module, MODULE);
    const agent = await connect('unix', pathToFileURL(module), {
      socket: { path: agentPath },
      workers: 2,
      watchdogMs: 300,
      readyDelayUs: 5_000,
    });
    const events: Record<string, number> = {};
    const fatal: ConnectEvent[] = [];
    agent.events.on((event) => {
      events[event.kind] = (events[event.kind] ?? 0) + 1;
      if (event.kind === 'algorithmFailed' && !/soak: throws|returned a promise|did not return/.test(event.message))
        fatal.push(event);
      if (event.kind === 'workerReplaced' && event.reason !== 'blocked') fatal.push(event);
    });
    const datapath = new ChurningDatapath({ agent: agentPath, path: join(folder, 'datapath'), flows, seed });
    const memory: number[] = [];
    const end = performance.now() + seconds * 1000;
    while (performance.now() < end) {
      datapath.step();
      await new Promise((resolve) => setTimeout(resolve, 2));
      const share = 1 - (end - performance.now()) / (seconds * 1000);
      if (share > 0.25 && memory.length < Math.floor((share - 0.25) * 100)) memory.push(process.memoryUsage().rss);
    }
    // No more faults: whoever is open settles.
    datapath.calm();
    for (const until = performance.now() + 20_000; performance.now() < until && !datapath.allObey; ) {
      datapath.step();
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    expect(datapath.disobeying, `seed ${seed}: ${JSON.stringify(events)}`).toEqual([]);
    const { injected } = datapath;
    expect(fatal).toEqual([]);
    // Every event there was has a cause that was put there.
    const unexplained = Object.keys(events).filter((type) => !EXPLAINED[type]?.(injected));
    expect(unexplained, `seed ${seed}: ${JSON.stringify({ events, injected })}`).toEqual([]);
    expect(events['flowCreated']).toBeGreaterThan(flows);
    // Means of the first and the last third: a leak grows from one to the other.
    const third = Math.floor(memory.length / 3);
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    if (seconds >= 60) expect(mean(memory.slice(-third)) / mean(memory.slice(0, third))).toBeLessThan(1.1);
    process.stderr.write(
      `soak: seed ${seed}: ${JSON.stringify({ events, injected, rssMb: memory.map((bytes) => Math.round(bytes / 1e6)).filter((_, i) => i % Math.max(1, third) === 0) })}\n`,
    );
    datapath.close();
    const from = performance.now();
    await agent.close();
    // It waits 0.4 s itself; the rest is the machine's.
    expect(performance.now() - from).toBeLessThan(5000);
    expect(existsSync(agentPath)).toBe(false);
  });
});

type Injected = Readonly<Record<string, number>>;
const always = () => true;
const EXPLAINED: Readonly<Record<string, (injected: Injected) => boolean>> = {
  datapathReady: always,
  datapathFound: always,
  flowCreated: always,
  flowClosed: always,
  // A report of the old program is on its way when the new one is set.
  staleReport: always,
  algorithmFailed: ({ throws = 0, promises = 0, blocks = 0 }) => throws + promises + blocks > 0,
  workerReplaced: ({ blocks = 0 }) => blocks > 0,
  malformedMessage: ({ garbage = 0, truncated = 0 }) => garbage + truncated > 0,
  unexpectedMessage: ({ agentMessages = 0, garbage = 0 }) => agentMessages + garbage > 0,
  unknownFlow: ({ unknown = 0, restarts = 0, blocks = 0, garbage = 0 }) => unknown + restarts + blocks + garbage > 0,
  // While a worker is replaced its flows are silent, and the queue fills.
  programsResent: ({ blocks = 0, restarts = 0 }) => blocks + restarts > 0,
  datapathSilent: ({ blocks = 0 }) => blocks > 0,
  sendQueueFull: ({ lateReads = 0 }) => lateReads > 0,
  workerQueueFull: ({ blocks = 0 }) => blocks > 0,
};
