import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { findHelper } from 'mooring/node';
import { describe, expect, it, vi } from 'vitest';
import { createRng } from '../../../src/base/index.js';
import { until } from '../../until.js';
import { liveFolder } from './live.js';

// MOORING_KILL_ROUNDS=20 MOORING_KILL_FLOWS=1,100,1000,10000 npx vitest run test/node/agent/killed.test.ts
const rounds = Number(process.env['MOORING_KILL_ROUNDS'] ?? 3);
const sizes = (process.env['MOORING_KILL_FLOWS'] ?? '1,50').split(',').map(Number);
const seed = Number(process.env['MOORING_KILL_SEED'] ?? Date.now() % 1_000_000);
const noHelper = findHelper().addon ? false : 'no C compiler: the helper was not built';
const { fresh, atEnd } = liveFolder('killed');

vi.setConfig({ testTimeout: rounds * 60_000 + 120_000, hookTimeout: 60_000 });

interface Stats {
  readonly flows: number;
  readonly flowsWithoutProgram: number;
  readonly flowsCreated: number;
}

function start(args: readonly string[], onLine: (line: string) => void): ChildProcess {
  const child = spawn(process.execPath, [...args], { stdio: ['ignore', 'pipe', 'ignore'] });
  atEnd(() => void child.kill('SIGKILL'));
  createInterface(child.stdout!).on('line', onLine);
  return child;
}

async function kill(child: ChildProcess) {
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

describe.skipIf(noHelper)(`kill -9, ${rounds} times, seed ${seed}`, () => {
  it.each(sizes.flatMap((flows) => [1, 2].map((workers) => [flows, workers] as const)))(
    '%i flows are controlled again, whoever was killed; %i workers',
    async (flows, workers) => {
      const rng = createRng(seed + flows + workers);
      const [path, own] = [fresh('agent'), fresh('datapath')];
      let stats: Stats | undefined;
      const startAgent = () => {
        stats = undefined;
        return start(
          [fileURLToPath(new URL('killed-agent.mjs', import.meta.url)), path, String(workers)],
          (line) => (stats = JSON.parse(line)),
        );
      };
      // Enough for each flow that its ACKs come often.
      const link = ['--rate', `${Math.max(10, flows)}Mbit`, '--queue', '2bdp'];
      const startDatapath = () =>
        start(
          [resolve('dist/cli.js'), 'datapath', '--agent', path, '--path', own, '--flows', String(flows), ...link],
          () => {},
        );
      const controlled = async (created: number) => {
        const from = performance.now();
        await until(
          'every flow is controlled',
          () => stats?.flows === flows && stats.flowsWithoutProgram === 0 && stats.flowsCreated >= created,
          60_000,
        );
        return Math.round(performance.now() - from);
      };
      let agent = startAgent();
      await until('the agent is there', () => stats !== undefined);
      let datapath = startDatapath();
      await controlled(flows);
      const tookMs: Record<'agent' | 'datapath', number[]> = { agent: [], datapath: [] };
      for (let round = 0; round < rounds; round += 1) {
        await new Promise((done) => setTimeout(done, rng.nextBelow(500)));
        if (rng.nextBelow(2) === 0) {
          await kill(agent);
          agent = startAgent();
          await until('the agent is there', () => stats !== undefined);
          tookMs.agent.push(await controlled(flows));
        } else {
          await kill(datapath);
          const { flowsCreated } = stats!;
          datapath = startDatapath();
          await until('it speaks', () => stats!.flowsCreated > flowsCreated);
          tookMs.datapath.push(await controlled(flowsCreated + flows));
        }
      }
      expect(tookMs.agent.length + tookMs.datapath.length).toBe(rounds);
      process.stderr.write(
        `killed: ${flows} flows, ${workers} workers: ms until all are controlled ${JSON.stringify(tookMs)}\n`,
      );
      await kill(datapath);
      await kill(agent);
    },
  );
});
