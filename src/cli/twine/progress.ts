import { formatSize, printable } from '../../base/index.js';
import type { GatherProgress } from '../../node/twine/index.js';
import type { ManifestEvent, SessionData } from '../../twine/index.js';
import { tell } from '../output.js';

/** Between two lines about files under way. */
const PAUSE_MS = 2000;

/** Tells an event of a site's session as a line on stderr. */
export function progress(site: string, event: ManifestEvent, data: SessionData): void {
  if (event.kind === 'timer' || event.kind === 'captureFinished') return;
  const time = new Date(event.atUs / 1000).toISOString().slice(11, 19);
  const { windows } = data.plan;
  const where = data.state === 'sampling' ? ` ${Math.min(data.window + 1, windows.length)}/${windows.length}` : '';
  const failure = 'failure' in event ? `: ${(event['failure'] as { reason: string }).reason}` : '';
  tell(`${time} ${site} ${data.state}${where} (${event.kind}${failure})`);
}

/** Tells now and then how far a long file has come, as a line on stderr. */
export function gatherProgress(): (site: string, progress: GatherProgress) => void {
  let toldMs = performance.now();
  return (site, { label, path, bytes, ofBytes }) => {
    const nowMs = performance.now();
    if (nowMs - toldMs < PAUSE_MS) return;
    toldMs = nowMs;
    const percent = Math.floor((100 * bytes) / ofBytes);
    tell(`${site} gathering ${label} ${printable(path)}: ${percent} % of ${formatSize(ofBytes)}`);
  };
}
