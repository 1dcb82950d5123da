import { readFileSync } from 'node:fs';
import { sleep } from '../../process/index.js';

const PAUSE_MS = 10;
const LONGEST_MS = 5000;

// Frames that a cable has taken over wait for a processor in its receive backlog, where no counter of
// the cable tells them from those that have arrived. /proc/net/softnet_stat, a line for each
// processor, in hexadecimal: frames handled so far, …, and as the twelfth word those that wait.

/** Waits until every frame that is in a processor's backlog now has been handled. */
export async function untilBacklogHandled(): Promise<void> {
  const start = read();
  const giveUpMs = Date.now() + LONGEST_MS;
  const settled = (): boolean =>
    read().every(({ cpu, handled }) => {
      const then = start.find((line) => line.cpu === cpu);
      return !then || handled - then.handled >= then.waiting || handled < then.handled;
    });
  // Kernels before 5.10 do not tell: the pause is for them.
  do await sleep(PAUSE_MS);
  while (!settled() && Date.now() < giveUpMs);
}

interface Processor {
  readonly cpu: number;
  readonly handled: number;
  readonly waiting: number;
}

function read(): Processor[] {
  const lines = readFileSync('/proc/net/softnet_stat', 'utf8').trim().split('\n');
  return lines.map((line, index) => {
    const words = line.split(/\s+/).map((word) => Number.parseInt(word, 16));
    return { cpu: words[12] ?? index, handled: words[0] ?? 0, waiting: words[11] ?? 0 };
  });
}
