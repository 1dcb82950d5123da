import { readFileSync } from 'node:fs';
import { sleep } from './sleep.js';

/** A process that cannot be mistaken for a later one with its number: clock ticks from boot to its start. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly startTicks: number;
}

/** The process `pid` as it runs now, or undefined when there is none. */
export function identityOf(pid: number): ProcessIdentity | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command's name is in parentheses and may hold spaces: fields are counted after it. proc(5)
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : { pid, startTicks: Number(fields[19]) };
  } catch {
    return undefined;
  }
}

export function isAlive({ pid, startTicks }: ProcessIdentity): boolean {
  return identityOf(pid)?.startTicks === startTicks;
}

/** Signals the process if it is still that one, and waits until it has ended or `waitMs` are over. */
export async function endProcess(process_: ProcessIdentity, signal: NodeJS.Signals, waitMs: number): Promise<boolean> {
  if (isAlive(process_)) process.kill(process_.pid, signal);
  const giveUpMs = Date.now() + waitMs;
  while (isAlive(process_)) {
    if (Date.now() > giveUpMs) return false;
    await sleep(20);
  }
  return true;
}
