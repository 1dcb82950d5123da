import type { Capture } from '../../../capture/index.js';
import { accountLoss, type CaptureRecord, formatLoss } from '../../../twine/index.js';
import { openCapture } from '../../capture/open.js';
import { openRun, recordOfName, type TwineRun } from '../../twine/index.js';
import { UsageError } from '../failure.js';
import type { PcapOptions } from './options.js';

/** Captures, and the campaigns of Twine they come from. */
export interface Opened {
  readonly capture: Capture;
  readonly runs: readonly TwineRun[];
}

/**
 * Opens captures; run folders and archives of Twine as they are, of which `switchPort` chooses files. Says on
 * stderr what campaigns lost, and where one packet may be in several files.
 */
export async function openFiles(files: readonly string[], { switchPort }: PcapOptions): Promise<Opened> {
  const runs: TwineRun[] = [];
  const paths: string[] = [];
  for (const file of files) {
    const run = await openRun(file);
    if (run) runs.push(run);
    paths.push(...(run?.captures ?? [file]));
  }
  for (const { path, manifest } of runs) {
    const loss = formatLoss(accountLoss(manifest.captures.flatMap(({ counters }) => counters ?? [])));
    if (loss !== undefined) process.stderr.write(`mooring: ${path}: ${loss}\n`);
    const partial = manifest.captures.filter(({ status }) => status !== 'complete').length;
    if (partial > 0)
      process.stderr.write(`mooring: ${path}: ${partial} of ${manifest.captures.length} captures cut short\n`);
    if (manifest.captures.length === 0) process.stderr.write(`mooring: ${path}: this run captured nothing\n`);
  }
  if (switchPort === undefined) {
    for (const { path, ports } of portsOf(runs)) {
      if (ports.length < 2) continue;
      process.stderr.write(
        `mooring: ${path}: ${ports.length} switch ports; a packet that passed two counts twice: --switch-port chooses of ${ports.join(', ')}\n`,
      );
    }
    return { capture: await openCapture(paths), runs };
  }
  const known = portsOf(runs).flatMap(({ ports }) => ports);
  const unknown = switchPort.find((port) => !known.includes(port));
  if (unknown !== undefined) {
    throw new UsageError(
      known.length > 0
        ? `--switch-port ${unknown}: the run has ${known.join(', ')}`
        : '--switch-port is for runs of Twine',
    );
  }
  const members = (name: string): boolean =>
    recordedFiles(runs, [name]).some(({ record }) => switchPort.includes(record.source));
  return { capture: await openCapture(paths, { members }), runs };
}

function portsOf(runs: readonly TwineRun[]): { path: string; ports: string[] }[] {
  return runs.map(({ path, manifest }) => ({
    path,
    ports: [...new Set(manifest.captures.map(({ source }) => source))].sort(),
  }));
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
