import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach } from 'vitest';

/** A call of the built `mooring` while it goes on. */
export interface Running {
  readonly child: ChildProcess;
  out: string;
  err: string;
  /** Exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
}

const children: ChildProcess[] = [];

afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
});

/** Starts `mooring` with standard input held open; what still runs after a test is ended. */
export function start(...args: string[]): Running {
  const child = spawn(process.execPath, ['dist/cli.js', ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
  children.push(child);
  const ended = once(child, 'close').then(([code, signal]) => code ?? signal);
  const running: Running = { child, out: '', err: '', ended };
  child.stdout!.on('data', (text) => (running.out += text));
  child.stderr!.on('data', (text) => (running.err += text));
  return running;
}
