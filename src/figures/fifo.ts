import { execFileSync } from 'node:child_process';

/** A named pipe; Node has no call for it. Throws where the machine has no mkfifo. */
export function makeFifo(path: string): void {
  execFileSync('mkfifo', [path], { stdio: 'ignore' });
}
