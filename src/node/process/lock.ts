import { closeSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { identityOf, isAlive } from './identity.js';

/** Who breaks a lock does so at once; a mark older than this was left by a killed process. */
const BREAKING_MS = 10_000;

/**
 * Takes the lock file at `path` for this process: gives what lets go of it, or undefined while a process that
 * lives has it. One whose owner has died is nobody's.
 */
export function tryLock(path: string): (() => void) | undefined {
  if (make(path)) return () => rmSync(path, { force: true });
  if (ownerLives(path)) return undefined;
  // Of two that see a dead owner only one may remove its lock, and only that one: the other's is new.
  const breaking = `${path}.break`;
  if (!make(breaking)) {
    if (ageMs(breaking) > BREAKING_MS) rmSync(breaking, { force: true });
    return undefined;
  }
  try {
    if (!ownerLives(path)) rmSync(path, { force: true });
  } finally {
    rmSync(breaking, { force: true });
  }
  return make(path) ? () => rmSync(path, { force: true }) : undefined;
}

function make(path: string): boolean {
  let file: number;
  try {
    file = openSync(path, 'wx');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
  try {
    writeSync(file, JSON.stringify(identityOf(process.pid) ?? { pid: process.pid, startTicks: 0 }));
  } finally {
    closeSync(file);
  }
  return true;
}

function ownerLives(path: string): boolean {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return false;
  }
  const [, pid, startTicks] = /^\{"pid":(\d+),"startTicks":(\d+)\}$/.exec(text) ?? [];
  // Its owner has made it and not written yet, or died between.
  if (pid === undefined) return ageMs(path) < BREAKING_MS;
  return isAlive({ pid: Number(pid), startTicks: Number(startTicks) });
}

function ageMs(path: string): number {
  try {
    return Date.now() - statSync(path).mtimeMs;
  } catch {
    return 0;
  }
}
