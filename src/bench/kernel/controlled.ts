import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { AlgorithmClass } from '../../algorithms/index.js';
import { connect } from '../../node/agent/index.js';
import type { KernelPath } from '../../node/path/index.js';
import { sleep } from '../../node/process/index.js';

const START_MS = 20_000;
let serial = 0;

/** An agent on the flows of a path: those that ask for `control`. */
export interface Controlled {
  readonly control: string;
  close(): Promise<void>;
}

/** Names end at 15 characters, and no other run's is taken. */
function newName(): string {
  serial += 1;
  return `mb${process.pid % 1_000_000}_${serial}`;
}

/** The agent of the command line in a process of its own, as people run it. */
export async function startAgent(path: KernelPath, algorithm: string): Promise<Controlled> {
  const control = newName();
  const cli = fileURLToPath(new URL('./cli.js', import.meta.url));
  const words = ['agent', '--ipc', 'bpf', '--netns', path.sender, '--name', control, '--alg', algorithm];
  const child = spawn(process.execPath, [cli, ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-4096);
    });
  }
  const ended = once(child, 'close');
  for (const end = Date.now() + START_MS; !said.includes('Ctrl-C ends it'); await sleep(20)) {
    if (child.exitCode === null && Date.now() < end) continue;
    child.kill('SIGKILL');
    throw new Error(`the agent did not start; it said ${said.trim() || 'nothing'}`);
  }
  return {
    control,
    async close() {
      child.kill('SIGINT');
      await ended;
    },
  };
}

/** A class in this process. */
export async function control(path: KernelPath, algorithm: AlgorithmClass): Promise<Controlled> {
  const name = newName();
  const agent = await connect('bpf', algorithm, { socket: { netns: path.sender, name } });
  return { control: name, close: async () => void (await agent.close()) };
}
