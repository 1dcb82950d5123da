import type { Capture } from '../../capture/index.js';
import { openCaptureFiles } from '../../node/capture/index.js';
import { openRun, recordOfName, type TwineRun } from '../../node/twine/index.js';
import { accountLoss, type CaptureRecord, formatLoss } from '../../twine/index.js';
import { tell } from '../output.js';

/** Captures, and the campaigns of Twine they come from. */
export interface Opened {
  readonly capture: Capture;
  readonly runs: readonly TwineRun[];
}

/** Opens captures; run folders and archives of Twine as they are. Says on stderr what campaigns lost. */
export async function openFiles(files: readonly string[]): Promise<Opened> {
  const runs: TwineRun[] = [];
  const paths: string[] = [];
  for (const file of files) {
    const run = await openRun(file);
    if (run) runs.push(run);
    paths.push(...(run?.captures ?? [file]));
  }
  for (const { path, manifest } of runs) {
    const loss = formatLoss(accountLoss(manifest.captures.flatMap(({ counters }) => counters ?? [])));
    if (loss !== undefined) tell(`mooring: ${path}: ${loss}`);
    const partial = manifest.captures.filter(({ status }) => status !== 'complete').length;
    if (partial > 0) tell(`mooring: ${path}: ${partial} of ${manifest.captures.length} captures cut short`);
    if (manifest.captures.length === 0) tell(`mooring: ${path}: this run captured nothing`);
  }
  return { capture: await openCaptureFiles(paths), runs };
}

/** What a campaign's manifest says of a file, by the name the capture has for it. */
export interface RecordedFile {
  readonly name: string;
  readonly site: string;
  readonly record: CaptureRecord;
}

/** The files a manifest knows. */
export function recordedFiles(runs: readonly TwineRun[], names: readonly string[]): RecordedFile[] {
  return names.flatMap((name) => {
    for (const run of runs) {
      const record = recordOfName(run, name);
      if (record && name.startsWith(run.path)) return [{ name, site: run.manifest.site, record }];
    }
    return [];
  });
}
