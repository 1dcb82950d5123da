import type { ChildProcess } from 'node:child_process';

/**
 * Kills a child that is still there after `longestMs`. The option `timeout` of Node's spawn would do, but for
 * a program that is not there: its timer then keeps this process from ending.
 */
export function endAfter(child: ChildProcess, longestMs: number): void {
  const timer = setTimeout(() => child.kill('SIGKILL'), longestMs);
  const clear = () => clearTimeout(timer);
  child.once('error', clear).once('close', clear);
}
