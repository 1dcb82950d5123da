import { fromComparison } from '../../run/index.js';
import { remoteCallback, spawnCapture } from '../../web/index.js';
import { busy, isSimulation, problem, showRun } from '../session.js';
import { chosen, opened } from './opened.js';

// Two captures of one path, made at two points of it: what became of packets between them.

/** What such a source is, in words. */
export const PATH = 'two points of one path';

/** Why nothing can be compared; undefined where two captures are open that may be of one path. */
export function whyNoPath(): string | undefined {
  if (busy.value) return 'something runs';
  const path = opened.value.find(({ kind }) => kind === PATH);
  if (!path) return 'open two captures together';
  return chosen.value === path.name ? 'it is shown' : undefined;
}

/** Shows two captures as two points of one path, packet by packet. */
export async function openPath(a: File, b: File): Promise<void> {
  const own = chosen.value;
  problem.value = null;
  busy.value = { what: `comparing ${a.name} and ${b.name}`, share: null };
  // A worker of its own: the capture that is open stays open in its.
  const worker = spawnCapture(new URL('workers/capture.js', document.baseURI));
  try {
    const told = remoteCallback(({ bytesRead, bytesTotal }: { bytesRead: number; bytesTotal?: number }) => {
      if (busy.value) busy.value = { ...busy.value, share: bytesTotal ? bytesRead / bytesTotal : null };
    });
    const found = await worker.captures.compare([a], [b], told);
    // The reader may have chosen something else meanwhile.
    if (chosen.value !== own) return;
    showRun(fromComparison(found, [a.name, b.name]));
    isSimulation.value = false;
  } catch (error) {
    problem.value = `${a.name} and ${b.name}: ${(error as Error).message}`;
  } finally {
    worker.close();
    busy.value = null;
  }
}
