import { formatDuration } from '../../base/index.js';
import { openRun, recordOfName, type TwineRun } from '../../node/twine/index.js';
import { accountLoss, type CaptureRecord, formatLoss } from '../../twine/index.js';
import { tell } from '../output.js';
import { shown, table } from '../table.js';

// What Twine knows of captures it made. Loaded where there are such: most captures are from elsewhere.

/** What a campaign's manifest says of a file, by the name the capture has for it. */
export interface RecordedFile {
  readonly name: string;
  readonly site: string;
  readonly record: CaptureRecord;
}

/** The run at `path`, with what it lost told on stderr; undefined where there is none. */
export async function openRecorded(path: string): Promise<TwineRun | undefined> {
  const run = await openRun(path);
  if (run) tellLosses(run);
  return run;
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

/** A table of them: what was mirrored, what was lost. */
export function describeRecorded(files: readonly RecordedFile[]): string {
  const rows = files.map(({ name, site, record }) => [
    name.slice(name.lastIndexOf(':') + 1),
    site,
    `${record.source} (${record.direction})`,
    new Date(record.startUs / 1000).toISOString(),
    formatDuration(record.endUs - record.startUs),
    shown(record.counters?.mirroredPackets, String),
    shown(record.counters && accountLoss([record.counters]).lostPackets, String),
    record.status,
  ]);
  return table(['file', 'site', 'switch port', 'from', 'for', 'mirrored', 'lost', 'capture'], rows, 5);
}

function tellLosses({ path, manifest: { captures } }: TwineRun): void {
  const loss = formatLoss(accountLoss(captures.flatMap(({ counters }) => counters ?? [])));
  if (loss !== undefined) tell(`mooring: ${path}: ${loss}`);
  const partial = captures.filter(({ status }) => status !== 'complete').length;
  if (partial > 0) tell(`mooring: ${path}: ${partial} of ${captures.length} captures cut short`);
  if (captures.length === 0) tell(`mooring: ${path}: this run captured nothing`);
}
