import type { ManifestEvent, SessionData } from '../../twine/index.js';
import { tell } from '../output.js';

/** Tells an event of a site's session as a line on stderr. */
export function progress(site: string, event: ManifestEvent, data: SessionData): void {
  if (event.kind === 'timer' || event.kind === 'captureFinished') return;
  const time = new Date(event.atUs / 1000).toISOString().slice(11, 19);
  const { windows } = data.plan;
  const where = data.state === 'sampling' ? ` ${Math.min(data.window + 1, windows.length)}/${windows.length}` : '';
  const failure = 'failure' in event ? `: ${(event['failure'] as { reason: string }).reason}` : '';
  tell(`${time} ${site} ${data.state}${where} (${event.kind}${failure})`);
}
