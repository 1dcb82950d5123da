import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type ConnectEvent, findHelper } from 'mooring/node';
import { describe, expect, it, vi } from 'vitest';
import { until } from '../../until.js';
import { goesOn } from './goes-on.js';
import { liveFolder } from './live.js';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const noHelper = findHelper().addon ? false : 'no C compiler: the helper was not built';
const { fresh, atEnd, live } = liveFolder('supervision');

/** What an algorithm does that a thread survives, and where the failure is found. */
const SURVIVED = {
  throws: 'report',
  rejects: 'later',
  rejectsLater: 'later',
  timer: 'later',
  exits: 'report',
  exitsLater: 'later',
  functionMessage: 'report',
  getters: 'report',
  proxy: 'report',
  rejectsWithFunction: 'later',
} as const;

/** What only another thread can end: a worker's watchdog, or its limit of memory. */
const ENDED = ['endless', 'endlessTimer', 'microtasks', 'ticks', 'awaits', 'memory'];

/** An agent in a process of its own, as what it survives is what ends processes. */
async function startAgent(workers: number) {
  const path = fresh('agent');
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL('supervised.mjs', import.meta.url)), path, `${workers}`],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const events: (ConnectEvent | { kind: 'agentReady' })[] = [];
  let errors = '';
  child.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  createInterface(child.stdout).on('line', (line) => events.push(JSON.parse(line)));
  const ended = once(child, 'exit');
  atEnd(async () => {
    child.kill();
    await ended;
  });
  const told = <T extends ConnectEvent['kind']>(kind: T) =>
    events.filter((event): event is ConnectEvent & { kind: T } => event.kind === kind);
  await until('the agent is there', () => events.length > 0);
  return { path, events, told, child, errors: () => errors };
}

/** Lets one flow fail beside two that go on, one in each worker. */
async function fail(name: string, workers: number) {
  const agent = await startAgent(workers);
  const good = live(agent.path, 2, { congAlg: 'good' });
  await goesOn(good);
  const bad = live(agent.path, 1, { congAlg: name, fallbackUs: 60e6 });
  await until(`${name} is told`, () => agent.told('algorithmFailed').length > 0 || agent.child.exitCode !== null);
  await goesOn(good);
  await goesOn(good);
  expect(agent.child.exitCode, agent.errors()).toBeNull();
  const failures = agent.told('algorithmFailed');
  expect(failures.map(({ algorithm, sockId }) => `${algorithm} ${sockId}`)).toEqual([`${name} 1`]);
  expect(agent.told('strayFailure')).toEqual([]);
  // The bad flow keeps its initial window.
  await until('the safe program runs', () => bad.state().flows[0]!.cwndBytes === 14_480);
  return { ...agent, failure: failures[0]! };
}

describe.skipIf(noHelper)('a flow’s fault stays its own', () => {
  describe.each([0, 1, 2])('with %i workers', (workers) => {
    it.each(Object.entries(SURVIVED))('%s', async (name, phase) => {
      const { failure, told, events } = await fail(name, workers);
      expect(failure.phase).toBe(phase);
      if (name.startsWith('exits')) expect(failure.code).toBe('MOORING_ERR_AGENT_EXIT');
      // Nothing restarts and nobody’s flow is closed or made again.
      expect(told('workerReplaced')).toEqual([]);
      expect(told('flowClosed')).toEqual([]);
      expect(events.filter(({ kind }) => kind === 'flowCreated')).toHaveLength(3);
    });
  });

  // With no worker there is no thread that could end it: the process is the algorithm's.
  describe.each([1, 2])('with %i workers', (workers) => {
    it.each(ENDED)('%s', async (name) => {
      const { told } = await fail(name, workers);
      const replaced = told('workerReplaced');
      expect(replaced.map(({ worker, culprit }) => [worker, culprit?.sockId])).toEqual([[1 % workers, 1]]);
      // The other worker, and its flow, never heard of it: numbers are spread over them.
      if (workers === 1) return;
      expect(told('flowCreated').filter(({ algorithm, sockId }) => algorithm === 'good' && sockId === 2)).toHaveLength(
        1,
      );
    });
  });
});
