import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Runs with a folder that is gone afterwards. A signal to this process aborts instead of ending it at once, so that files and processes are not left behind. */
export async function inScratchFolder<T>(run: (folder: string, signal: AbortSignal) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'mooring-bench-'));
  const stop = new AbortController();
  const onSignal = (): void => stop.abort();
  for (const name of SIGNALS) process.once(name, onSignal);
  try {
    return await run(folder, stop.signal);
  } finally {
    for (const name of SIGNALS) process.off(name, onSignal);
    rmSync(folder, { recursive: true, force: true });
  }
}
