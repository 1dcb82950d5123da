import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LiveDatapath } from '../node/datapath/index.js';
import { sleep } from '../node/process/index.js';

// What an agent costs in a process of its own, behind a unix socket: Reno, told once in a round trip of 10 ms.

const START_MS = 10_000;
/** USER_HZ, in which /proc/PID/stat counts; 100 on every Linux Node runs on. */
const TICKS_PER_SECOND = 100;

export interface LiveAgent {
  /** Of one core. */
  readonly share: number;
  readonly perSecond: number;
}

/** Drives `flows` flows for `seconds`. Throws where there is no helper, or no /proc. */
export async function measureLiveAgent(flows: number, seconds: number, signal: AbortSignal): Promise<LiveAgent> {
  const folder = mkdtempSync(join(tmpdir(), 'mooring-figures-'));
  const path = join(folder, 'agent');
  let agent: ChildProcess | undefined;
  let datapath: LiveDatapath | undefined;
  try {
    agent = await startAgent(path);
    datapath = new LiveDatapath({
      agent: path,
      path: join(folder, 'datapath'),
      flows,
      rateBytesPerSecond: 12.5e6,
      rttUs: 10_000,
      queueBytes: 125_000,
    });
    datapath.start();
    await pause(500, signal);
    const before = { ticks: ticksOf(agent.pid!), reports: reportsOf(datapath), at: performance.now() };
    await pause(seconds * 1000, signal);
    const elapsedS = (performance.now() - before.at) / 1000;
    return {
      share: (ticksOf(agent.pid!) - before.ticks) / TICKS_PER_SECOND / elapsedS,
      perSecond: (reportsOf(datapath) - before.reports) / elapsedS,
    };
  } finally {
    datapath?.close();
    await stopAgent(agent);
    rmSync(folder, { recursive: true, force: true });
  }
}

async function startAgent(path: string): Promise<ChildProcess> {
  // Stands beside the bundle this file becomes part of.
  const cli = fileURLToPath(new URL('./cli.js', import.meta.url));
  const agent = spawn(process.execPath, [cli, 'agent', '--alg', 'reno', '--quiet', '--path', path], {
    stdio: 'ignore',
  });
  for (const end = Date.now() + START_MS; Date.now() < end && agent.exitCode === null; await sleep(20))
    if (existsSync(path)) return agent;
  await stopAgent(agent);
  throw new Error('the agent did not open its socket');
}

async function stopAgent(agent: ChildProcess | undefined): Promise<void> {
  if (!agent || agent.exitCode !== null || agent.signalCode !== null) return;
  const ended = once(agent, 'exit');
  agent.kill('SIGTERM');
  await ended;
}

/** In steps, so that Ctrl-C is heard. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  for (const end = performance.now() + ms; performance.now() < end; await sleep(50)) signal.throwIfAborted();
}

/** Processor time of a process so far: utime and stime of proc(5). */
function ticksOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name, in brackets, may hold blanks; utime and stime are the 12th and 13th field after it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11]) + Number(fields[12]);
}

function reportsOf(datapath: LiveDatapath): number {
  return datapath.state().flows.reduce((sum, { reports }) => sum + reports, 0);
}
