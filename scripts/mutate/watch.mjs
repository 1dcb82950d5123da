// Ends what a mutant set going and would never end, or would feed until the machine has no memory left.
import { readdirSync, readFileSync } from 'node:fs';

const MOST_BYTES = 3 * 2 ** 30;
const PAGE_BYTES = 4096;
const LOOK_EVERY_MS = 500;

/**
 * Does `work`; true when it is done. After `limitMs`, or when one has taken too much memory, every process under this
 * one is ended and `work` is not waited for: false.
 */
export async function within(limitMs, work) {
  const endAt = performance.now() + limitMs;
  let timer;
  let ended = false;
  const tooMuch = new Promise((resolve) => {
    timer = setInterval(() => {
      const below = processesBelow(process.pid);
      if (performance.now() < endAt && below.every((pid) => residentBytes(pid) < MOST_BYTES)) return;
      ended = true;
      for (const pid of below) end(pid);
      resolve(false);
    }, LOOK_EVERY_MS);
  });
  const done = work().then(
    () => true,
    (error) => {
      if (!ended) throw error;
      return true;
    },
  );
  try {
    return await Promise.race([done, tooMuch]);
  } finally {
    clearInterval(timer);
  }
}

function processesBelow(pid) {
  const children = new Map();
  for (const name of readdirSync('/proc').filter((it) => /^\d+$/.test(it))) {
    const parent = statOf(name)?.[1];
    if (parent) children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const below = (parent) => (children.get(String(parent)) ?? []).flatMap((child) => [child, ...below(child)]);
  return below(pid);
}

/** State, parent and what follows them in /proc/PID/stat; the command before may hold any character (proc(5)). */
function statOf(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}

function residentBytes(pid) {
  return Number(statOf(pid)?.[21] ?? 0) * PAGE_BYTES;
}

function end(pid) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}
