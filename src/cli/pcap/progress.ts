import { formatSize } from '../../base/index.js';
import type { CaptureProgress } from '../../capture/index.js';

/** Shorter runs end before anyone would read a progress line. */
const QUIET_MS = 500;
const EVERY_MS = 100;

/** A line on stderr that says how many bytes were read, on terminals only. */
export function createProgress(enabled: boolean): { update(progress: CaptureProgress): void; clear(): void } {
  const startMs = Date.now();
  let shownMs = 0;
  if (!enabled || !process.stderr.isTTY) return { update: () => undefined, clear: () => undefined };
  return {
    update: ({ bytesRead, bytesTotal, packets }) => {
      const nowMs = Date.now();
      if (nowMs - startMs < QUIET_MS || nowMs - shownMs < EVERY_MS) return;
      shownMs = nowMs;
      const share = bytesTotal ? ` of ${formatSize(bytesTotal)} (${Math.round((100 * bytesRead) / bytesTotal)} %)` : '';
      process.stderr.write(`\r\x1b[Kread ${formatSize(bytesRead)}${share}, ${packets} packets`);
    },
    clear: () => {
      if (shownMs) process.stderr.write('\r\x1b[K');
    },
  };
}
