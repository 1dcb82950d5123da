import { existsSync, statSync } from 'node:fs';
import type { Capture } from '../../capture/index.js';
import { openCaptureFiles } from '../../node/capture/index.js';
import type { TwineRun } from '../../node/twine/index.js';

/** Captures, and the campaigns of Twine they come from. */
export interface Opened {
  readonly capture: Capture;
  readonly runs: readonly TwineRun[];
}

/** Opens captures; run folders and archives of Twine as they are. Says on stderr what campaigns lost. */
export async function openFiles(files: readonly string[]): Promise<Opened> {
  const { paths, runs } = await findCaptures(files);
  return { capture: await openCaptureFiles(paths), runs };
}

/** The captures of `files`, those inside run folders and archives of Twine too. Says on stderr what campaigns lost. */
export async function findCaptures(files: readonly string[]): Promise<{ paths: string[]; runs: TwineRun[] }> {
  const runs: TwineRun[] = [];
  const paths: string[] = [];
  for (const file of files) {
    const run = mayBeRecorded(file) ? await (await import('./recorded.js')).openRecorded(file) : undefined;
    if (run) runs.push(run);
    paths.push(...(run?.captures ?? [file]));
  }
  return { paths, runs };
}

/** Whether a campaign of Twine may have left it: a folder, or an archive. */
function mayBeRecorded(file: string): boolean {
  return /\.t(ar\.)?gz$/.test(file) || (existsSync(file) && statSync(file).isDirectory());
}
