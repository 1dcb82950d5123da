import type { ProcessRecord } from '../../twine/index.js';
import { sleep } from '../process/index.js';
import { type ListenerAccess, type ListenerProcess, refuse } from '../testbed/index.js';

/** Starts a capture tool on a listener and waits until what it says there shows that it is ready. */
export async function startTool(
  access: ListenerAccess,
  argv: readonly string[],
  logs: string,
  ready: { readonly from: 'stdout' | 'stderr'; readonly pattern: RegExp },
): Promise<ListenerProcess> {
  const started = await access.start(argv, logs);
  const giveUpMs = Date.now() + access.limits.startS * 1000;
  for (;;) {
    const alive = await access.isAlive(started.record);
    const said = await access.said(logs);
    if (ready.pattern.test(said[ready.from])) return started;
    if (!alive || Date.now() > giveUpMs) {
      await access.end(started.record, 'SIGKILL');
      const last = lastLine(said.stderr) || `it did not say ${ready.pattern.source}`;
      throw refuse({ class: classOf(last), scope: scopeOf(last), reason: `capture did not start: ${last}` });
    }
    await sleep(access.limits.pollS * 1000);
  }
}

/** Ends a tool, first so that it can write what it has. */
export async function endTool(access: ListenerAccess, process: ProcessRecord): Promise<void> {
  if (!(await access.end(process, 'SIGINT'))) await access.end(process, 'SIGKILL');
}

/** The last line of what a tool said. */
export function lastLine(said: string): string {
  return said.trim().split('\n').at(-1) ?? '';
}

/** How far a tool's end reaches: a namespace or device that is gone is the listener's, a kill its own. */
export function scopeOf(said: string): 'listener' | 'mirror' {
  return /network namespace|No such device|went down|not up|disappeared/.test(said) ? 'listener' : 'mirror';
}

function classOf(said: string): 'resources' | 'transient' {
  return /No space left/.test(said) ? 'resources' : 'transient';
}
