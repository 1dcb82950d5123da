import { formatDuration, formatRate, formatSize } from '../../base/index.js';
import type { CaptureInfo } from '../../capture/index.js';
import { columnsOf, print, printCsv, printJson } from '../output.js';
import { NOTHING, shown, table } from '../table.js';
import { type PcapOptions, printWarnings, startRun } from './options.js';
import { openFiles } from './runs.js';
import { unreadText } from './unread.js';

export async function showInfo(files: readonly string[], options: PcapOptions): Promise<void> {
  const { capture, runs } = await openFiles(files);
  const run = startRun(options);
  const info = await run.until(capture.info(run.options));
  printWarnings(info.warnings);
  // Twine is loaded where a capture is of its making.
  const twine = runs.length > 0 ? await import('./recorded.js') : undefined;
  const names = info.files.map(({ name }) => name);
  const recorded = twine?.recordedFiles(runs, names) ?? [];
  if (options.json) return printJson(twine ? { ...info, twine: recorded } : info);
  if (options.csv) return printCsv([info.totals], columnsOf(info.totals));
  await print(describe(info));
  if (twine && recorded.length > 0) await print(`\n${twine.describeRecorded(recorded)}`);
}

function describe({ totals, unread, files }: CaptureInfo): string {
  const seconds = (totals.durationUs ?? 0) / 1e6;
  const facts: Array<[string, string]> = [
    ['packets', String(totals.packets)],
    ['bytes', `${formatSize(totals.bytes)} on the wire, ${formatSize(totals.capturedBytes)} captured`],
    ['from', totals.startEpochUs === null ? NOTHING : new Date(totals.startEpochUs / 1000).toISOString()],
    ['for', shown(totals.durationUs, formatDuration)],
  ];
  if (seconds > 0) {
    facts.push(['mean', `${formatRate(totals.bytes / seconds)}, ${Math.round(totals.packets / seconds)} packets/s`]);
  }
  if (totals.matched !== totals.packets) facts.push(['matched', `${totals.matched} packets`]);
  facts.push(['kinds', counts(totals.kinds) || NOTHING]);
  const encapsulated = counts(totals.encapsulations);
  if (encapsulated) facts.push(['inside', encapsulated]);
  const odd = counts({
    'truncated headers': totals.truncatedHeaders,
    malformed: totals.malformed,
    'too deep': totals.tooDeep,
    fragments: totals.fragments,
    'out of order': totals.outOfOrder,
  });
  if (odd) facts.push(['notes', odd]);
  if (unread.length > 0) facts.push(['besides', unreadText(unread)]);
  const width = Math.max(...facts.map(([name]) => name.length));
  const text = facts.map(([name, value]) => `${name.padEnd(width)}  ${value}\n`).join('');
  const rows = files.flatMap(({ name, format, interfaces }) =>
    interfaces.map((face) => [
      name,
      format,
      face.name ?? NOTHING,
      face.linkName,
      shown(face.snapLength, String, face.snapLength),
      String(face.packets),
      shown(face.dropped, String),
    ]),
  );
  return `${text}\n${table(['file', 'format', 'interface', 'link', 'snap', 'packets', 'dropped'], rows, 4)}`;
}

function counts(of: Readonly<Record<string, number>>): string {
  return Object.entries(of)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
}
