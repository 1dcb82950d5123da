import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { createConst } from '../../src/algorithms/index.js';
import { connect } from '../../src/node/agent/index.js';
import { kernelFlows } from '../../src/node/helper/index.js';
import { until } from '../until.js';
import { Network, registered, whyNoFlows } from './network.js';

// `--ipc bpf`: the datapath in the kernel as one more kind of endpoint, in this process, in workers and through the command.

const missing = whyNoFlows();
if (missing) console.log(`the agent on flows of this kernel: skipped, ${missing}`);

let network: Network;
const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  network?.close();
});

/** The processes of the helper that hold this run's name. */
const holders = () =>
  spawnSync('pgrep', ['-f', `name=${network.control}`], { encoding: 'utf8' })
    .stdout.split('\n')
    .filter(Boolean);

function agent(...words: string[]) {
  const all = [
    'agent',
    '--ipc',
    'bpf',
    '--netns',
    network.near,
    '--name',
    network.control,
    '--route',
    network.prefix,
    ...words,
  ];
  const child = spawn(process.execPath, [resolve('dist/cli.js'), ...all], { stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  const told = { said: '', code: undefined as number | null | undefined };
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      told.said += text;
    });
  }
  child.once('close', (code) => {
    told.code = code;
  });
  return { child, told };
}

/** Waits for its first words, and says those it ended with instead. */
async function began(told: { readonly said: string; readonly code: number | null | undefined }): Promise<void> {
  await until('it began', () => told.said.includes('Ctrl-C ends it') || told.code !== undefined);
  expect(told.said).toContain('Ctrl-C ends it');
}

const ROUTE = () => network.routes();

describe.skipIf(missing !== undefined)('an agent on flows of this kernel', () => {
  test('in this thread: nothing of it is left when it is closed', async () => {
    network = new Network();
    const before = ROUTE();
    const connected = await connect('bpf', createConst({ cwndPackets: 17 }), {
      socket: { netns: network.near, route: network.prefix, name: network.control },
    });
    const sending = network.send({ seconds: 2 });
    await until('the flow is ours', () => network.flow().includes('cwnd:17 '));
    const ofOurs = async () => (await kernelFlows()).filter(({ remote }) => remote === `${network.far}:5201`);
    await until('it is listed, with its last report', async () =>
      (await ofOurs()).some(({ cwndBytes, mssBytes, reports }) => reports > 0 && cwndBytes === 17 * mssBytes),
    );
    const listed = (await ofOurs()).sort((a, b) => b.delivered - a.delivered)[0]!;
    expect(listed).toMatchObject({ programUid: 1, errors: 0, local: expect.stringMatching(/^10\.77\.1\.1:\d+$/) });
    expect(listed.srttUs).toBeGreaterThan(0);
    expect(listed.acks).toBeGreaterThanOrEqual(listed.reports);
    await sending;
    await until('none is listed after its end', async () => (await ofOurs()).length === 0);
    await connected.close();
    await until('the helper has ended', () => holders().length === 0);
    expect(ROUTE()).toBe(before);
    expect(registered()).not.toContain(network.control);
  });

  test('a route that is not there is told in the words of who looked for it', async () => {
    network = new Network();
    const socket = { netns: network.near, route: '10.99.0.0/16', name: network.control };
    await expect(connect('bpf', createConst(), { socket })).rejects.toThrow(
      /--route 10\.99\.0\.0\/16: no such route in namespace/,
    );
    await until('the helper has ended', () => holders().length === 0);
  });

  test('by the command', async () => {
    network = new Network();
    const before = ROUTE();
    const { child, told } = agent('--alg', 'cubic');
    await began(told);
    await network.send({ seconds: 1 });
    await until('it told of the flow', () => /flow \d+ ended/.test(told.said));
    child.kill('SIGINT');
    await until('it ended', () => told.code !== undefined);
    expect(told.code).toBe(0);
    await until('the route is back', () => ROUTE() === before);
  });

  test('whose helper was killed ends, with the reason; the flow goes on', async () => {
    network = new Network();
    const before = ROUTE();
    const { told } = agent('--alg', 'aimd');
    await began(told);
    const sending = network.send({ seconds: 2 });
    await until('the flow is ours', () => network.flow().startsWith(network.control));
    const pids = spawnSync('pgrep', ['-f', `^mooring-helper bpf.*netns=${network.near}`], {
      encoding: 'utf8',
    }).stdout.split('\n');
    process.kill(Number(pids[0]), 'SIGKILL');
    await until('it ended', () => told.code !== undefined);
    expect(told.said).toContain('what this socket was joined to has ended: bpf');
    expect(told.said).not.toContain('worker 0 died');
    await until('the flow went on', () => network.flow().startsWith('cubic'));
    await sending;
    await until('the route is back', () => ROUTE() === before);
  });

  test('that was killed: the flow goes on, and nothing is left', async () => {
    network = new Network();
    const before = ROUTE();
    const { child, told } = agent('--alg', 'aimd');
    await began(told);
    const sending = network.send({ seconds: 2 });
    await until('the flow is ours', () => network.flow().startsWith(network.control));
    child.kill('SIGKILL');
    await until('the flow went on', () => network.flow().startsWith('cubic'));
    expect((await sending).bytes).toBeGreaterThan(0);
    await until('the route is back', () => ROUTE() === before);
    await until('nothing is registered', () => !registered().includes(network.control));
  });
});
